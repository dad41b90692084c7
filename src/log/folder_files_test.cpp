#include "candour/log/folder_files.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/log/log_testing.h"
#include "candour/log/parties_testing.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;

TEST_CASE("a log's folder gives without a lock what its store serves, while the store has it") {
  base::SimulatedDisk disk;
  const Parties parties;
  const std::vector<std::string> entries = vector_entries(600);
  const MemoryTree tree(entries);
  Store store(disk, "/log");
  log::FolderFiles files(disk, "/log");
  CHECK_FALSE(files.fetch("checkpoint"));
  for (const std::size_t size : {1, 255, 256, 257, 600}) {
    (void)grow(store, entries, size);
    store.publish(write_note(parties.cosigned(tree.head(size), 4).note));
    CHECK(files.fetch("checkpoint") == store.fetch("checkpoint"));
    auto names = tiles_between(0, size);
    for (const TileName& bundle : bundles_between(0, size)) names.push_back(bundle);
    for (const TileName& name : names) {
      INFO(tile_path(name));
      CHECK(files.fetch(tile_path(name)) == store.fetch(tile_path(name)));
    }
  }
  CHECK_FALSE(files.fetch("tile/0/002.p/90"));
  CHECK_FALSE(files.fetch("tile/entries/002.p/90"));
  CHECK_FALSE(files.fetch("../log/heads"));
  const std::string body = "a list of providers";
  const Digest digest = base::sha256(base::as_bytes(body));
  CHECK_FALSE(files.fetch("body/" + base::to_hex(digest)));
  store.bodies().put(digest, body);
  CHECK(files.fetch("body/" + base::to_hex(digest)) == body);
  CHECK_FALSE(files.fetch("body/../heads"));
}

TEST_CASE("a folder of files that another program wrote is read as it is") {
  base::SimulatedDisk disk;
  const MemoryFiles served = files_of(vector_entries(300));
  for (const auto& [path, bytes] : served.files) {
    const auto file = std::filesystem::path("/mirror") / path;
    disk.make_folder(file.parent_path());
    disk.store_new(file, bytes);
  }
  disk.store_new("/mirror/checkpoint", "a note");
  log::FolderFiles files(disk, "/mirror");
  for (const auto& [path, bytes] : served.files) CHECK(files.fetch(path) == bytes);
  CHECK(files.fetch("checkpoint") == "a note");
}
