// Two writers of one table. In one process, with the second committing at the worst moment; and as two real
// processes that commit hundreds of submissions at once. The control replaces files as rename() does, and
// loses.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "candour/lake/hooked_disk_testing.h"
#include "candour/lake/lake_testing.h"
#include "candour/testing/crash.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;
using Naming = HookedDisk::Naming;

namespace {

/// `table` commits "a" while another process commits "b" at the moment before its entry is stored; gives how
/// many of the two acknowledged commits are in the lake.
std::size_t found_of_two(Naming naming, const Submission& a, const Submission& b) {
  Lake lake;
  Table other = lake.open();
  HookedDisk disk(lake.disk(), naming);
  disk.before_store = [&](const std::filesystem::path& path) {
    if (path.filename() == "00000000000000000001.json") replace(other, b, {"p2:2"});
  };
  Table table = Table::open({disk, lake.random(), lake.scratch()}, lake.folder());
  replace(table, a, {"p1:1"});
  Table reader = lake.open();
  return std::size_t{reader.find(a.identity).has_value()} + std::size_t{reader.find(b.identity).has_value()};
}

}  // namespace

TEST_CASE("Of two that commit a version at once one becomes the next, and both are there") {
  const Submission a = submission_of("a", kSeptember);
  const Submission b = submission_of("b", kOctober);
  CHECK(found_of_two(Naming::kLinks, a, b) == 2);
  // Control: where a file is replaced, the first is lost though it was acknowledged.
  CHECK(found_of_two(Naming::kRenames, a, b) == 1);
}

TEST_CASE("Of two that replace the same the second is refused, and the same submission is committed once") {
  CHECK(code_of([] {
          found_of_two(Naming::kLinks, submission_of("a", kSeptember), submission_of("b", kSeptember));
        }) == "CND-2306");
  Lake lake;
  Table other = lake.open();
  HookedDisk disk(lake.disk());
  const Submission same = submission_of("a", kSeptember);
  Commit first;
  disk.before_store = [&](const std::filesystem::path& path) {
    if (path.filename() == "00000000000000000001.json") first = replace(other, same, {"p1:1"});
  };
  Table table = Table::open({disk, lake.random(), lake.scratch()}, lake.folder());
  CHECK(replace(table, same, {"p1:1"}) == first);
  CHECK(table.snapshot().version == 1);
}

namespace {

constexpr const char* kWriterCase = "a writer of the race";
const Slice kContested{"RA2", "2025-09"};

/// What one process commits: submissions of its own, the same as the other's, and revisions of one slice that
/// both replace again and again. Each acknowledged commit is a line of `acks`.
void write_much(Table& table, const std::string& writer, std::uint32_t count, std::ofstream& acks) {
  const auto acknowledge = [&](const std::string& name, const Commit& commit) {
    acks << name << ' ' << commit.version << '\n' << std::flush;
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string own = writer + "-own-" + number;
    acknowledge(own, replace(table, submission_of(own, {writer, "own-" + number}), {own + ":1"}));
    const std::string both = "both-" + number;
    acknowledge(both, replace(table, submission_of(both, {"both", number}), {both + ":1"}));
    const std::string contested = writer + "-contested-" + number;
    while (true) {
      const Snapshot snapshot = table.snapshot();
      Submission next = submission_of(contested, kContested);
      if (const auto held = snapshot.slices.find(kContested); held != snapshot.slices.end()) {
        next.supersedes = held->second.submission;
        next.revision = held->second.revision + 1;
      }
      try {
        acknowledge(contested, replace(table, next, {contested + ":1"}));
        break;
      } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode("CND-2306")) throw;
      }
    }
  }
}

pid_t start_writer(const Lake& lake, const std::string& writer, std::uint32_t count, Naming naming) {
  const pid_t child = fork();
  if (child != 0) return child;
  setenv("CANDOUR_RACE_FOLDER", lake.folder().c_str(), 1);
  setenv("CANDOUR_RACE_SCRATCH", lake.scratch().c_str(), 1);
  setenv("CANDOUR_RACE_WRITER", writer.c_str(), 1);
  setenv("CANDOUR_RACE_COUNT", std::to_string(count).c_str(), 1);
  setenv("CANDOUR_RACE_RENAMES", naming == Naming::kRenames ? "1" : "0", 1);
  const std::string test_case = std::string("--test-case=") + kWriterCase;
  execl("/proc/self/exe", "lake_test", test_case.c_str(), "--no-skip", "--minimal", nullptr);
  _exit(127);
}

struct RaceReport {
  bool both_ended_well = true;
  std::uint64_t acknowledged = 0;
  std::uint64_t lost = 0;  ///< acknowledged, and not in the lake at that version
};

/// Runs two processes and looks for what they acknowledged.
RaceReport race(Lake& lake, std::uint32_t count, Naming naming) {
  static_cast<void>(lake.open());
  RaceReport report;
  std::vector<pid_t> children;
  for (const char* writer : {"RW1", "RW2"}) children.push_back(start_writer(lake, writer, count, naming));
  for (const pid_t child : children) {
    int status = -1;
    report.both_ended_well &= waitpid(child, &status, 0) == child && status == 0;
  }
  std::map<std::string, std::uint64_t> found;
  try {
    Table table = lake.open();
    for (const char* writer : {"RW1", "RW2"}) {
      std::ifstream acks(lake.scratch() / writer);
      std::string name;
      std::uint64_t version = 0;
      while (acks >> name >> version) {
        ++report.acknowledged;
        const auto commit = table.find(identity_of(name));
        if (!commit || commit->version != version) ++report.lost;
      }
    }
  } catch (const base::Error&) {
    // A log that cannot be read has lost all of it.
    report.lost = report.acknowledged + 1;
  }
  return report;
}

void check_race(std::uint32_t count) {
  Lake lake;
  const RaceReport report = race(lake, count, Naming::kLinks);
  CHECK(report.both_ended_well);
  CHECK(report.acknowledged == std::uint64_t{6} * count);
  CHECK(report.lost == 0);
  Table table = lake.open();
  const Snapshot newest = table.snapshot();
  // Each exactly once: own ones of two processes, those that both sent, and the revisions of the contested
  // slice.
  CHECK(newest.version == std::uint64_t{5} * count);
  CHECK(newest.slices.size() == std::uint64_t{3} * count + 1);
  CHECK(newest.slices.at(kContested).revision == 2 * count);
  for (const auto& [slice, file] : newest.slices) {
    const auto rows = rows_in(table, newest, slice);
    REQUIRE(rows.size() == 1);
    CHECK(identity_of(rows[0].substr(0, rows[0].find(':'))) == file.submission);
  }
  // What the losers of a race stored for nothing is swept; what versions have stays.
  table.sweep();
  for (std::uint64_t version = 5; version <= newest.version; version += 7) {
    CHECK(code_of([&] { rows_in(table, table.snapshot(version), kContested); }) == "none");
  }
}

}  // namespace

TEST_CASE("a writer of the race" * doctest::skip()) {
  const auto from = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string folder = from("CANDOUR_RACE_FOLDER");
  if (folder.empty()) return;
  base::PosixDisk real;
  HookedDisk disk(real, from("CANDOUR_RACE_RENAMES") == "1" ? Naming::kRenames : Naming::kLinks);
  base::SystemRandom random;
  const std::filesystem::path scratch = from("CANDOUR_RACE_SCRATCH");
  std::ofstream acks(scratch / from("CANDOUR_RACE_WRITER"));
  Table table = Table::open({disk, random, scratch}, folder);
  write_much(table, from("CANDOUR_RACE_WRITER"),
             static_cast<std::uint32_t>(std::stoul(from("CANDOUR_RACE_COUNT"))), acks);
}

TEST_CASE("Two processes that commit at once commit each submission exactly once") { check_race(10); }

TEST_SUITE("slow") {
  TEST_CASE("Two processes commit hundreds of submissions at once; where they rename, some are lost" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    check_race(200);
    Lake lake;
    CHECK(race(lake, 100, Naming::kRenames).lost > 0);
  }
}
