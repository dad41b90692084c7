#include "candour/intake/header.h"

#include "candour/intake/intake_testing.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words

// The header of the small collection with one text replaced.
std::string header_with(std::string_view from, std::string_view to) {
  std::string header(kHeader);
  const std::size_t at = header.find(from);
  REQUIRE(at != std::string::npos);
  return header.replace(at, from.size(), to);
}

TEST_CASE("titles are compared without case, and runs of space, _ and - are alike") {
  CHECK(comparable_title("NHS NUMBER") == comparable_title(" nhs__-number_"));
  CHECK(comparable_title("NHS NUMBER") != comparable_title("NHSNUMBER"));
  CHECK(comparable_title("  ").empty());
  const Checked checked = check(header_with("PATHWAY ID", "pathway_-_Id") + row_of("A1"));
  CHECK(checked.report.rows_accepted == 1);
  CHECK(checked.report.fields[kPathway].column == "pathway_-_Id");
}

TEST_CASE("columns may stand in any order") {
  const Checked checked = check(
      "CLOCK STOP,CLOCK START,NOTE,VISITS,FUNCTION,PATHWAY ID,PROVIDER CODE,POSTCODE,BIRTH DATE,WITHHELD "
      "REASON,NHS NUMBER\n2025-09-30,2025-08-01,,3,100,A1,R1H,M1 1AA,1961-07-04,,9434765919\n");
  CHECK(checked.sink.pathways == std::vector<std::string>{"A1"});
  CHECK(checked.report.rows_refused == 0);
}

TEST_CASE("a column that is listed as ignored is not read") {
  std::string text = header_with("NOTE", "NOTE,Consultant-Code");
  std::string row = row_of("A1");
  row.insert(row.find(",,") + 2, "");
  text += "9434765919,,1961-07-04,M1 1AA,R1H,A1,100,3,,C1234567,2025-08-01,2025-09-30\n";
  const Checked checked = check(text);
  CHECK(checked.report.rows_accepted == 1);
  CHECK(checked.report.ignored_columns == std::vector<std::string>{"Consultant-Code"});
}

TEST_CASE("only columns of fields that are never required may be missing") {
  std::string text = header_with(",VISITS", "");
  text += "9434765919,,1961-07-04,M1 1AA,R1H,A1,100,,2025-08-01,2025-09-30\n";
  const Checked checked = check(text);
  CHECK(checked.report.rows_accepted == 1);
  CHECK(checked.report.fields[kVisits].column.empty());
  CHECK(checked.report.fields[kVisits].complete.part == 0);
  const Refusal refusal = refusal_of(header_with(",PATHWAY ID", ""));
  CHECK(refusal.code == "CND-1104");
  CHECK(refusal.words.find("PATHWAY ID") != std::string::npos);
}

TEST_CASE("what is wrong with a file itself has its own code") {
  std::string many = "NHS NUMBER";
  for (int i = 0; i < 1'000'000; ++i) many += ",c" + std::to_string(i);
  struct Case {
    std::string text;
    std::string_view code;
  };
  const Case cases[] = {
      {"", "CND-1101"},
      {"\xEF\xBB\xBF", "CND-1101"},
      {"\n", "CND-1102"},
      {"Waiting list of September\n" + std::string(kHeader), "CND-1102"},
      {header_with("NHS NUMBER", "NHS \"NUMBER"), "CND-1102"},
      {header_with("NHS NUMBER", std::string_view("NHS\0NUMBER", 10)), "CND-1102"},
      {header_with("NHS NUMBER", "\"NHS NUMBER"), "CND-1102"},
      {row_of("A1"), "CND-1102"},
      {header_with("NOTE", "9434765919"), "CND-1102"},
      {header_with("NOTE", "M1 1AA"), "CND-1102"},
      {header_with("NOTE", "04/07/1961"), "CND-1102"},
      {header_with(",CLOCK START,", ",CLOCK START;"), "CND-1104"},
      {header_with("NOTE", "NOTE,note"), "CND-1103"},
      {header_with("NOTE", "CONSULTANT CODE,CONSULTANT_CODE"), "CND-1103"},
      {header_with("PATHWAY ID", "PATHWAY"), "CND-1104"},
      {header_with("NOTE", "NOTES"), "CND-1105"},
      {header_with("NOTE", "NOTE,"), "CND-1105"},
      {std::string("\xFF\xFEN\0H\0S\0", 8), "CND-1108"},
      {std::string("\xFE\xFF\0N\0H\0S", 8), "CND-1108"},
      {many + "\n", "CND-1109"},
  };
  for (const Case& at : cases) {
    CAPTURE(at.text.substr(0, 60));
    const Refusal refusal = refusal_of(at.text + (at.code == "CND-1101" ? "" : row_of("A1")));
    CHECK(refusal.code == at.code);
    CHECK(refusal.words.find("stops.csv") != std::string::npos);
    const base::CataloguePage* page = base::find_page(at.code);
    REQUIRE(page != nullptr);
    CHECK(!page->remedy.empty());
  }
}

TEST_CASE("an unknown column is named, however its title would act on a screen") {
  const Refusal refusal = refusal_of(header_with("NOTE", "NO\x1b[2JTE"));
  CHECK(refusal.code == "CND-1105");
  CHECK(refusal.words.find("NO?[2JTE") != std::string::npos);
  CHECK(refusal.words.find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace candour::intake
