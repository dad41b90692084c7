#include "candour/log/store.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/log/log_testing.h"
#include "candour/log/store_testing.h"
#include "candour/log/tile_reader.h"
#include "candour/statement/salted.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;
using base::SimulatedDisk;
using candour::testing::code_of;

namespace {

const std::filesystem::path kLog = "/log";

}  // namespace

TEST_CASE("a store holds what was appended, entry by entry, under the root of RFC 6962") {
  SimulatedDisk disk;
  const auto entries = vector_entries(600);
  const MemoryTree tree(entries);
  Store store(disk, kLog);
  CHECK(store.next() == Head{});
  for (const std::size_t size : {1, 2, 3, 255, 256, 257, 300, 511, 513, 600}) {
    CHECK(grow(store, entries, size) == tree.head(size));
    CHECK(store.next() == tree.head(size));
  }
  for (const std::uint64_t index : {0, 254, 255, 256, 511, 512, 599}) {
    CHECK(store.entry(index) == entries[index]);
    CHECK(store.find(tree.leaves()[index]) == index);
  }
  CHECK(store.find(leaf_hash({})) == std::nullopt);
  CHECK(code_of([&] { (void)store.entry(600); }) == "CND-2511");
}

TEST_CASE("a store serves the tiles and bundles of every size up to its own, and nothing beyond") {
  SimulatedDisk disk;
  const auto entries = vector_entries(530);
  Store store(disk, kLog);
  grow(store, entries, 530);
  for (const std::size_t size : {1, 5, 255, 256, 257, 300, 512, 529, 530}) {
    MemoryFiles files = files_of({entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(size)});
    for (const auto& [path, bytes] : files.files) {
      INFO(path);
      CHECK(store.fetch(path) == bytes);
    }
  }
  for (const char* path :
       {"tile/0/002.p/19", "tile/entries/002.p/19", "tile/0/002", "tile/0/003", "tile/1/000",
        "tile/1/000.p/3", "checkpoint", "heads/000001.journal", "tile/entries/../../lock"}) {
    INFO(path);
    CHECK(store.fetch(path) == std::nullopt);
  }
}

TEST_CASE("a store that is opened again is as it was") {
  SimulatedDisk disk;
  const auto entries = vector_entries(300);
  const TestLog log;
  const std::string note = log.note(MemoryTree(entries).head(300));
  {
    Store store(disk, kLog);
    grow(store, entries, 200);
    grow(store, entries, 300);
    store.publish(note);
    CHECK(code_of([&] { const Store second(disk, kLog); }) == "CND-1006");
  }
  Store store(disk, kLog);
  CHECK(store.next() == MemoryTree(entries).head(300));
  CHECK(store.published().note == note);
  CHECK(store.fetch("checkpoint") == note);
  CHECK(store.entry(299) == entries[299]);
  CHECK(store.find(leaf_hash(base::as_bytes(entries[7]))) == 7);
}

TEST_CASE("what stands beyond the next head is gone after a start, and its place is used again") {
  SimulatedDisk disk;
  const auto entries = vector_entries(700);
  {
    Store store(disk, kLog);
    grow(store, entries, 250);
  }
  // What an append leaves that was cut off before its head: a bundle and its tile, and the beginning of more.
  {
    SimulatedDisk other;
    Store store(other, kLog);
    grow(store, entries, 600);
    for (const char* path : {"tile/entries/000", "tile/entries/001", "tile/entries/002"}) {
      const std::string bytes = base::load_text(other, kLog / path);
      disk.open_random(kLog / path, base::OpenMode::kCreate)->write_at(0, base::as_bytes(bytes));
    }
    disk.make_folder(kLog / "tile/0");
    disk.store_new(kLog / "tile/0/000", base::load_text(other, kLog / "tile/0/000"));
  }
  Store store(disk, kLog);
  CHECK(store.next().size == 250);
  CHECK_FALSE(disk.exists(kLog / "tile/entries/001"));
  CHECK_FALSE(disk.exists(kLog / "tile/0/000"));
  auto others = entries;
  for (std::size_t i = 250; i < others.size(); ++i) others[i] += " of another history";
  CHECK(grow(store, others, 700) == MemoryTree(others).head(700));
}

TEST_CASE("a head follows from the one that stands, by size and root") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  const auto entries = vector_entries(3);
  const Head head = store.append({}, entries);
  CHECK(code_of([&] { store.append({}, entries); }) == "CND-2533");
  CHECK(code_of([&] { store.append({3, leaf_hash({})}, entries); }) == "CND-2533");
  CHECK(store.append(head, entries).size == 6);
  const TestLog log;
  CHECK(code_of([&] { store.publish(log.note({7, leaf_hash({})})); }) == "CND-2533");
  CHECK(code_of([&] { store.publish(log.note({6, leaf_hash({})})); }) == "CND-2538");
}

TEST_CASE("entries that are too large for one append are refused before anything is written") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  const auto before = disk.operations();
  CHECK(code_of([&] { store.append({}, std::vector<std::string>{std::string(65'536, 'a')}); }) == "CND-2508");
  CHECK(code_of([&] { store.append({}, std::vector<std::string>(300, std::string(65'535, 'a'))); }) ==
        "CND-2537");
  CHECK(code_of([&] { store.append({}, std::vector<std::string>(4097)); }) == "CND-2537");
  CHECK(disk.operations() == before);
  CHECK(store.append({}, std::vector<std::string>{std::string(65'535, 'a'), ""}).size == 2);
  CHECK(store.entry(1).empty());
}

TEST_CASE("a bit that flips between writing and signing is caught, wherever it is") {
  for (const char* victim : {"entries/000", "entries/001", "0/000"}) {
    INFO(victim);
    SimulatedDisk real;
    FlippingDisk disk(real);
    const auto entries = vector_entries(300);
    Store store(disk, kLog);
    const Head head = grow(store, entries, 200);
    disk.flip_once(victim);
    CHECK(code_of([&] { grow(store, entries, 300); }) == "CND-2534");
    CHECK(store.next() == head);
    // Nobody knows what the disk does next: the store is of no use any more.
    CHECK(code_of([&] { grow(store, entries, 300); }) == "CND-2538");
  }
  // The twin without the flip.
  SimulatedDisk real;
  FlippingDisk disk(real);
  Store store(disk, kLog);
  grow(store, vector_entries(300), 200);
  CHECK(grow(store, vector_entries(300), 300).size == 300);
}

TEST_CASE("a log whose folder was changed below its head does not open, and the place is named") {
  const auto entries = vector_entries(600);
  const auto refusal = [&](const std::function<void(base::SimulatedDisk&)>& damage) {
    SimulatedDisk disk;
    {
      Store store(disk, kLog);
      grow(store, entries, 600);
    }
    damage(disk);
    try {
      const Store store(disk, kLog);
    } catch (const base::Error& error) {
      CHECK(error.code() == base::ErrorCode("CND-2532"));
      return std::get<std::filesystem::path>(error.fields().at(0).value).string();
    }
    return std::string("it opened");
  };
  const auto flip = [&](const char* path) {
    return [path](SimulatedDisk& disk) {
      const auto file = disk.open_random(kLog / path, base::OpenMode::kExisting);
      std::uint8_t byte = 0;
      file->read_at(20, {&byte, 1});
      byte ^= 0x10U;
      file->write_at(20, {&byte, 1});
    };
  };
  const auto cut = [&](const char* path) {
    return [path](SimulatedDisk& disk) {
      const auto file = disk.open_random(kLog / path, base::OpenMode::kExisting);
      file->truncate(file->size_bytes() - 1);
    };
  };
  CHECK(refusal([](SimulatedDisk&) {}) == "it opened");
  CHECK(refusal(flip("tile/entries/000")) == "/log/tile/entries/000");
  CHECK(refusal(flip("tile/entries/002")) == "/log/tile/entries/002");
  CHECK(refusal(flip("tile/0/001")) == "/log/tile/entries/001");
  CHECK(refusal(cut("tile/entries/001")) == "/log/tile/entries/001");
  CHECK(refusal(cut("tile/entries/002")) == "/log/tile/entries/002");
  CHECK(refusal(cut("tile/0/001")) == "/log/tile/0/001");
  CHECK(refusal([](SimulatedDisk& disk) { disk.remove(kLog / "tile/0/000"); }) == "/log/tile/0/000");
  CHECK(refusal([](SimulatedDisk& disk) { disk.remove(kLog / "tile/entries/001"); }) ==
        "/log/tile/entries/001");
  CHECK(refusal([](SimulatedDisk& disk) {
          for (const std::string& name : disk.list(kLog / "heads")) disk.remove(kLog / "heads" / name);
        }) == "/log/heads");
}

TEST_CASE("a bit that flips in a stored entry later is not given to a reader") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  grow(store, vector_entries(300), 300);
  const auto file = disk.open_random(kLog / "tile/entries/000", base::OpenMode::kExisting);
  file->write_at(20, base::as_bytes("X"));
  CHECK(code_of([&] { (void)store.entry(1); }) == "CND-2532");
  CHECK(store.entry(299) == "candour entry 299");
}

TEST_CASE("what a store serves is enough for a reader who believes the head alone") {
  SimulatedDisk disk;
  const auto entries = vector_entries(700);
  Store store(disk, kLog);
  const Head old = grow(store, entries, 290);
  const Head head = grow(store, entries, 700);
  TileReader reader(store, head);
  const ProvenEntry proven = reader.entry(299);
  CHECK(proven.entry == entries[299]);
  CHECK(verify_inclusion(leaf_hash(base::as_bytes(proven.entry)), 299, head, proven.path));
  CHECK(verify_consistency(old, head, prove_consistency(reader, 290, 700)));
}

TEST_CASE("a log of more than 65,536 entries has tiles of two levels, and all of them agree") {
  SimulatedDisk disk;
  const auto entries = vector_entries(66'000);
  const MemoryTree tree(entries);
  {
    Store store(disk, kLog);
    for (std::size_t size = 4000; size <= 64'000; size += 4000) grow(store, entries, size);
    CHECK(grow(store, entries, 66'000) == tree.head(66'000));
  }
  CHECK(disk.exists(kLog / "tile/1/000"));
  Store store(disk, kLog);
  CHECK(store.next() == tree.head(66'000));
  TileReader reader(store, store.next());
  CHECK(reader.entry(65'535).entry == entries[65'535]);
}

TEST_CASE("a free text is kept under its commitment, with its salt") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  statement::Salt salt{};
  salt[0] = 7;
  const std::string text = "It was a mistake.";
  const base::Digest name = statement::commit_text(text, salt).commitment;
  const std::string body = statement::free_text_body(text, salt);
  store.bodies().put(name, body);
  CHECK(store.bodies().get(name) == body);
  statement::Salt other{};
  CHECK(code_of([&] { store.bodies().put(name, statement::free_text_body(text, other)); }) == "CND-2535");
  CHECK(code_of([&] { store.bodies().put(name, text); }) == "CND-2535");
}

TEST_CASE("a body that is withheld is in no file that is served, comes in no more, and comes back") {
  SimulatedDisk disk;
  const std::string body = statement::free_text_body("It was a mistake.", statement::Salt{7});
  const base::Digest name = statement::commit_text("It was a mistake.", statement::Salt{7}).commitment;
  const auto served = kLog / "body" / base::to_hex(name);
  Store store(disk, kLog);
  store.bodies().put(name, body);
  for (int twice = 0; twice < 2; ++twice) store.bodies().withhold(name);
  CHECK(store.bodies().get(name) == std::nullopt);
  CHECK_FALSE(disk.exists(served));
  store.bodies().put(name, body);
  CHECK_FALSE(store.bodies().has(name));
  for (int twice = 0; twice < 2; ++twice) store.bodies().restore(name);
  CHECK(store.bodies().get(name) == body);
  store.bodies().withhold(name);
  store.bodies().remove(name);
  store.bodies().put(name, body);
  CHECK_FALSE(store.bodies().has(name));
  store.bodies().restore(name);
  CHECK_FALSE(store.bodies().has(name));
  CHECK(disk.list(kLog / "withheld").empty());
}

TEST_CASE("a body is kept under its digest, and only as what it says") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  const std::string body = "a list of providers";
  const base::Digest digest = base::sha256(base::as_bytes(body));
  CHECK(store.bodies().get(digest) == std::nullopt);
  CHECK(code_of([&] { store.bodies().put(digest, "another list"); }) == "CND-2535");
  store.bodies().put(digest, body);
  store.bodies().put(digest, body);
  CHECK(store.bodies().get(digest) == body);
  CHECK(store.bodies().has(digest));
  const std::string large(kBodyAtMostBytes + 1, 'x');
  CHECK(code_of([&] { store.bodies().put(base::sha256(base::as_bytes(large)), large); }) == "CND-2535");
  disk.open_random(kLog / "body" / base::to_hex(digest), base::OpenMode::kExisting)
      ->write_at(0, base::as_bytes("B"));
  CHECK(code_of([&] { (void)store.bodies().get(digest); }) == "CND-2536");
}

TEST_CASE("the folder of a small log is the one in docs/reference/formats/log-folder.md") {
  SimulatedDisk disk;
  Store store(disk, kLog);
  store.append({}, std::vector<std::string>{"one", "two"});
  using namespace std::string_literals;
  CHECK(base::load_text(disk, kLog / "tile/entries/000") == "\0\x03one\0\x03two"s);
  CHECK(base::load_text(disk, kLog / "heads/000001.journal") ==
        write_state_line("next 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") +
            write_state_line("next 2 T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4="));
  CHECK(write_state_line("next 2 T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=").starts_with("38a1"));
}
