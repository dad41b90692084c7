#include "candour/intake/submission_check.h"

#include <filesystem>

#include "candour/base/random.h"
#include "candour/intake/intake_testing.h"
#include "candour/intake/validating_sink.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("a right row is accepted with its line and its record as it stood") {
  const Checked checked = check_rows(row_of("A1") + row_of("A2", {{kNote, "\"said \"\"no\"\", twice\""}}));
  CHECK(checked.report.rows_in == 2);
  CHECK(checked.report.rows_accepted == 2);
  CHECK(checked.report.rows_refused == 0);
  CHECK(checked.sink.accepted_lines == std::vector<std::uint64_t>{2, 3});
  CHECK(checked.sink.accepted_records[1] + "\n" == row_of("A2", {{kNote, "\"said \"\"no\"\", twice\""}}));
  CHECK(checked.sink.notes[1] == "said \"no\", twice");
  CHECK(checked.sink.finished == 1);
  CHECK(checked.report.days_after_period == 12);
  CHECK(checked.report.encoding == "ASCII");
  CHECK(checked.report.file_sha256 ==
        base::to_hex(base::sha256(base::as_bytes(std::string(kHeader) + row_of("A1") +
                                                 row_of("A2", {{kNote, "\"said \"\"no\"\", twice\""}})))));
}

TEST_CASE("each rule of a value refuses its row by name and the others stay") {
  struct Case {
    FieldIndex field;
    std::string text;
    std::string rules;
  };
  const Case cases[] = {
      {kNumber, "9434765918", "nhs-number-check-digit"},
      {kNumber, "943476591", "nhs-number-form"},
      {kNumber, "4444444444", "nhs-number-filler"},
      {kNumber, "", "required"},
      {kWithheld, "97", "absent"},
      {kWithheld, "98", "code-list"},
      {kBirth, "1900-01-01", "sentinel-date"},
      {kBirth, "2025-02-29", "date"},
      {kBirth, "29/02/1900", "date"},
      {kBirth, "09/30/1961", "date"},
      {kPostcode, "NOT ONE", "postcode"},
      {kProvider, "RX1", "submitter"},
      {kProvider, "R1", "ods-code"},
      {kProvider, "   ", "required"},
      {kPathway, "123456789012345678901", "length"},
      {kFunction, "999", "code-list"},
      {kFunction, "101", "code-validity"},
      {kVisits, "1 000", "integer"},
      {kVisits, "3.5", "integer"},
      {kVisits, "100", "range"},
      {kVisits, "-1", "range"},
      {kNote, "\"two\nlines\"", "control-character"},
      {kNote, "bell\a", "control-character"},
      {kStart, "2025-10-01", "future-date"},
      {kStart, "2025-09-31", "date"},
      {kStop, "2025-07-31", "clock-stops-after-it-starts"},
      {kStop, "", "required"},
      {kStop, "\"2025-09-\"\"30\"", "date"},
  };
  for (const Case& at : cases) {
    CAPTURE(at.text);
    CAPTURE(at.rules);
    const Checked checked = check_rows(row_of("A1") + row_of("A2", {{at.field, at.text}}) + row_of("A3"));
    CHECK(checked.report.rows_in == 3);
    CHECK(checked.report.rows_refused == 1);
    CHECK(checked.sink.pathways == std::vector<std::string>{"A1", "A3"});
    REQUIRE(checked.sink.refused_rules.size() == 1);
    CHECK(checked.sink.refused_rules[0] == at.rules);
    CHECK(checked.sink.refused_lines[0] == 3);
    CHECK(checked.sink.refused_pathways[0] == (at.field == kPathway ? "" : "A2"));
    CHECK(checked.sink.refused_records[0] + "\n" == row_of("A2", {{at.field, at.text}}));
    REQUIRE(!checked.report.problems.empty());
    CHECK(checked.report.problems[0].line == 3);
    CHECK(checked.report.problems[0].row == 2);
    CHECK(base::find_page(checked.report.problems[0].code) != nullptr);
  }
}

TEST_CASE("values that hospitals write in their own way are accepted") {
  const Checked checked = check_rows(
      row_of("A1", {{kNumber, "943 476 5919"}}) +
      row_of("A2", {{kBirth, "29/02/2000"}, {kPostcode, "m11aa"}}) + row_of("  A3  ", {{kVisits, " 7 "}}) +
      row_of("A4", {{kNumber, ""}, {kWithheld, "97"}}) + row_of("A5", {{kProvider, "r1k"}, {kStart, ""}}));
  CHECK(checked.report.rows_refused == 0);
  CHECK(checked.sink.pathways == std::vector<std::string>{"A1", "A2", "A3", "A4", "A5"});
}

TEST_CASE("a file for a period that has not begun is refused, and one for a period that runs is not") {
  const auto refused_on = [](int month, int day) {
    const base::FixedClock clock(base::Date::of(2025, month, day)->days_since_1970() * std::int64_t{86400});
    const std::string text = std::string(kHeader) + row_of("A1");
    base::MemorySource source(text);
    base::SilentProgress progress;
    RememberingSink sink(small_collection().tables[0]);
    try {
      const Submission submission = september();
      SubmissionCheck check(small_collection(), small_collection().tables[0], submission, sink, clock,
                            progress);
      check.check({"stops.csv", text.size(), &source, Nil::kNotDeclared});
    } catch (const base::Error& error) {
      CHECK(sink.pathways.empty());
      return std::string(error.code().view());
    }
    CHECK(sink.pathways.size() == 1);
    return std::string();
  };
  CHECK(refused_on(8, 31) == "CND-1112");
  CHECK(refused_on(9, 1) == "");
  CHECK(refused_on(9, 15) == "");
}

TEST_CASE("a warning counts the row and keeps it") {
  const Checked checked = check_rows(row_of("A1", {{kStart, ""}}) + row_of("A2"));
  CHECK(checked.report.rows_accepted == 2);
  CHECK(checked.report.rows_warned == 1);
  CHECK(rules_of(checked.report) == "clock-start-known:1");
  REQUIRE(checked.report.problems.size() == 1);
  CHECK(checked.report.problems[0].level == collection::Level::kWarning);
}

TEST_CASE("a row check names each cell that it read, as it stood in the file") {
  const Checked checked = check_rows(row_of("A1", {{kStop, "\"03/07/2025\""}, {kStart, " 30/07/2025 "}}));
  REQUIRE(checked.report.problems.size() == 1);
  const Problem& problem = checked.report.problems[0];
  REQUIRE(problem.cells.size() == 2);
  CHECK(problem.cells[0].column == "CLOCK STOP");
  CHECK(problem.cells[0].value->reveal() == "03/07/2025");
  CHECK(problem.cells[1].column == "CLOCK START");
  CHECK(problem.cells[1].value->reveal() == "30/07/2025");
  CHECK(problem.code == "CND-1204");
}

TEST_CASE("a row whose value was refused is not also refused by a check that read its null") {
  const Checked checked = check_rows(row_of("A1", {{kStart, "2025-13-01"}, {kStop, "2025-07-01"}}));
  CHECK(checked.sink.refused_rules == std::vector<std::string>{"date"});
  CHECK(checked.report.rows_warned == 0);
}

TEST_CASE("a repeated key is refused with the line of the first") {
  const Checked checked = check_rows(row_of("A1") + row_of("A2") + row_of("A1") + row_of("A1"));
  CHECK(checked.report.rows_accepted == 2);
  CHECK(checked.report.rows_refused == 2);
  CHECK(checked.report.unique.part == 2);
  CHECK(checked.report.unique.whole == 4);
  REQUIRE(checked.report.problems.size() == 2);
  CHECK(checked.report.problems[1].line == 5);
  CHECK(checked.report.problems[1].first_line == 2);
  CHECK(rules_of(checked.report) == "duplicate:2");
}

TEST_CASE("records of the wrong shape are problems of their own line and the file goes on") {
  struct Case {
    std::string record;
    std::string message;
  };
  const std::string right = row_of("A2");
  const Case cases[] = {
      {"9434765919,,1961-07-04\n", "The record has fewer fields than the header."},
      {right.substr(0, right.size() - 1) + ",extra\n", "The record has more fields than the header."},
      {row_of("A\"2"), "A quotation mark stands inside a field that does not begin with one."},
      {row_of("\"A\"2"), "Text follows the closing quotation mark of a field."},
      {row_of(std::string("A\0", 2)), "The record holds a NUL byte."},
      {row_of("A\r2"), "A carriage return stands outside quotation marks and ends no line."},
      {row_of(std::string((std::size_t{1} << 20) + 10, 'x')), "The record is longer than a megabyte."},
      {row_of("A2", {{kNote, std::string(5000, ',')}}), "The record has thousands of fields."},
      {"\n", "The line is empty."},
      {"\r\n", "The line is empty."},
  };
  for (const Case& at : cases) {
    CAPTURE(at.message);
    const Checked checked = check_rows(row_of("A1") + at.record + row_of("A3"));
    CHECK(checked.report.rows_in == 3);
    CHECK(checked.sink.pathways == std::vector<std::string>{"A1", "A3"});
    CHECK(checked.sink.refused_lines == std::vector<std::uint64_t>{3});
    CHECK(checked.sink.refused_rules == std::vector<std::string>{"record-shape"});
    REQUIRE(checked.report.problems.size() == 1);
    CHECK(checked.report.problems[0].message == at.message);
    CHECK(checked.report.problems[0].code == "CND-1220");
    CHECK(!checked.report.may_be_cut_off);
  }
}

TEST_CASE("empty lines at the end are no rows, between rows they are") {
  const Checked end = check_rows(row_of("A1") + "\n\r\n\n");
  CHECK(end.report.rows_in == 1);
  CHECK(end.report.rows_refused == 0);
  const Checked between = check_rows(row_of("A1") + "\n\n" + row_of("A2"));
  CHECK(between.report.rows_in == 4);
  CHECK(between.sink.refused_lines == std::vector<std::uint64_t>{3, 4});
  CHECK(between.sink.accepted_lines == std::vector<std::uint64_t>{2, 5});
}

TEST_CASE("in a file of one column an empty line is a row without its value") {
  collection::Collection one = make_collection();
  collection::Table& table = one.tables[0];
  table.fields = {table.fields[kPathway]};
  table.key = {0};
  set_checks(table, {});
  one.sources[0].columns = {{0, "PATHWAY ID"}};
  base::SeededRandom random(1, "one column");
  ValidatingSink sink(table, random, std::filesystem::temp_directory_path());
  const std::string_view text = "PATHWAY ID\nA1\n\nA2\n\n";
  base::MemorySource source(text);
  const QualityReport report =
      check_one(one, table, september(), {"one.csv", text.size(), &source, Nil::kNotDeclared}, sink);
  CHECK(report.rows_in == 4);
  CHECK(rules_of(report) == "required:2");
}

TEST_CASE("a file that was cut in the middle is said to be") {
  const std::string whole = std::string(kHeader) + row_of("A1") + row_of("A2", {{kNote, "\"a, b\""}});
  const std::string last = row_of("A2", {{kNote, "\"a, b\""}});
  for (std::size_t left_out = 0; left_out < last.size(); ++left_out) {
    CAPTURE(left_out);
    const Checked checked = check(std::string_view(whole).substr(0, whole.size() - left_out));
    // Only a cut behind a whole last row cannot be seen.
    const bool whole_row = left_out <= 1 || left_out == last.size();
    CHECK(checked.report.may_be_cut_off == !whole_row);
    CHECK(checked.report.rows_accepted == (left_out <= 1 ? 2 : 1));
  }
  CHECK(!check(whole.substr(0, whole.size() - last.size())).report.may_be_cut_off);
  // A last row that is refused and whole, with its line end, is no sign of a cut; without it, it may be one.
  const std::string bad = row_of("B1", {{kFunction, "999"}});
  CHECK(!check_rows(row_of("A1") + bad).report.may_be_cut_off);
  CHECK(check_rows(row_of("A1") + bad.substr(0, bad.size() - 1)).report.may_be_cut_off);
}

TEST_CASE("a last row that is wrong and ends its line is not a cut, one inside quotes is") {
  CHECK(!check_rows(row_of("A1") + "943\n").report.may_be_cut_off);
  CHECK(check_rows(row_of("A1") + "943").report.may_be_cut_off);
  CHECK(check_rows(row_of("A1") + "\"943\n").report.may_be_cut_off);
}

TEST_CASE("a share of refused rows above the table's limit refuses the file") {
  const std::string good = row_of("A1") + row_of("A2");
  const std::string bad = row_of("B1", {{kNumber, "1"}});
  CHECK(!check_rows(good + bad + bad).report.refused_whole);
  CHECK(check_rows(good + bad + bad + bad).report.refused_whole);
}

TEST_CASE("a nil return is accepted only where it was declared") {
  CHECK(refusal_of(kHeader).code == "CND-1106");
  CHECK(refusal_of(std::string(kHeader) + "\n\n").code == "CND-1106");
  CHECK(refusal_of(std::string(kHeader) + row_of("A1"), Nil::kDeclared).code == "CND-1107");
  const Checked nil = check(kHeader, Nil::kDeclared);
  CHECK(nil.report.declared_nil);
  CHECK(nil.report.rows_in == 0);
  CHECK(!nil.report.refused_whole);
  CHECK(nil.sink.finished == 1);
}

TEST_CASE("encodings are decided once a file") {
  const std::string utf8 = row_of("A1", {{kNote, "caf\xC3\xA9"}});
  const std::string windows = row_of("A2", {{kNote, "caf\xE9"}});
  const Checked first = check_rows(utf8);
  CHECK(first.report.encoding == "UTF-8");
  CHECK(first.sink.notes[0] == "caf\xC3\xA9");
  const Checked second = check_rows(windows);
  CHECK(second.report.encoding == "Windows-1252");
  CHECK(second.sink.notes[0] == "caf\xC3\xA9");
  const Checked mixed = check_rows(utf8 + windows);
  CHECK(mixed.sink.refused_rules == std::vector<std::string>{"encoding"});
  const Checked undefined = check_rows(windows + row_of("A3", {{kNote, "\x81"}}));
  CHECK(undefined.sink.refused_rules == std::vector<std::string>{"encoding"});
  const Checked marked = check("\xEF\xBB\xBF" + std::string(kHeader) + windows);
  CHECK(marked.sink.refused_rules == std::vector<std::string>{"encoding"});
}

TEST_CASE("completeness and validity are counted for each field") {
  const Checked checked =
      check_rows(row_of("A1") + row_of("A2", {{kNumber, ""}}) + row_of("A3", {{kNumber, "1234567890"}}) +
                 row_of("A4", {{kNumber, ""}, {kWithheld, "97"}}) + "short\n");
  const FieldQuality& number = checked.report.fields[kNumber];
  CHECK(number.column == "NHS NUMBER");
  CHECK(number.complete.part == 2);
  CHECK(number.complete.whole == 3);
  CHECK(number.valid.part == 1);
  CHECK(number.valid.whole == 2);
  const FieldQuality& withheld = checked.report.fields[kWithheld];
  CHECK(withheld.complete.part == 1);
  CHECK(withheld.complete.whole == 4);
}

TEST_CASE("more problems than are kept are counted, and warnings do not hide errors") {
  std::string rows;
  constexpr std::size_t kBad = 10'001;
  for (std::size_t i = 0; i < kBad; ++i) {
    rows +=
        row_of("W" + std::to_string(i), {{kStart, ""}}) + row_of("B" + std::to_string(i), {{kNumber, "12"}});
  }
  rows += row_of("W0");
  const Checked checked = check_rows(rows);
  CHECK(checked.report.rows_refused == kBad + 1);
  CHECK(checked.report.rows_warned == kBad);
  CHECK(rules_of(checked.report) == "nhs-number-form:10001 duplicate:1 clock-start-known:10001");
  CHECK(checked.report.problems.size() == QualityReport::kProblemsKept + QualityReport::kWarningsKept);
  CHECK(checked.report.problems_left_out == 2 + kBad - QualityReport::kWarningsKept);
  CHECK(checked.sink.refused_lines.size() == kBad);
  for (std::size_t i = 1; i < checked.report.problems.size(); ++i) {
    REQUIRE(checked.report.problems[i - 1].line <= checked.report.problems[i].line);
  }
}

TEST_CASE("batches end at any row and verdicts keep to their rows") {
  // Rows around the size of a chunk, the bad ones at its ends.
  for (std::size_t rows : {2047u, 2048u, 2049u, 4096u, 5000u}) {
    CAPTURE(rows);
    std::string text(kHeader);
    std::vector<std::uint64_t> bad;
    for (std::size_t i = 1; i <= rows; ++i) {
      const bool late = i % 2048 <= 1 || i % 97 == 0;
      if (late) bad.push_back(i + 1);
      text += row_of("P" + std::to_string(i), {{kStop, late ? "2025-07-01" : "2025-09-01"}});
    }
    const Checked checked = check(text);
    CHECK(checked.sink.refused_lines == bad);
    CHECK(checked.report.rows_accepted == rows - bad.size());
  }
}

TEST_CASE("a table without checks needs no statement") {
  collection::Collection plain = make_collection();
  set_checks(plain.tables[0], {});
  std::string text(kHeader);
  for (std::size_t i = 0; i < 5000; ++i) text += row_of("P" + std::to_string(i), {{kStop, "2025-07-01"}});
  const Checked checked = check(text, Nil::kNotDeclared, plain);
  CHECK(checked.report.rows_accepted == 5000);
  CHECK(checked.sink.finished == 1);
}

TEST_CASE("a sink that fails ends the check with its own error") {
  class FailingSink final : public RowSink {
   public:
    void accept(const AcceptedRows&, const DuplicateFound&) override {
      throw base::Error("CND-1003", "The disk is full.");
    }
    void refuse(const table::IdentifiableChunk&, std::size_t, std::uint64_t, std::string_view,
                std::span<const Problem>) override {}
    void finish(const DuplicateFound&) override {}
  };
  FailingSink sink;
  const std::string text = std::string(kHeader) + row_of("A1");
  base::MemorySource source(text);
  const collection::Collection& collection = small_collection();
  CHECK_THROWS_AS(static_cast<void>(check_one(collection, collection.tables[0], september(),
                                              {"stops.csv", text.size(), &source, Nil::kNotDeclared}, sink)),
                  base::Error);
}

}  // namespace
}  // namespace candour::intake
