#include "candour/log/mirror.h"

#include <doctest/doctest.h>

#include "candour/log/fork.h"
#include "candour/log/log_testing.h"
#include "candour/log/parties_testing.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
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
  /// Puts a head in the place of an entry, of the log at a size, cosigned by so many.
  void state_head(std::size_t index, std::size_t size, std::int64_t time = kNow,
                  std::size_t cosignatures = 4) {
    state(index, tree.head(size), time, cosignatures);
  }
  void state(std::size_t index, const Head& head, std::int64_t time, std::size_t cosignatures) {
    statement::Head stated{.header = {.log = parties.log.origin, .made = time},
                           .checkpoint = write_note(parties.cosigned(head, cosignatures, time).note)};
    stated.header.id = statement::derived_id("head", base::sha256(base::as_bytes(stated.checkpoint)));
    entries[index] =
        statement::write_envelope(statement::sign("head", statement::write_payload(stated), parties.log.key));
    tree = MemoryTree(entries);
  }
  void change(std::size_t index) {
    entries[index] += " in another history";
    tree = MemoryTree(entries);
  }
};

struct Follower {
  explicit Follower(Remote& remote, SimulatedDisk& on)
      : disk(on),
        whom{{remote.parties.policy}, 0},
        store(disk, kMirror),
        mirror(disk, store, kMirror, remote.files) {}
  bool update(const std::stop_token& stop = {}) {
    base::SilentProgress progress;
    const Followed came = mirror.update(
        whom, progress, stop,
        [&](std::uint64_t index, std::string_view entry) { got.emplace_back(index, std::string(entry)); });
    return came.how == Followed::How::kNewest;
  }
  SimulatedDisk& disk;
  Trusted whom;
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

TEST_CASE("where others cosigned the newest checkpoint, a mirror goes as far as those it believes did") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(100);
  CHECK(follower.update());
  remote.state_head(290, 280, kNow + 60);
  remote.state_head(300, 299, kNow + 90);
  remote.state_head(400, 399, kNow + 120, 3);  // from here on others sign
  remote.state_head(500, 499, kNow + 150);
  remote.show(700, kNow + 900, 3);
  base::SilentProgress progress;
  const auto update = [&](std::int64_t time) {
    follower.whom.time = time;
    return follower.mirror.update(follower.whom, progress, {}, nullptr);
  };
  Followed came = update(kNow);
  CHECK(came.how == Followed::How::kStep);
  CHECK(came.time == kNow + 90);
  CHECK(follower.store.next() == remote.tree.head(299));
  CHECK(follower.store.published().head == remote.tree.head(299));
  CHECK(update(came.time).time == kNow + 150);
  CHECK(follower.store.published().head == remote.tree.head(499));
  CHECK(code_of([&] { (void)update(kNow + 150); }) == "CND-2550");
  // One who does not know how late it was may learn it from what it holds.
  came = update(0);
  CHECK(came.how == Followed::How::kStep);
  CHECK(came.time == kNow + 150);
  CHECK_FALSE(disk.exists(kMirror / "evidence"));
  remote.show(700, kNow + 900);
  CHECK(follower.update());
}

TEST_CASE("no step is taken to a head that too few signed, nor without the log's own signature over all") {
  Remote remote;
  remote.state_head(290, 280, kNow, 3);
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(700, kNow, 3);
  CHECK(code_of([&] { follower.update(); }) == "CND-2550");
  remote.state_head(290, 280);
  remote.show(700, kNow, 3);
  std::string& note = remote.files.files["checkpoint"];
  const std::string good = note;
  note = write_note(
      sign_checkpoint({remote.parties.log.origin, remote.tree.head(700), {}}, TestLog(2).key).note);
  remote.files.fetched = 0;
  CHECK(code_of([&] { follower.update(); }) == "CND-2550");
  CHECK(remote.files.fetched == 1);
  CHECK(follower.store.next().size == 0);
  note = good;
  CHECK_FALSE(follower.update());
  CHECK(follower.store.published().head == remote.tree.head(280));
}

TEST_CASE("a head of another history than the log that it stands in is evidence that proves itself") {
  for (const std::size_t size : {280, 700}) {
    Remote remote, other;
    other.change(10);
    remote.state(290, other.tree.head(size), kNow, 4);
    SimulatedDisk disk;
    Follower follower(remote, disk);
    remote.show(700, kNow, 3);
    CHECK(code_of([&] { follower.update(); }) == "CND-2552");
    CHECK(follower.store.next().size == 0);
    const auto files = disk.list(kMirror / "evidence");
    REQUIRE(files.size() == 1);
    const Fork fork = parse_fork(base::load_text(disk, kMirror / "evidence" / files[0]));
    CHECK(proves_fork(fork, remote.parties.log.verifier()));
  }
}

TEST_CASE("what is offered without the quorum and does not go on from what is held is not even read") {
  Remote remote;
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(300);
  CHECK(follower.update());
  remote.change(10);
  remote.state_head(400, 399);
  remote.show(700, kNow, 3);
  remote.files.fetched = 0;
  CHECK(code_of([&] { follower.update(); }) == "CND-2550");
  CHECK(remote.files.fetched <= 8);  // checkpoint and tiles, no bundle
  CHECK(follower.store.published().head.size == 300);
}

TEST_CASE("a step that was cut short is finished before another is looked for") {
  Remote remote;
  remote.state_head(650, 600);
  SimulatedDisk disk;
  Follower follower(remote, disk);
  remote.show(700, kNow, 3);
  base::SilentProgress progress;
  std::stop_source stop;
  CHECK(
      follower.mirror.update(follower.whom, progress, stop.get_token(), [&](auto...) { stop.request_stop(); })
          .how == Followed::How::kStopped);
  CHECK(follower.store.seen().head.size == 600);
  CHECK(follower.store.next() == remote.tree.head(256));
  CHECK(follower.mirror.update(follower.whom, progress, {}, nullptr).how == Followed::How::kStep);
  CHECK(follower.store.published().head == remote.tree.head(600));
}

TEST_CASE("a mirror reads no more without believing it than a log may have between two heads") {
  Remote remote;
  remote.entries = vector_entries(kUnbelievedAtMost + 1000);
  remote.tree = MemoryTree(remote.entries);
  remote.state_head(kUnbelievedAtMost + 300, 280);
  remote.show(remote.entries.size(), kNow, 3);
  SimulatedDisk disk;
  Follower follower(remote, disk);
  CHECK(code_of([&] { follower.update(); }) == "CND-2550");
  CHECK(follower.store.next().size == 0);
  remote.state_head(kUnbelievedAtMost - 1, 280);
  remote.show(remote.entries.size(), kNow, 3);
  CHECK_FALSE(follower.update());
  CHECK(follower.store.published().head == remote.tree.head(280));
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
  const Followed came = follower.mirror.update(follower.whom, progress, stop.get_token(),
                                               [&](std::uint64_t index, std::string_view) {
                                                 last = index;
                                                 stop.request_stop();
                                               });
  CHECK(came.how == Followed::How::kStopped);
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
