// Readers that share no code with this one: hyparquet over the replayed log, and delta-rs where Python has
// it.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <optional>

#include "candour/base/stream.h"
#include "candour/lake/lake_testing.h"
#include "candour/table/csv_writer.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;
using table::Type;

namespace {

/// What a command prints; nothing where it ends with another code than 0.
std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), got);
  if (pclose(pipe) != 0) return std::nullopt;
  return text;
}

const table::Schema& every_type() {
  static const table::Schema schema({{"pathway", Type::kText},
                                     {"weeks", Type::kInteger},
                                     {"share", Type::kReal},
                                     {"is_known", Type::kBoolean},
                                     {"clock_start", Type::kDate}});
  return schema;
}

table::Relation rows_of_every_type(std::int64_t count) {
  table::Relation relation{every_type(), {}};
  table::Chunk one(every_type());
  for (std::int64_t i = 0; i < count; ++i) {
    one.clear();
    if (i % 11 == 0) {
      for (std::size_t column = 0; column < every_type().size(); ++column) one.column(column).append_null();
    } else {
      one.column(0).append_text(i % 5 == 0 ? "" : "é “" + std::to_string(i) + "”, \"quoted\"\nline");
      one.column(1).append_integer(i % 2 == 0 ? -i * 1'000'000'007 : i);
      one.column(2).append_real(static_cast<double>(i) / 8);
      one.column(3).append_boolean(i % 3 == 0);
      one.column(4).append_date(base::Date(static_cast<std::int32_t>(20'000 + i)));
    }
    relation.append_row(one, 0);
  }
  return relation;
}

/// A table with a checkpoint, replaced slices, an erasure, a nil return, and more rows than one chunk has.
Table fill(Lake& lake, const std::filesystem::path& folder) {
  Table table = Table::create(lake.surroundings(), folder, "rows", every_type(), 1'764'000'000);
  const auto put = [&](const Submission& submission, std::int64_t rows) {
    const table::Relation relation = rows_of_every_type(rows);
    table::RelationSource source(relation);
    table.replace_slice(submission, source);
  };
  put(submission_of("large", kSeptember), 5000);
  put(submission_of("nil", kOctober), 0);
  std::string before;
  for (std::uint32_t revision = 1; revision <= 100; ++revision) {
    const std::string name = "r" + std::to_string(revision);
    Submission submission = submission_of(name, {"RA2", "2025-09"}, revision, before);
    submission.tags = {{"instruction", "“2025-001”"}, {"empty", ""}};
    put(submission, revision % 7);
    before = name;
  }
  table.erase({kSeptember, "pathway", {"é “1”, \"quoted\"\nline"}, 1'764'500'000});
  return table;
}

}  // namespace

TEST_CASE("A reader that shares no code reads the same table, checkpoint and log") {
  if (!output_of("cd tests/lake && node -e 'import(\"hyparquet\")' 2>/dev/null")) {
    MESSAGE("skipped: node has no hyparquet here; tools/setup --dev installs it");
    return;
  }
  Lake lake;
  const std::filesystem::path folder = lake.folder();
  Table table = fill(lake, folder);
  base::TextSink ours;
  const auto rows = table.rows(table.snapshot());
  table::Relation relation{every_type(), {}};
  table::Chunk chunk(every_type());
  while (rows->next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) relation.append_row(chunk, row);
  }
  table::write_csv(relation, ours);
  const auto theirs = output_of("node tests/lake/read_lake.mjs '" + folder.string() + "'");
  REQUIRE(theirs);
  CHECK((*theirs == ours.text()));
  CHECK(ours.text().size() > 100'000);

  std::uint64_t count = 0;
  for (const auto& [slice, file] : table.snapshot().slices) count += file.rows;
  if (const auto delta = output_of("python3 tests/lake/read_lake.py '" + folder.string() + "'")) {
    CHECK(*delta == "103 3 " + std::to_string(count) + "\n");
  } else {
    MESSAGE("skipped: Python has no deltalake here");
  }
}
