// The engine in a process that has confined itself.
#include "candour/base/sandbox.h"

#include <doctest/doctest.h>

#include "candour/sql/engine.h"
#include "candour/sql/sql_testing.h"
#include "candour/sql/surroundings.h"
#include "candour/testing/child.h"
#include "candour/testing/shared.h"

namespace candour::sql {
namespace {

#ifndef __SANITIZE_THREAD__  // whose own thread runs from the beginning

TEST_CASE("The engine runs, writes Parquet and reads it in a confined process") {
  const testing::TemporaryFolder folder;
  const auto work = [&folder](const std::vector<std::filesystem::path>& read_write) {
    return testing::in_child([&] {
      static_cast<void>(base::confine(
          {.read_write = read_write, .read_only = {std::begin(kEngineReads), std::end(kEngineReads)}}));
      Engine engine({.threads = 2});
      Numbers numbers(50'000);
      engine.put_table("numbers", numbers);
      Numbers again(50'000);
      ParquetFile file(folder.path() / "numbers.parquet");
      file.write(again);
      Result result = file.read(again.schema());
      return collect(result).size() == 50'000 ? 0 : 1;
    });
  };
  CHECK(work({folder.path()}) == 0);
  std::filesystem::remove(folder.path() / "numbers.parquet");
  CHECK(work({}) == testing::kThrew);  // the control: its folder is not one of them
}

#endif

}  // namespace
}  // namespace candour::sql
