#include <doctest/doctest.h>

#include <fstream>

#include "candour/lake/hooked_disk_testing.h"
#include "candour/lake/lake_testing.h"
#include "candour/sql/engine.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;
using Rows = std::vector<std::string>;

namespace {

Erasure erasure_of(std::set<std::string> values, std::optional<Slice> slice = {}) {
  return {std::move(slice), "pathway", std::move(values), 1'764'500'000};
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

/// Whether any data file of the folder has a row of this pathway: each is read, whatever the log says of it.
bool is_anywhere(Lake& lake, const std::string& pathway) {
  for (const auto& file : std::filesystem::directory_iterator(lake.folder() / "data")) {
    sql::ParquetFile parquet(file.path());
    sql::Result rows = parquet.read(columns());
    for (const std::string& row : texts_of(rows)) {
      if (row.starts_with(pathway + ":")) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("Rows that are erased are in no file of any version, and all others stay") {
  Lake lake;
  Table table = lake.open();
  const Commit first = replace(table, submission_of("a", kSeptember), {"p1:1", "p2:2"});
  replace(table, submission_of("b", kSeptember, 2, "a"), {"p1:1", "p2:3", "p3:4"});
  replace(table, submission_of("c", kSeptember, 3, "b"), {"p2:5", "p3:6", "p1:7"});
  replace(table, submission_of("d", kOctober), {"p2:8"});
  replace(table, submission_of("e", {"RA2", "2025-09"}), {"p4:1"});
  REQUIRE(is_anywhere(lake, "p2"));

  const ErasureReport report = table.erase(erasure_of({"p2"}));
  CHECK(report.rows == 2);
  CHECK(report.slices_rewritten == 2);
  CHECK(report.files_deleted == 4);
  CHECK_FALSE(is_anywhere(lake, "p2"));

  const Snapshot newest = table.snapshot();
  CHECK(newest.version == 7);
  CHECK(rows_in(table, newest, kSeptember) == Rows{"p3:6", "p1:7"});
  CHECK(rows_in(table, newest, kOctober).empty());
  CHECK(rows_in(table, newest, {"RA2", "2025-09"}) == Rows{"p4:1"});
  const SliceFile& file = newest.slices.at(kSeptember);
  CHECK(file.submission == identity_of("c"));
  CHECK(file.revision == 3);
  CHECK(file.committed_at_unix == 1'764'000'003);
  CHECK(file.written_at_unix == 1'764'500'000);
  // Old versions can be opened; what was erased from them says so.
  for (const std::uint64_t version : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}) {
    CHECK(code_of([&] { rows_in(table, table.snapshot(version), kSeptember); }) == "CND-2307");
  }
  CHECK(rows_in(table, table.snapshot(5), {"RA2", "2025-09"}) == Rows{"p4:1"});
  CHECK(table.find(identity_of("a")) == first);
}

TEST_CASE("An erasure of what is not there changes nothing, and one of one slice leaves the others") {
  Lake lake;
  Table table = lake.open();
  replace(table, submission_of("a", kSeptember), {"p1:1"});
  replace(table, submission_of("b", kOctober), {"p1:1"});
  CHECK(table.erase(erasure_of({"p9"})).slices_rewritten == 0);
  CHECK(table.snapshot().version == 2);
  CHECK(table.erase(erasure_of({"p1"}, kOctober)).files_deleted == 1);
  CHECK(rows_in(table, table.snapshot(), kSeptember) == Rows{"p1:1"});
  CHECK(table.erase(erasure_of({"p1"}, kOctober)).rows == 0);
  CHECK(table.snapshot().version == 3);
  const auto code = [&](const std::string& column) {
    return code_of([&] { table.erase({{}, column, {"p1"}, 1}); });
  };
  CHECK(code("weeks") == "CND-2303");
  CHECK(code("names") == "CND-2303");
}

TEST_CASE("After an erasure the slice is replaced as if there had been none") {
  Lake lake;
  Table table = lake.open();
  replace(table, submission_of("a", kSeptember), {"p1:1", "p2:2"});
  table.erase(erasure_of({"p2"}));
  CHECK(replace(table, submission_of("b", kSeptember, 2, "a"), {"p1:3"}).version == 3);
  CHECK(rows_in(table, lake.open().snapshot(), kSeptember) == Rows{"p1:3"});
}

TEST_CASE("A file that nobody names is swept when its writer is dead, and erased rows with it") {
  Lake lake;
  const auto orphan = [&] {
    // A commit whose entry is lost: what is left of a process that was killed before it could make it.
    Table table = lake.open();
    const Commit commit = replace(table, submission_of("a", kSeptember), {"p1:1"});
    const auto entry = lake.folder() / "_delta_log" / "00000000000000000001.json";
    REQUIRE(std::filesystem::remove(entry));
    return lake.folder() / commit.file.path;
  };
  const auto first = orphan();
  Table other = lake.open();
  CHECK(std::filesystem::exists(first));
  std::ofstream(first.parent_path() / ("." + first.filename().string() + ".tmp")) << "PAR1";
  CHECK(other.sweep() == 2);
  CHECK(files_in(lake.folder() / "data") == 0);
  CHECK(other.sweep() == 0);
  const auto second = orphan();
  other.erase(erasure_of({"p1"}));
  CHECK_FALSE(std::filesystem::exists(second));
}

TEST_CASE("A sweep takes nothing from a writer that lives, and nothing that a version has") {
  Lake lake;
  Table other = lake.open();
  replace(other, submission_of("a", kSeptember), {"p1:1"});
  HookedDisk disk(lake.disk());
  std::size_t swept = 0;
  // The other sweeps when the data file is stored and its entry is not.
  disk.before_store = [&](const std::filesystem::path& path) {
    if (path.filename() == "00000000000000000002.json") swept += other.sweep() + 1;
  };
  Table table = Table::open({disk, lake.random(), lake.scratch()}, lake.folder());
  replace(table, submission_of("b", kSeptember, 2, "a"), {"p1:2"});
  CHECK(swept == 1);
  CHECK(rows_in(other, other.snapshot(), kSeptember) == Rows{"p1:2"});
  CHECK(rows_in(other, other.snapshot(1), kSeptember) == Rows{"p1:1"});
  CHECK(other.sweep() == 0);
}

TEST_CASE("A submission that comes while its slice is erased keeps its rows out too") {
  Lake lake;
  Table other = lake.open();
  replace(other, submission_of("a", kSeptember), {"p1:1", "p2:2"});
  HookedDisk disk(lake.disk());
  disk.before_store = [&](const std::filesystem::path& path) {
    if (path.filename() == "00000000000000000002.json") {
      replace(other, submission_of("b", kSeptember, 2, "a"), {"p1:1", "p2:5"});
    }
  };
  Table table = Table::open({disk, lake.random(), lake.scratch()}, lake.folder());
  CHECK(table.erase(erasure_of({"p2"})).rows == 1);
  CHECK(rows_in(table, table.snapshot(), kSeptember) == Rows{"p1:1"});
  CHECK_FALSE(is_anywhere(lake, "p2"));
  CHECK(table.snapshot().slices.at(kSeptember).submission == identity_of("b"));
}

namespace {

/// A submission under an instruction.
Submission under(std::string order, Submission submission) {
  submission.tags = {{"order", std::move(order)}};
  return submission;
}

std::vector<std::string> names_of(const TaggedErasure& erasure) {
  std::vector<std::string> names;
  for (const SliceFile& file : erasure.files) names.push_back(base::to_hex(file.submission));
  return names;
}

}  // namespace

TEST_CASE("What was committed with a tag is in no version, and what has replaced it stays") {
  Lake lake;
  Table table = lake.open();
  replace(table, under("old", submission_of("a", kSeptember)), {"p1:1"});
  const Commit old = replace(table, under("old", submission_of("b", kSeptember, 2, "a")), {"p2:1"});
  replace(table, under("new", submission_of("c", kSeptember, 3, "b")), {"p3:1"});
  replace(table, under("old", submission_of("d", kOctober)), {"p4:1"});
  replace(table, under("new", submission_of("e", {"RA2", "2025-09"})), {"p5:1"});
  // One that was written anew since is still of its tag.
  table.erase(erasure_of({"p4"}, kOctober));
  REQUIRE(is_anywhere(lake, "p1"));

  const TaggedErasure erased = table.erase_tagged("order", "old", 1'764'600'000);
  CHECK(names_of(erased) ==
        std::vector<std::string>{base::to_hex(identity_of("a")), base::to_hex(identity_of("b")),
                                 base::to_hex(identity_of("d")), base::to_hex(identity_of("d"))});
  CHECK(erased.first_version == 1);
  CHECK(erased.last_version == 6);
  for (const char* pathway : {"p1", "p2", "p4"}) CHECK_FALSE(is_anywhere(lake, pathway));
  CHECK(files_in(lake.folder() / "data") == 2);

  const Snapshot newest = table.snapshot();
  CHECK(newest.version == 7);
  CHECK_FALSE(newest.slices.contains(kOctober));
  CHECK(rows_in(table, newest, kSeptember) == Rows{"p3:1"});
  CHECK(rows_in(table, newest, {"RA2", "2025-09"}) == Rows{"p5:1"});
  CHECK(code_of([&] { rows_in(table, table.snapshot(2), kSeptember); }) == "CND-2307");
  CHECK(code_of([&] { rows_in(table, table.snapshot(4), kOctober); }) == "CND-2307");
  // The commit of what is gone stays, so that a retry gets its receipt and no second life.
  CHECK(table.find(identity_of("b")) == old);
  CHECK(replace(table, under("old", submission_of("d", kOctober)), {"p4:1"}).version == 4);
  CHECK_FALSE(is_anywhere(lake, "p4"));
}

TEST_CASE("An erasure by tag ends the same when it is asked for again, and finds nothing of another tag") {
  Lake lake;
  {
    Table table = lake.open();
    replace(table, under("old", submission_of("a", kSeptember)), {"p1:1"});
    replace(table, under("new", submission_of("b", kOctober)), {"p2:1"});
    const TaggedErasure none = table.erase_tagged("order", "other", 1);
    CHECK(none.files.empty());
    CHECK(none.last_version == 0);
    CHECK(table.snapshot().version == 2);
  }
  Table table = lake.open();
  const TaggedErasure first = table.erase_tagged("order", "old", 1'764'600'000);
  const TaggedErasure again = lake.open().erase_tagged("order", "old", 1'764'700'000);
  CHECK(again.files == first.files);
  CHECK(again.first_version == first.first_version);
  CHECK(again.last_version == first.last_version);
  CHECK(table.snapshot().version == 3);
  // A file that came back, out of a backup, goes again.
  std::ofstream(lake.folder() / first.files.front().path) << "PAR1";
  CHECK(files_in(lake.folder() / "data") == 2);
  CHECK(table.erase_tagged("order", "old", 1'764'800'000).files == first.files);
  CHECK(files_in(lake.folder() / "data") == 1);
  // The slice is open to the next, which is numbered on.
  CHECK(table.snapshot().erased.at(kSeptember).submission == identity_of("a"));
  CHECK(replace(table, under("new", submission_of("c", kSeptember)), {"p3:1"}).version == 4);
  CHECK(rows_in(table, lake.open().snapshot(), kSeptember) == Rows{"p3:1"});
  CHECK(lake.open().snapshot().erased.empty());
}
