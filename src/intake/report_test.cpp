#include "candour/intake/report.h"

#include "candour/intake/intake_testing.h"
#include "candour/intake/problem_words.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words

Checked bad_file() {
  return check_rows(row_of("A1") + row_of("A2", {{kStop, "03/07/2025"}, {kStart, "30/07/2025"}}) +
                    row_of("A3", {{kNumber, "9434765918"}}) + row_of("A1") + row_of("A4", {{kStart, ""}}));
}

TEST_CASE("a problem is three lines: what failed, where and by which rule, what to do") {
  const Checked checked = bad_file();
  const std::string text = render_text(checked.report, Values::kShown);
  CHECK(text.find("Row 2 was refused: the clock stops before it starts.\n"
                  "  stops.csv, line 3, CLOCK STOP 03/07/2025, CLOCK START 30/07/2025 (rule "
                  "clock-stops-after-it-starts)\n"
                  "  Compare both dates in the source system.  candour explain CND-1204\n") !=
        std::string::npos);
  CHECK(text.find("stops.csv, line 4, NHS NUMBER 9434765918 (rule nhs-number-check-digit)") !=
        std::string::npos);
  CHECK(text.find("A row was refused: the row repeats the key of an earlier row.\n"
                  "  stops.csv, line 5, PATHWAY ID, CLOCK STOP, as in line 2 (rule duplicate)") !=
        std::string::npos);
  CHECK(text.find("Row 5 was kept with a warning: the clock start is not known.") != std::string::npos);
  CHECK(text.find("The file is refused whole: more than 50 % of its rows were refused.") !=
        std::string::npos);
  CHECK(text.find("Checked 12 days after the period's last day.") != std::string::npos);
}

TEST_CASE("the summary counts rows and shares") {
  const std::string text = render_text(bad_file().report, Values::kHidden);
  CHECK(text.find("  Rows in             5\n"
                  "  Accepted            2  40.0 %\n"
                  "  Refused             3  60.0 %\n"
                  "  Kept with warnings  1  20.0 %\n"
                  "  Keys not repeated   2  66.6 %\n") != std::string::npos);
}

TEST_CASE("a refused row that has a warning as well is not said to be kept") {
  collection::Collection collection = make_collection();
  set_checks(collection.tables[0],
             {make_check("stops-after-start", collection::Level::kError, "clock_start <= clock_stop",
                         "The clock stops before it starts.", {kStop}),
              make_check("note-is-empty", collection::Level::kWarning, "note IS NULL", "There is a note.",
                         {kNote})});
  const std::string text = std::string(kHeader) +
                           row_of("A", {{kStart, "2025-09-15"}, {kStop, "2025-09-10"}, {kNote, "n"}}) +
                           row_of("B", {{kNote, "n"}});
  const std::string shown = render_text(check(text, Nil::kNotDeclared, collection).report, Values::kHidden);
  CHECK(shown.find("Row 1 was refused: the clock stops before it starts.") != std::string::npos);
  CHECK(shown.find("Row 1 has a warning too: there is a note.") != std::string::npos);
  CHECK(shown.find("Row 2 was kept with a warning: there is a note.") != std::string::npos);
}

TEST_CASE("only as many problems are shown as were asked for, refused rows first, the rest is counted") {
  const Checked checked = bad_file();
  const std::string two = render_text(checked.report, Values::kHidden, 2);
  CHECK(two.find("And 2 problems more.") != std::string::npos);
  CHECK(two.find("kept with a warning") == std::string::npos);
  const std::string none = render_text(checked.report, Values::kHidden, 0);
  CHECK(none.find("was refused: ") == std::string::npos);
  CHECK(none.find("And 4 problems more.") != std::string::npos);
}

TEST_CASE("what changed against the last time is said") {
  QualityReport report = bad_file().report;
  CHECK(change_in_words(report).empty());
  report.before = {{"2025-08", 1180}};
  CHECK(change_in_words(report) == "The last time (2025-08) held 1,180 rows: 1,178 fewer now.");
  report.before->rows = 2;
  CHECK(change_in_words(report) == "The last time (2025-08) held 2 rows: as many as now.");
  report.before->rows = 1;
  CHECK(change_in_words(report) == "The last time (2025-08) held 1 row: 1 more now.");
}

TEST_CASE("the JSON form has every count, place and rule") {
  const base::Json json = render_json(bad_file().report);
  CHECK(*json.find("rows_in")->integer() == 5);
  CHECK(*json.find("rows_accepted")->integer() == 2);
  CHECK(*json.find("rows_refused")->integer() == 3);
  CHECK(*json.find("rows_warned")->integer() == 1);
  CHECK(*json.find("refused_whole")->boolean());
  CHECK(*json.find("reject_above")->text() == "0.5");
  CHECK(json.find("before")->is_null());
  REQUIRE(json.find("problems")->array()->size() == 4);
  const base::Json& duplicate = (*json.find("problems")->array())[2];
  CHECK(*duplicate.find("line")->integer() == 5);
  CHECK(duplicate.find("row")->is_null());
  CHECK(*duplicate.find("first_line")->integer() == 2);
  CHECK(*duplicate.find("rule")->text() == "duplicate");
  CHECK((*duplicate.find("columns")->array())[0] == base::Json("PATHWAY ID"));
}

TEST_CASE("the page begins with the summary, escapes what the file says and stays at the hospital") {
  const Checked checked = check_rows(row_of("<b>", {{kNumber, "<i>&9"}}) + row_of("A1"));
  const std::string page = render_html(checked.report, Values::kShown);
  CHECK(page.find("<h1") < page.find("id=\"summary\""));
  CHECK(page.find("id=\"rules\"") < page.find("id=\"problems\""));
  CHECK(page.find("id=\"problems\"") < page.find("id=\"fields\""));
  CHECK(page.find(">Confidential</strong>") != std::string::npos);
  CHECK(page.find("&lt;i&gt;&amp;9") != std::string::npos);
  CHECK(page.find("<i>") == std::string::npos);
  CHECK(page.find("stays at the hospital") != std::string::npos);
  CHECK(page.find("1 row was refused") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  const std::string good = render_html(check_rows(row_of("A1")).report, Values::kShown);
  CHECK(good.find("Every row was accepted") != std::string::npos);
  CHECK(good.find("id=\"problems\"") == std::string::npos);
}

TEST_CASE("what a remedy has between backticks is code on the page") {
  QualityReport report = bad_file().report;
  REQUIRE(!report.rules.empty());
  report.rules.front().remedy = "Declare it with `--nil`.";
  const std::string page = render_html(report, Values::kHidden);
  CHECK(page.find("Declare it with <code>--nil</code>.") != std::string::npos);
  CHECK(page.find('`') == std::string::npos);
}

TEST_CASE("a file that may be cut off is said to be in each form") {
  const QualityReport report = check_rows(row_of("A1") + "943").report;
  REQUIRE(report.may_be_cut_off);
  CHECK(render_text(report, Values::kHidden).find(kCutOffSentence) != std::string::npos);
  CHECK(render_html(report, Values::kHidden).find("cut-off") != std::string::npos);
  CHECK(*render_json(report).find("may_be_cut_off")->boolean());
}

}  // namespace
}  // namespace candour::intake
