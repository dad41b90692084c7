#include "candour/log/mirror.h"

#include <doctest/doctest.h>

#include "candour/log/fork.h"
#include "candour/log/log_testing.h"
#include "candour/log/parties_testing.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;
using base::SimulatedDisk;
using candour::testing::code_of;

namespace {

const std::filesystem::path kMirror = "/mirror";

/// A log somewhere else, at any size, with a checkpoint that four of five co-signed.
struct Remote {
  Parties parties;
  std::vector<std::string> entries = vector_entries(700);
  MemoryTree tree{entries};
  MemoryFiles files;

  void show(std::size_t size, std::int64_t time = kNow, std::size_t cosignatures = 4) {
    files = files_of({entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(size)});
    files.files["checkpoint"] = write_note(parties.cosigned(tree.head(size), cosignatures, time).note);
  }
  void change(std::size_t index) {
    entries[index] += " in another history";
    tree = MemoryTree(entries);
  }
};

struct Follower {
  explicit Follower(Remote& remote, SimulatedDisk& on)
      : disk(on), store(disk, kMirror), mirror(disk, store, kMirror, remote.parties.policy, remote.files) {}
  bool update(const std::stop_token& stop = {}) {
    base::SilentProgress progress;
    return mirror.update(progress, stop, [&](std::uint64_t index, std::string_view entry) {
      got.emplace_back(index, std::string(entry));
    });
  }
  SimulatedDisk& disk;
  Store store;
  Mirror mirror;
  std::vector<std::pair<std::uint64_t, std::string>> got;
};

}  // namespace

TEST_CASE("a mirror follows a log, hands out each new entry once in order, and serves the same files") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  std::uint64_t expected = 0;
  for (const std::size_t size : {0, 1, 100, 255, 256, 300, 300, 700}) {
    remote.show(size);
    CHECK(follower.update());
    CHECK(follower.store.next() == remote.tree.head(size));
    CHECK(follower.store.published().head == remote.tree.head(size));
    for (; expected < size; ++expected) {
      REQUIRE(follower.got.size() > expected);
      CHECK(follower.got[expected] == std::pair(expected, remote.entries[expected]));
    }
  }
  CHECK(follower.got.size() == 700);
  for (const auto& [path, bytes] : remote.files.files) CHECK(follower.store.fetch(path) == bytes);
}

TEST_CASE("a mirror fetches only what is new") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(600);
  CHECK(follower.update());
  remote.show(610);
  CHECK(follower.update());
  CHECK(remote.files.fetched <= 6);  // checkpoint, the edge's tiles, one bundle
  remote.files.fetched = 0;
  CHECK(follower.update());
  CHECK(remote.files.fetched == 1);
}

TEST_CASE("a checkpoint without the quorum, of another log or with a broken signature is not followed") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  CHECK(code_of([&] { follower.update(); }) == "CND-2509");
  remote.show(300, kNow, 3);
  CHECK(code_of([&] { follower.update(); }) == "CND-2550");
  remote.show(300);
  std::string& note = remote.files.files["checkpoint"];
  const std::string good = note;
  note[note.size() - 8] = note[note.size() - 8] == 'A' ? 'B' : 'A';
  CHECK(code_of([&] { follower.update(); }) == "CND-2502");
  note = "nothing";
  CHECK(code_of([&] { follower.update(); }) == "CND-2501");
  CHECK(follower.store.next().size == 0);
  note = good;
  CHECK(follower.update());
}

TEST_CASE("files that are not what the checkpoint says never become visible") {
  for (const char* path :
       {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"}) {
    INFO(path);
    Remote remote;
    SimulatedDisk disk;
    Follower follower(remote, disk);
    remote.show(300);
    std::string& bytes = remote.files.files.at(path);
    const std::string good = bytes;
    bytes.back() ^= 1;
    CHECK(code_of([&] { follower.update(); }) == "CND-2510");
    CHECK(follower.store.published().note.empty());
    for (const auto& [index, entry] : follower.got) CHECK(entry == remote.entries[index]);
    bytes = good;
    CHECK(follower.update());
    CHECK(follower.store.next() == remote.tree.head(300));
  }
}

TEST_CASE("a smaller checkpoint is refused, also after a start and while entries are still to come") {
  Remote remote;
  SimulatedDisk disk;
  {
    Follower follower(remote, disk);
    remote.show(300);
    CHECK(follower.update());
    remote.show(600);
    remote.files.files.erase("tile/entries/001");
    CHECK(code_of([&] { follower.update(); }) == "CND-2509");
    CHECK(follower.store.seen().head.size == 600);
    CHECK(follower.store.published().head.size == 300);
  }
  Follower follower(remote, disk);
  remote.show(600);
  const auto newer = remote.files.files;
  remote.show(400);
  // The tiles of the larger log are there still, as in any log that is served from a cache.
  const std::string old = remote.files.files["checkpoint"];
  remote.files.files = newer;
  remote.files.files["checkpoint"] = old;
  CHECK(code_of([&] { follower.update(); }) == "CND-2551");
  CHECK_FALSE(disk.exists(kMirror / "evidence"));
  remote.show(600);
  CHECK(follower.update());
  CHECK(follower.got.front().first == 300);
}

TEST_CASE("a checkpoint that contradicts what is held is kept as evidence that proves itself") {
  struct Case {
    std::size_t held;
    std::size_t offered;
  };
  for (const Case& one : {Case{300, 600}, Case{300, 300}, Case{600, 300}}) {
    Remote remote;
    SimulatedDisk disk;
    Follower follower(remote, disk);
    remote.show(one.held);
    CHECK(follower.update());
    remote.change(100);
    remote.show(one.offered);
    CHECK(code_of([&] { follower.update(); }) == "CND-2552");
    CHECK(follower.store.seen().head.size == one.held);
    const auto files = disk.list(kMirror / "evidence");
    REQUIRE(files.size() == 1);
    const Fork fork = parse_fork(base::load_text(disk, kMirror / "evidence" / files[0]));
    CHECK(proves_fork(fork, remote.parties.log.verifier()));
  }
  // The twin: the same sizes, one history.
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(300);
  CHECK(follower.update());
  remote.show(600);
  CHECK(follower.update());
}

TEST_CASE("newer cosignatures of the same head replace older ones, never the other way") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(300, kNow);
  CHECK(follower.update());
  remote.show(300, kNow + 300);
  CHECK(follower.update());
  const std::string newest = remote.files.files["checkpoint"];
  CHECK(follower.store.published().note == newest);
  remote.show(300, kNow);
  CHECK(follower.update());
  CHECK(follower.store.published().note == newest);
}

TEST_CASE("a mirror that is stopped goes on where it was") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(700);
  std::stop_source stop;
  base::SilentProgress progress;
  std::uint64_t last = 0;
  CHECK_FALSE(follower.mirror.update(progress, stop.get_token(), [&](std::uint64_t index, std::string_view) {
    last = index;
    stop.request_stop();
  }));
  CHECK(last == 255);
  CHECK(follower.store.next() == remote.tree.head(256));
  CHECK(follower.store.fetch("checkpoint") == std::nullopt);
  CHECK(follower.update());
  CHECK(follower.got.front().first == 256);
  CHECK(follower.store.published().head.size == 700);
}

TEST_CASE("a body is fetched once, and only as what it says") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  const std::string body = "a list of providers";
  const Digest digest = base::sha256(base::as_bytes(body));
  const std::string path = "body/" + base::to_hex(digest);
  CHECK(follower.mirror.body(digest) == std::nullopt);
  remote.files.files[path] = "another list";
  CHECK(code_of([&] { (void)follower.mirror.body(digest); }) == "CND-2535");
  remote.files.files[path] = body;
  CHECK(follower.mirror.body(digest) == body);
  remote.files.files.erase(path);
  CHECK(follower.mirror.body(digest) == body);
}
