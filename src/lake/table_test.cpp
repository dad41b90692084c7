#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "candour/lake/lake_testing.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;
using Rows = std::vector<std::string>;

TEST_CASE("What is committed is read back in its order, by slice and together, in any process") {
  Lake lake;
  Table table = lake.open();
  const Commit first = replace(table, submission_of("a", kSeptember), {"p2:2", "p1:1", "p3:3"});
  CHECK(first.version == 1);
  CHECK(first.file.rows == 3);
  CHECK(first.file.committed_at_unix == 1'764'000'001);
  replace(table, submission_of("b", {"RA2", "2025-09"}), {"q1:7"});
  Table other = Table::open(lake.surroundings(), lake.folder());
  CHECK(other.schema() == columns());
  const Snapshot snapshot = other.snapshot();
  CHECK(snapshot.version == 2);
  CHECK(snapshot.slices.size() == 2);
  CHECK(rows_in(other, snapshot, kSeptember) == Rows{"p2:2", "p1:1", "p3:3"});
  CHECK(texts_of(*other.rows(snapshot)) == Rows{"p2:2", "p1:1", "p3:3", "q1:7"});
  CHECK(std::filesystem::is_empty(lake.scratch()));
}

TEST_CASE("A nil return is a slice with no row and what was said about it") {
  Lake lake;
  Table table = lake.open();
  Submission nil = submission_of("a", kSeptember);
  nil.tags = {{"nil_return", "true"}, {"instruction", "2025-001 “waits”"}};
  replace(table, nil, {});
  Table other = lake.open();
  const Snapshot snapshot = other.snapshot();
  CHECK(snapshot.slices.at(kSeptember).rows == 0);
  CHECK(snapshot.slices.at(kSeptember).tags == nil.tags);
  CHECK(rows_in(other, snapshot, kSeptember).empty());
}

TEST_CASE("A submission that comes again gives the same commit and no second version") {
  Lake lake;
  Table table = lake.open();
  const Commit first = replace(table, submission_of("a", kSeptember), {"p1:1"});
  Submission again = submission_of("a", kSeptember);
  again.committed_at_unix += 5000;
  CHECK(replace(table, again, {"p1:1"}) == first);
  replace(table, submission_of("b", kSeptember, 2, "a"), {"p1:2"});
  Table other = lake.open();
  CHECK(other.find(identity_of("a")) == first);
  CHECK(replace(other, again, {"p1:1"}) == first);
  CHECK(other.snapshot().version == 2);
  CHECK_FALSE(other.find(identity_of("c")));
  again.slice = kOctober;
  CHECK(code_of([&] { replace(other, again, {"p1:1"}); }) == "CND-2311");
}

TEST_CASE("A slice is replaced only by who knows what it holds, and only by a later revision") {
  Lake lake;
  Table table = lake.open();
  const auto code = [&](const Submission& submission) {
    return code_of([&] { replace(table, submission, {"p1:1"}); });
  };
  CHECK(code(submission_of("a", kSeptember, 1, "none")) == "CND-2306");
  replace(table, submission_of("a", kSeptember, 3), {"p1:1"});
  CHECK(code(submission_of("b", kSeptember, 4)) == "CND-2306");
  CHECK(code(submission_of("b", kSeptember, 4, "c")) == "CND-2306");
  CHECK(code(submission_of("b", kSeptember, 3, "a")) == "CND-2306");
  CHECK(code(submission_of("b", kSeptember, 2, "a")) == "CND-2306");
  CHECK(table.snapshot().version == 1);
  CHECK(code(submission_of("b", kSeptember, 4, "a")) == "none");
  CHECK(code(submission_of("c", kSeptember, 5, "a")) == "CND-2306");
}

TEST_CASE("Each version can be read again") {
  Lake lake;
  Table table = lake.open();
  replace(table, submission_of("a", kSeptember), {"p1:1"});
  replace(table, submission_of("b", kOctober), {"p9:9"});
  replace(table, submission_of("c", kSeptember, 2, "a"), {"p1:2"});
  CHECK(table.snapshot(0).slices.empty());
  CHECK(rows_in(table, table.snapshot(1), kSeptember) == Rows{"p1:1"});
  CHECK(table.snapshot(1).slices.size() == 1);
  CHECK(rows_in(table, table.snapshot(3), kSeptember) == Rows{"p1:2"});
  CHECK(code_of([&] { static_cast<void>(table.snapshot(4)); }) == "CND-2304");
  CHECK(code_of([&] { static_cast<void>(table.rows(table.snapshot(1), kOctober)); }) == "CND-2304");
}

TEST_CASE("A table keeps its columns, and only such as Delta and all its readers know") {
  Lake lake;
  Table table = lake.open();
  const table::Relation other{table::Schema({{"pathway", table::Type::kText}}), {}};
  table::RelationSource source(other);
  CHECK(code_of([&] { table.replace_slice(submission_of("a", kSeptember), source); }) == "CND-2303");
  const auto code = [&](std::vector<table::ColumnSpec> wanted) {
    return code_of([&] {
      static_cast<void>(
          Table::create(lake.surroundings(), lake.folder(), "rows", table::Schema(std::move(wanted)), 1));
    });
  };
  CHECK(code(columns().columns()) == "none");
  CHECK(code({{"weeks", table::Type::kInteger}, {"pathway", table::Type::kText}}) == "CND-2303");
  CHECK(code({}) == "CND-2303");
  CHECK(code({{"a b", table::Type::kText}}) == "CND-2303");
  CHECK(code({{"1a", table::Type::kText}}) == "CND-2303");
  CHECK(code({{"a", table::Type::kText}, {"A", table::Type::kText}}) == "CND-2303");
  CHECK(code_of([&] { static_cast<void>(Table::open(lake.surroundings(), lake.scratch())); }) == "CND-2304");
}

TEST_CASE("Names and tags that the log cannot hold are refused before anything is stored") {
  Lake lake;
  Table table = lake.open();
  const auto code = [&](Slice slice, Tags tags) {
    Submission submission = submission_of("a", std::move(slice));
    submission.tags = std::move(tags);
    return code_of([&] { replace(table, submission, {"p1:1"}); });
  };
  CHECK(code({"", "2025-09"}, {}) == "CND-2311");
  CHECK(code({"../R1H", "2025-09"}, {}) == "CND-2311");
  CHECK(code({"R1H", std::string(65, '9')}, {}) == "CND-2311");
  CHECK(code(kSeptember, {{"candour.sha256", "0"}}) == "CND-2311");
  CHECK(code(kSeptember, {{"Key", "0"}}) == "CND-2311");
  CHECK(code(kSeptember, {{"key", "a\x1f"}}) == "CND-2311");
  CHECK(code(kSeptember, {{"key", "\xff"}}) == "CND-2311");
  CHECK(code(kSeptember, {{"key", std::string(1025, 'x')}}) == "CND-2311");
  Submission late = submission_of("a", kSeptember);
  late.committed_at_unix = -1;
  CHECK(code_of([&] { replace(table, late, {"p1:1"}); }) == "CND-2311");
  CHECK(std::filesystem::is_empty(lake.folder() / "data"));
}

TEST_CASE("A file that is not what the log says is not read, and one bit is enough") {
  Lake lake;
  Table table = lake.open();
  const Commit commit = replace(table, submission_of("a", kSeptember), {"p1:1", "p2:2"});
  const std::filesystem::path path = lake.folder() / commit.file.path;
  const Snapshot snapshot = table.snapshot();
  const auto code = [&] { return code_of([&] { rows_in(table, snapshot, kSeptember); }); };
  const std::string whole = base::load_text(lake.disk(), path);
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(path, std::ios::binary) << damaged;
    REQUIRE(code() == "CND-2305");
  }
  std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() - 1);
  CHECK(code() == "CND-2305");
  std::ofstream(path, std::ios::binary) << whole + "x";
  CHECK(code() == "CND-2305");
  std::ofstream(path, std::ios::binary) << whole;
  CHECK(code() == "none");
  std::filesystem::remove(path);
  CHECK(code() == "CND-2305");
}

TEST_CASE("What is read is what was verified, though the file changes meanwhile") {
  Lake lake;
  Table table = lake.open();
  const Commit commit = replace(table, submission_of("a", kSeptember), {"p1:1", "p2:2"});
  const auto rows = table.rows(table.snapshot(), kSeptember);
  std::filesystem::resize_file(lake.folder() / commit.file.path, 3);
  CHECK(texts_of(*rows) == Rows{"p1:1", "p2:2"});
}

TEST_CASE("A source that fails leaves no version, and its failure comes out as it is") {
  class Broken final : public table::ChunkSource {
   public:
    [[nodiscard]] const table::Schema& schema() const override { return columns(); }
    bool next(table::Chunk&) override { throw base::Error("CND-1003", "The disk is full or failed."); }
  } broken;
  Lake lake;
  Table table = lake.open();
  CHECK(code_of([&] { table.replace_slice(submission_of("a", kSeptember), broken); }) == "CND-1003");
  CHECK(table.snapshot().version == 0);
  CHECK(std::filesystem::is_empty(lake.folder() / "data"));
  CHECK(std::filesystem::is_empty(lake.scratch()));
}
