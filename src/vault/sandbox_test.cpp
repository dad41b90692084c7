// The vault in a process that has confined itself.
#include "candour/base/sandbox.h"

#include <doctest/doctest.h>

#include "candour/base/disk.h"
#include "candour/testing/child.h"
#include "candour/testing/shared.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

#ifndef __SANITIZE_THREAD__  // whose own thread runs from the beginning

TEST_CASE("A vault is made, filled, verified and opened again in a confined process") {
  const candour::testing::TemporaryFolder folder;
  const auto work = [&folder](const std::vector<std::filesystem::path>& read_write) {
    return candour::testing::in_child([&] {
      static_cast<void>(base::confine({.read_write = read_write}));
      base::PosixDisk disk;
      const std::filesystem::path path = folder.path() / "RXX.vault";
      {
        Vault vault = testing::make_vault(disk, path);
        static_cast<void>(testing::load(vault, Scope::kWholeSlice, {testing::kThree[0]}));
        vault.verify();
      }
      const Vault again = Vault::open(disk, path, testing::key());
      return testing::rows_of(again).size() == 1 ? 0 : 1;
    });
  };
  CHECK(work({folder.path()}) == 0);
  std::filesystem::remove(folder.path() / "RXX.vault");
  CHECK(work({}) == candour::testing::kThrew);  // the control: its folder is not one of them
}

#endif

}  // namespace
}  // namespace candour::vault
