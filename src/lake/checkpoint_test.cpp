#include "candour/lake/checkpoint.h"

#include <doctest/doctest.h>

#include <fstream>

#include "candour/lake/lake_format.h"
#include "candour/lake/lake_testing.h"
#include "candour/testing/crash.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;

namespace {

Checkpoints checkpoints_of(Lake& lake) {
  return {lake.disk(), lake.folder(), std::make_shared<ScratchShelf>(lake.scratch())};
}

/// A log of `last` versions, in which submissions of 12 slices follow each other. Its data files are not
/// made: to open a table none is read.
State write_log(Lake& lake, std::uint64_t last, std::vector<std::uint64_t> checkpoints) {
  static_cast<void>(lake.open());
  Log log(lake.disk(), lake.folder());
  const Creation created = *log.load(0).created;
  State state;
  for (std::uint64_t version = 1; version <= last; ++version) {
    Entry entry;
    entry.version = version;
    entry.reason = Reason::kSubmitted;
    SliceFile file;
    file.submission = identity_of("submission " + std::to_string(version));
    file.slice = {"R" + std::to_string(version % 12), "2025-09"};
    file.revision = static_cast<std::uint32_t>(version);
    file.committed_at_unix = 1'764'000'000;
    file.written_at_unix = 1'764'000'000;
    file.tags = {{"empty", ""}, {"instruction", "é “2025”, 1"}};
    file.path = "data/" + DataName{version, "0123456789abcdef", version}.text();
    file.size_bytes = 1000 + version;
    file.sha256 = identity_of("file " + std::to_string(version));
    file.rows = version;
    if (const auto held = state.newest.slices.find(file.slice); held != state.newest.slices.end()) {
      entry.removed = held->second.path;
    }
    entry.added = file;
    std::ofstream(log.path_of(version)) << write_entry(entry);
    state.apply(entry, log.path_of(version));
    if (std::find(checkpoints.begin(), checkpoints.end(), version) != checkpoints.end()) {
      checkpoints_of(lake).store(state, created);
    }
  }
  return state;
}

std::filesystem::path checkpoint_path(Lake& lake, std::uint64_t version) {
  return lake.folder() / "_delta_log" / (version_name(version) + ".checkpoint.parquet");
}

bool is_same(const State& a, const State& b) {
  return a.newest.version == b.newest.version && a.newest.slices == b.newest.slices && a.commits == b.commits;
}

}  // namespace

TEST_CASE("A checkpoint gives the state that the log adds up to, and the same state the same bytes") {
  Lake lake;
  const State state = write_log(lake, 30, {20, 30});
  const Checkpoints checkpoints = checkpoints_of(lake);
  CHECK(checkpoints.versions() == std::vector<std::uint64_t>{20, 30});
  CHECK(is_same(checkpoints.load(30), state));
  State replayed;
  Log(lake.disk(), lake.folder()).replay(replayed, 20);
  CHECK(is_same(checkpoints.load(20), replayed));
  const std::string bytes = base::load_text(lake.disk(), checkpoint_path(lake, 30));
  std::filesystem::remove(checkpoint_path(lake, 30));
  checkpoints_of(lake).store(state, *Log(lake.disk(), lake.folder()).load(0).created);
  CHECK(base::load_text(lake.disk(), checkpoint_path(lake, 30)) == bytes);
  CHECK(base::load_text(lake.disk(), lake.folder() / "_delta_log" / "_last_checkpoint") ==
        "{\"version\":30,\"size\":44,\"sizeInBytes\":" + std::to_string(bytes.size()) + "}");
}

TEST_CASE("Who opens a table reads the log from the checkpoint on") {
  Lake lake;
  const State state = write_log(lake, 30, {20});
  // The entries before it are not read: they could be anything.
  std::ofstream(lake.folder() / "_delta_log" / (version_name(20) + ".json")) << "no entry";
  Table table = Table::open(lake.surroundings(), lake.folder());
  CHECK(table.snapshot().slices == state.newest.slices);
  CHECK(table.snapshot(25).version == 25);
  CHECK_FALSE(table.checkpoint_problem());
  CHECK(code_of([&] { static_cast<void>(table.snapshot(19)); }) == "none");
  CHECK(code_of([&] { static_cast<void>(table.find(identity_of("submission 20"))); }) == "CND-2301");
}

TEST_CASE("A checkpoint that is damaged or missing costs time alone, and the reason is told") {
  Lake lake;
  const State state = write_log(lake, 30, {10, 20});
  const auto open_with = [&](std::string_view code) {
    Table table = Table::open(lake.surroundings(), lake.folder());
    CHECK(table.snapshot().slices == state.newest.slices);
    CHECK(table.find(identity_of("submission 7"))->version == 7);
    REQUIRE(table.checkpoint_problem());
    CHECK(table.checkpoint_problem()->code().view() == code);
  };
  const std::string whole = base::load_text(lake.disk(), checkpoint_path(lake, 20));
  std::string damaged = whole;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  std::ofstream(checkpoint_path(lake, 20), std::ios::binary) << damaged;
  open_with("CND-2305");
  std::filesystem::remove(checkpoint_path(lake, 20));
  open_with("CND-2305");
  std::filesystem::remove(checkpoint_path(lake, 10));
  open_with("CND-2305");
  std::ofstream(lake.folder() / "checkpoints" / (version_name(20) + ".json")) << "{\"size\":-1}";
  open_with("CND-2310");
}

TEST_CASE("A Parquet file of the right digest that is no checkpoint is refused") {
  Lake lake;
  const State state = write_log(lake, 5, {});
  Checkpoints checkpoints = checkpoints_of(lake);
  State other = state;
  other.commits.erase(state.newest.slices.begin()->second.submission);
  checkpoints.store(other, *Log(lake.disk(), lake.folder()).load(0).created);
  CHECK(code_of([&] { static_cast<void>(checkpoints.load(5)); }) == "CND-2310");
}

TEST_CASE(
    "After the hundredth commit there is a checkpoint, and one that fails is no failure of the commit") {
  Lake lake;
  write_log(lake, 99, {});
  {
    Table table = lake.open();
    CHECK(replace(table, submission_of("a", {"RX1", "2025-09"}), {"p1:1"}).version == 100);
    CHECK_FALSE(table.checkpoint_problem());
  }
  CHECK(std::filesystem::exists(checkpoint_path(lake, 100)));
  Table table = Table::open(lake.surroundings(), lake.folder());
  CHECK(table.snapshot().slices.size() == 13);
  CHECK_FALSE(table.checkpoint_problem());
  table.checkpoint();

  Lake broken;
  write_log(broken, 99, {});
  std::ofstream(broken.folder() / "checkpoints") << "a file where a folder should be";
  std::filesystem::create_directory(checkpoint_path(broken, 100));
  Table other = broken.open();
  CHECK(replace(other, submission_of("a", {"RX1", "2025-09"}), {"p1:1"}).version == 100);
  CHECK(other.checkpoint_problem());
}

TEST_SUITE("slow") {
  TEST_CASE("A log of 20,000 commits is opened from its checkpoint" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    Lake lake;
    const State state = write_log(lake, 20'000, {20'000});
    Table table = Table::open(lake.surroundings(), lake.folder());
    CHECK(table.snapshot().slices == state.newest.slices);
    CHECK_FALSE(table.checkpoint_problem());
    CHECK(table.find(identity_of("submission 77"))->version == 77);
  }
}
