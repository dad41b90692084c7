#include "candour/intake/validating_sink.h"

#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>

#include "candour/intake/intake_testing.h"
#include "candour/testing/shared.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::TemporaryFolder;

struct Key {
  std::string pathway;
  std::optional<base::Date> stop;
};

// The duplicates that the sink tells of these keys at lines 2, 3, …, by line.
std::vector<std::pair<std::uint64_t, std::uint64_t>> duplicates_of(const std::vector<Key>& keys,
                                                                   std::size_t buffer_rows,
                                                                   const std::filesystem::path& folder) {
  const collection::Table& table = small_collection().tables[0];
  base::SeededRandom random(1, "keys");
  ValidatingSink sink(table, random, folder, buffer_rows);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  const DuplicateFound remember = [&](const Duplicate& duplicate) {
    found.emplace_back(duplicate.row.line, duplicate.first.line);
  };
  std::uint64_t line = 1;
  for (const Key& key : keys) {
    table::Chunk chunk(table.row_schema());
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
      if (i == kPathway) {
        chunk.column(i).append_text(key.pathway);
      } else if (i == kStop && key.stop) {
        chunk.column(i).append_date(*key.stop);
      } else {
        chunk.column(i).append_null();
      }
    }
    const std::uint64_t lines[] = {++line};
    const std::string_view records[] = {""};
    const std::size_t kept[] = {0};
    const table::IdentifiableChunk rows(std::move(chunk));
    sink.accept({0, rows, kept, lines, records}, remember);
  }
  sink.finish(remember);
  std::sort(found.begin(), found.end());
  return found;
}

TEST_CASE("a repeated key is told with the first line, in memory and through runs on disk") {
  const TemporaryFolder folder;
  const base::Date day = *base::Date::of(2025, 9, 30);
  const std::vector<Key> keys = {{"A", day}, {"B", day}, {"A", day}, {"A", day.plus_days(1)},
                                 {"A", day}, {"B", {}},  {"B", day}, {"B", {}}};
  const std::vector<std::pair<std::uint64_t, std::uint64_t>> expected = {{4, 2}, {6, 2}, {8, 3}, {9, 7}};
  for (std::size_t buffer_rows : {1u, 2u, 3u, 7u, 8u, 100u}) {
    CAPTURE(buffer_rows);
    CHECK(duplicates_of(keys, buffer_rows, folder.path()) == expected);
  }
}

TEST_CASE("keys that would read alike when joined are two keys") {
  // Without the length of its text, the first key (A, then the mark and eight zero bytes of a day) would be
  // the second (a text that spells them but for the last, then the mark of a null).
  const TemporaryFolder folder;
  const std::string spelt = "A\1" + std::string(7, '\0');
  CHECK(duplicates_of({{"A", base::Date(0)}, {spelt, {}}}, 10, folder.path()).empty());
}

TEST_CASE("the sink finds the duplicates that a map finds, whatever the size of its runs") {
  const TemporaryFolder folder;
  const bool holds = rc::check([&](const std::vector<std::uint8_t>& numbers) {
    std::vector<Key> keys;
    std::map<std::string, std::uint64_t> first;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> expected;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      keys.push_back({std::to_string(numbers[i] % 16), base::Date(0)});
      const auto [at, is_new] = first.emplace(keys.back().pathway, i + 2);
      if (!is_new) expected.emplace_back(i + 2, at->second);
    }
    const std::size_t buffer_rows = 1 + numbers.size() % 5;
    return duplicates_of(keys, buffer_rows, folder.path()) == expected;
  });
  CHECK(holds);
}

TEST_CASE("nothing stays in the scratch folder, and one that may not be written is an error") {
  const TemporaryFolder folder;
  std::vector<Key> keys;
  for (int i = 0; i < 100; ++i) keys.push_back({std::to_string(i % 50), base::Date(0)});
  CHECK(duplicates_of(keys, 10, folder.path()).size() == 50);
  CHECK(std::filesystem::is_empty(folder.path()));
  try {
    static_cast<void>(duplicates_of(keys, 10, folder.path() / "missing"));
    FAIL("a missing folder was written");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-1004"));
  }
}

TEST_CASE("validate refuses duplicates at the end of a file, by line") {
  const TemporaryFolder folder;
  const collection::Collection& collection = small_collection();
  base::SeededRandom random(1, "validate");
  ValidatingSink sink(collection.tables[0], random, folder.path(), 100);
  std::string text(kHeader);
  for (int i = 0; i < 500; ++i)
    text += row_of("P" + std::to_string(i % 400), {{kNumber, i == 450 ? "1" : "9434765919"}});
  base::MemorySource source(text);
  const QualityReport report = check_one(collection, collection.tables[0], september(),
                                         {"stops.csv", text.size(), &source, Nil::kNotDeclared}, sink);
  CHECK(report.rows_in == 500);
  CHECK(report.rows_accepted == 400);
  CHECK(rules_of(report) == "duplicate:99 nhs-number-form:1");
  for (const Problem& problem : report.problems) {
    if (problem.rule == kDuplicateRule) CHECK(*problem.first_line == problem.line - 400);
  }
}

TEST_CASE(
    "a key that stands in an earlier file of the submission is refused in the later one, which names it") {
  const TemporaryFolder folder;
  const collection::Collection& collection = small_collection();
  const std::vector<std::pair<std::string, std::string>> files = {
      {"first.csv", std::string(kHeader) + row_of("A") + row_of("B")},
      {"second.csv", std::string(kHeader) + row_of("C") + row_of("B") + row_of("C")},
      {"third.csv", std::string(kHeader) + row_of("D") + row_of("A")}};
  for (std::size_t buffer_rows : {1u, 2u, 100u}) {
    CAPTURE(buffer_rows);
    base::SeededRandom random(1, "validate");
    ValidatingSink sink(collection.tables[0], random, folder.path(), buffer_rows);
    base::SilentProgress progress;
    const Submission submission = september();
    SubmissionCheck check(collection, collection.tables[0], submission, sink, clock_of_12_october(),
                          progress);
    for (const auto& [name, text] : files) {
      base::MemorySource source(text);
      CHECK(check.check({name, text.size(), &source, Nil::kNotDeclared}) ==
            base::to_hex(base::sha256(base::as_bytes(text))));
    }
    std::string told;
    for (const QualityReport& report : check.finish()) {
      told += report.file + " accepts " + std::to_string(report.rows_accepted) + ":";
      for (const Problem& problem : report.problems) {
        told += " " + std::to_string(problem.line) + "=" + problem.first_file + ":" +
                std::to_string(*problem.first_line);
      }
      told += "\n";
    }
    CHECK(told ==
          "first.csv accepts 2:\n"
          "second.csv accepts 1: 3=first.csv:3 4=:2\n"
          "third.csv accepts 1: 3=first.csv:2\n");
  }
}

TEST_CASE("many bad files keep no more problems than one, but some of each, and every count") {
  const TemporaryFolder folder;
  const collection::Collection& collection = small_collection();
  base::SeededRandom random(1, "validate");
  ValidatingSink sink(collection.tables[0], random, folder.path());
  base::SilentProgress progress;
  const Submission submission = september();
  SubmissionCheck check(collection, collection.tables[0], submission, sink, clock_of_12_october(), progress);
  constexpr std::size_t kFiles = 6, kRows = 3000;
  std::string bad(kHeader), repeated(kHeader);
  for (std::size_t i = 0; i < kRows; ++i) {
    bad += row_of("B" + std::to_string(i), {{kNumber, "1"}});
    repeated += row_of("R" + std::to_string(i));
  }
  for (std::size_t file = 0; file < 2 * kFiles; ++file) {
    const std::string& text = file < kFiles ? bad : repeated;
    base::MemorySource source(text);
    check.check({"f.csv", text.size(), &source, Nil::kNotDeclared});
  }
  std::string kept;
  for (const QualityReport& report : check.finish()) {
    CHECK(report.problems.size() + report.problems_left_out == report.rows_refused);
    kept += std::to_string(report.problems.size()) + " ";
  }
  // Six files whose rows are refused, then one that is accepted and five that repeat it.
  CHECK(kept == "3000 3000 3000 1000 20 20 0 20 20 20 20 20 ");
}

}  // namespace
}  // namespace candour::intake
