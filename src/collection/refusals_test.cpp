// Every way in which a collection is refused, each as one change of a collection that is accepted.
#include <doctest/doctest.h>

#include "candour/collection/collection_testing.h"

namespace candour::collection {
namespace {

struct Case {
  std::string_view old_text;
  std::string_view new_text;
  std::string_view code;
};

void check_cases(const std::string& file, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    CAPTURE(one.old_text);
    CAPTURE(one.new_text);
    CHECK(code_when(file, one.old_text, one.new_text) == one.code);
  }
}

TEST_CASE("a field that identifies cannot leave: such a collection is refused when it is loaded") {
  check_cases(
      "collection.toml",
      {
          {"minimise = \"pseudonym\"", "", "CND-1306"},
          {"minimise = \"pseudonym\"", "minimise = \"keep\"", "CND-1306"},
          {"minimise = \"local-pseudonym\"", "minimise = \"keep\"", "CND-1306"},
          {"minimise = { to = \"age-band\", at = \"period_end\", bands = [0, 18, 65] }", "", "CND-1306"},
          {"identifies = true\nminimise = \"pseudonym\"", "", "CND-1306"},
          {"identifies = true\nminimise = { to = \"lookup\", from = \"reference.lsoa\" }", "", "CND-1306"},
          {"identifies = true\nminimise = \"pseudonym\"", "identifies = false\nminimise = \"drop\"",
           "CND-1306"},
          {"minimise = \"pseudonym\"", "minimise = \"drop\"", ""},
      });
}

TEST_CASE("a minimising rule that does not fit its field is refused") {
  check_cases("collection.toml",
              {
                  {"minimise = \"pseudonym\"", "minimise = \"local-pseudonym\"", "CND-1307"},
                  {"minimise = \"pseudonym\"", "minimise = \"month\"", "CND-1307"},
                  {"minimise = \"local-pseudonym\"", "minimise = \"pseudonym\"", "CND-1307"},
                  {"to = \"age-band\", at = \"period_end\", bands = [0, 18, 65]",
                   "to = \"lookup\", from = \"reference.lsoa\"", "CND-1307"},
                  {"to = \"lookup\", from = \"reference.lsoa\"",
                   "to = \"age-band\", at = \"period_end\", bands = [0]", "CND-1307"},
                  {"[0, 18, 65]", "[]", "CND-1307"},
                  {"[0, 18, 65]", "[18, 65]", "CND-1307"},
                  {"[0, 18, 65]", "[0, 65, 18]", "CND-1307"},
                  {"[0, 18, 65]", "[0, 18, 18]", "CND-1307"},
                  {"[0, 18, 65]", "[0, 131]", "CND-1307"},
                  {"minimise = \"pseudonym\"", "minimise = \"hash\"", "CND-1303"},
                  {"to = \"age-band\"", "to = \"decade\"", "CND-1303"},
                  {"at = \"period_end\"", "at = \"today\"", "CND-1303"},
                  {"at = \"period_end\"", "at = \"period_start\"", ""},
                  {"from = \"reference.lsoa\"", "from = \"reference.ward\"", "CND-1305"},
                  {"from = \"reference.lsoa\"", "from = \"lsoa\"", "CND-1305"},
              });
}

TEST_CASE("a row check may not name an NHS number or a text that identifies") {
  check_cases("collection.toml",
              {
                  {"\"started <= visited\"", "\"nhs_number IS NOT NULL\"", "CND-1309"},
                  {"\"started <= visited\"", "\"NHS_Number IS NOT NULL\"", "CND-1309"},
                  {"\"started <= visited\"", "'''\"visit_id\" <> 'x' '''", "CND-1309"},
                  {"\"started <= visited\"", "\"hospital <> 'visit_id'\"", ""},
                  {"\"started <= visited\"", "\"born <= visited\"", ""},
                  {"\"started <= visited\"", "\"secret <= visited\"", "CND-1403"},
                  {"\"started <= visited\"", "\"started <= visited) FROM rows --\"", "CND-1401"},
                  {"\"started <= visited\"", "\"random() < 0.5\"", "CND-1402"},
                  {"\"started <= visited\"", "\"minutes + 1\"", "CND-1404"},
                  {"\"started <= visited\"", "\"  \"", "CND-1303"},
              });
}

TEST_CASE("fields are declared with what their type has, and nothing else") {
  check_cases("collection.toml",
              {
                  {"type = \"nhs-number\"", "type = \"number\"", "CND-1303"},
                  {"name = \"born\"", "name = \"Born\"", "CND-1304"},
                  {"name = \"born\"", "name = \"submitter\"", "CND-1304"},
                  {"name = \"born\"", "name = \"period_last_day\"", "CND-1304"},
                  {"name = \"born\"", "name = \"started\"", "CND-1304"},
                  {"minimised_as = \"age_band\"", "minimised_as = \"lsoa\"", "CND-1304"},
                  {"minimised_as = \"age_band\"", "minimised_as = \"submitter\"", "CND-1304"},
                  {"codes = \"reasons\"", "codes = \"motives\"", "CND-1305"},
                  {"codes = \"reasons\"", "", "CND-1010"},
                  {"max_length = 20", "", "CND-1010"},
                  {"max_length = 20", "max_length = 0", "CND-1318"},
                  {"max_length = 20", "max_length = 20\ncodes = \"reasons\"", "CND-1318"},
                  {"of_submitter = true", "of_submitter = true\nmax_length = 3", "CND-1318"},
                  {"of_submitter = true", "not_after_period = true", "CND-1318"},
                  {"of_submitter = true", "min = 1", "CND-1318"},
                  {"of_submitter = true", "max = 1", "CND-1318"},
                  {"not_after_period = true", "of_submitter = true", "CND-1318"},
                  {"max = 600", "max = -1", "CND-1318"},
                  {"required = \"never\"", "required = \"sometimes\"", "CND-1303"},
                  {"required = \"never\"", "required = \"unless  is set\"", "CND-1303"},
                  {"required = \"if minutes is set\"", "required = \"if seconds is set\"", "CND-1305"},
                  {"required = \"if minutes is set\"", "required = \"if started is set\"", "CND-1305"},
                  {"absent = \"if withheld is set\"", "absent = \"if hidden is set\"", "CND-1305"},
                  {"absent = \"if withheld is set\"", "absent = \"always\"", "CND-1303"},
                  {"required = \"unless withheld is set\"", "required = \"always\"", "CND-1318"},
                  {"required = \"unless withheld is set\"", "required = \"if withheld is set\"", "CND-1318"},
                  {"required = \"unless withheld is set\"", "required = \"never\"", ""},
                  {"required = \"never\"", "requierd = \"never\"", "CND-1010"},
                  {"title = \"Minutes\"", "title = \"\"", "CND-1303"},
              });
}

TEST_CASE("a table has a key that every row has, and a person") {
  check_cases("collection.toml",
              {
                  {"key = [\"visit_id\", \"visited\"]", "key = [\"visit_id\", \"hour\"]", "CND-1305"},
                  {"key = [\"visit_id\", \"visited\"]", "key = [\"visit_id\", \"started\"]", "CND-1317"},
                  {"key = [\"visit_id\", \"visited\"]", "key = [\"visited\", \"visited\"]", "CND-1317"},
                  {"key = [\"visit_id\", \"visited\"]", "key = []", "CND-1317"},
                  {"person = \"nhs_number\"", "", "CND-1010"},
                  {"person = \"nhs_number\"", "person = \"visit_id\"", "CND-1317"},
                  {"pathway = \"visit_id\"", "pathway = \"visited\"", "CND-1317"},
                  {"pathway = \"visit_id\"", "pathway = \"path\"", "CND-1305"},
                  {"pathway = \"visit_id\"", "", ""},
                  {"period = \"month\"", "period = \"fortnight\"", "CND-1303"},
                  {"reject_above = 0.5", "reject_above = 1.5", "CND-1318"},
                  {"reject_above = 0.5", "reject_above = nan", "CND-1318"},
                  {"rows = \"people\"", "rows = \"aggregates\"", "CND-1317"},
                  {"rows = \"people\"", "rows = \"things\"", "CND-1303"},
                  {"name = \"visits\"", "name = \"Visits\"", "CND-1304"},
                  {"name = \"small-visits\"", "name = \"small visits\"", "CND-1304"},
                  {"name = \"visited-in-period\"", "name = \"visited-after-started\"", "CND-1304"},
                  {"name = \"visited-in-period\"", "name = \"nhs-number-filler\"", "CND-1304"},
                  {"name = \"visited-in-period\"", "name = \"duplicate\"", "CND-1304"},
                  {"level = \"warning\"", "level = \"hint\"", "CND-1303"},
                  {"remedy = \"Correct one of the days.\"", "", "CND-1010"},
              });
}

TEST_CASE("a source mapping gives every field a column that can be told apart") {
  check_cases("collection.toml",
              {
                  {"minutes = \"Minutes\"", "", "CND-1310"},
                  {"minutes = \"Minutes\"", "minutes = \"Minutes\"\nhours = \"Hours\"", "CND-1305"},
                  {"minutes = \"Minutes\"", "minutes = \"visit_id\"", "CND-1310"},
                  {"minutes = \"Minutes\"", "minutes = \" VISIT  -ID \"", "CND-1310"},
                  {"minutes = \"Minutes\"", "minutes = \"\"", "CND-1310"},
                  {"ignore = [\"Comment\"]", "ignore = [\"visited\"]", "CND-1310"},
                  {"[\"YYYY-MM-DD\"]", "[\"MM/DD/YYYY\"]", "CND-1310"},
                  {"[\"YYYY-MM-DD\"]", "[]", "CND-1310"},
                  {"ignore = [\"Comment\"]", "delimiter = \";;\"", "CND-1310"},
                  {"ignore = [\"Comment\"]", "delimiter = \"|\"", ""},
                  {"[source.csv.visits]", "[source.csv.calls]", "CND-1305"},
                  {"sha256 = \"00", "sha256 = \"", "CND-1303"},
                  {"[source.csv.visits]\ndate_forms", "[other]\ndate_forms", "CND-1010"},
              });
}

TEST_CASE("a code list has its four columns, each value once, and days in order") {
  check_cases("codes/reasons.csv", {
                                       {"value,label", "code,label", "CND-1308"},
                                       {",valid_to", "", "CND-1110"},
                                       {"02,Wish", "01,Wish", "CND-1308"},
                                       {"02,Wish", ",Wish", "CND-1308"},
                                       {"02,Wish", "02,", "CND-1308"},
                                       {"2025-08-31", "2020-03-31", "CND-1308"},
                                       {"2025-08-31", "31/08/2025", "CND-1308"},
                                       {"2025-08-31", "2020-04-01", ""},
                                       {"\n01,Law,,\n02,Wish,2020-04-01,2025-08-31", "", "CND-1308"},
                                   });
}

TEST_CASE("a measure reads its own relations only, counts rows, and gives no reals before the last step") {
  check_cases("measures/visits.toml", {
                                          {"\"row\"", "\"person\"", "CND-1311"},
                                          {"\"row\"", "\"shared-pathway\"", "CND-1311"},
                                          {"\"row\"", "\"bed\"", "CND-1303"},
                                          {"table = \"visits\"", "table = \"stays\"", "CND-1305"},
                                          {"unit", "colour = 1\nunit", "CND-1010"},
                                          {"counts = [\"visits\", \"minutes\"]", "", "CND-1010"},
                                          {"\"visits\", \"minutes\"", "", "CND-1320"},
                                          {"\"minutes\"", "\"hours\"", "CND-1305"},
                                          {"\"minutes\"", "\"kind\"", "CND-1320"},
                                          {"\"minutes\"", "\"visits\"", "CND-1320"},
                                          {", \"minutes\"", "", ""},
                                      });
  check_cases("measures/visits.local.sql",
              {
                  {"r.minutes", "r.nhs_number", "CND-1403"},
                  {"r.minutes", "r.born", "CND-1403"},
                  {"rows AS r", "vault AS r", "CND-1403"},
                  {"codes_kinds", "codes_motives", "CND-1403"},
                  {"c.value AS kind", "0.5 AS kind", "CND-1404"},
                  {"FROM rows", "FROM read_text('/etc/passwd') AS s, rows", "CND-1402"},
              });
  check_cases("measures/visits.combine.sql", {{"FROM counts", "FROM rows", "CND-1403"}});
}

TEST_CASE("what is released is what the combining step gives") {
  check_cases("measures/visits.combine.sql", {
                                                 {"visits AS long, ", "", "CND-1312"},
                                                 {"AS mean_status", "AS why", "CND-1312"},
                                                 {"CAST(0 AS BIGINT) AS short", "'0' AS short", "CND-1312"},
                                                 {"submitter, kind,", "kind, submitter,", "CND-1312"},
                                                 {"FROM", ", 1 AS more FROM", "CND-1312"},
                                             });
  check_cases("release.toml",
              {
                  {"measure = \"visits\"", "measure = \"stays\"", "CND-1305"},
                  {"of = \"kinds\"", "of = \"sorts\"", "CND-1305"},
                  {"for_each = \"lengths\"", "for_each = \"sizes\"", "CND-1305"},
                  {"rule = \"none\"", "rule = \"pretend\"", "CND-1303"},
                  {"rule = \"none\"", "rule = \"suppress\"", ""},
                  {"label = \"official statistics in development\"", "label = \"facts\"", "CND-1303"},
                  {"name = \"mean\"", "name = \"visits\"", "CND-1304"},
                  {"name = \"mean\"", "name = \"return\"", "CND-1304"},
              });
}

TEST_CASE("only a real has decimals, and a series breaks on a day, by something") {
  const std::string from = "[[series_break]]\nfrom = \"2022-10-01\"\n";
  const std::string what = "what = \"The mean is of minutes.\"\n\n[headline]";
  check_cases("release.toml",
              {
                  {"decimals = 2", "decimals = 0", ""},
                  {"decimals = 2", "decimals = 9", ""},
                  {"decimals = 2", "decimals = 10", "CND-1313"},
                  {"decimals = 2", "decimals = -1", "CND-1313"},
                  {"unit = \"visits\"\nnil = \"0\"\n\n[[table.column]]\nfor_each",
                   "unit = \"visits\"\ndecimals = 1\nnil = \"0\"\n\n[[table.column]]\nfor_each", "CND-1313"},
                  {"[headline]", from + what, ""},
                  {"[headline]", "[[series_break]]\nfrom = \"2022-10\"\n" + what, "CND-1313"},
                  {"[headline]", "[[series_break]]\n" + what, "CND-1010"},
                  {"[headline]", from + "\n[headline]", "CND-1010"},
              });
}

TEST_CASE("an absent figure has a status that says why, and a nil of its own type") {
  check_cases(
      "release.toml",
      {
          {"status = \"mean_status\"", "", "CND-1313"},
          {"status = \"mean_status\"", "status = \"visits\"", "CND-1313"},
          {"status = \"mean_status\"", "status = \"why\"", "CND-1313"},
          {"nil = \"too-few\"", "nil = \"\"", "CND-1313"},
          {"minutes\"\ntolerance", "minutes\"\nnil_ = 1\ntolerance", "CND-1010"},
          {"tolerance = 1e-9", "tolerance = -1", "CND-1313"},
          {"unit = \"visits\"\nnil = \"0\"\n\n[[table.column]]\nfor_each",
           "unit = \"visits\"\ntolerance = 0.5\nnil = \"0\"\n\n[[table.column]]\nfor_each", "CND-1313"},
          {"unit = \"visits\"\nnil = \"0\"\n\n[[table.column]]\nfor_each",
           "unit = \"visits\"\nnil = \"0.5\"\n\n[[table.column]]\nfor_each", "CND-1313"},
          {"unit = \"visits\"\nnil = \"0\"\n\n[[table.column]]\nfor_each",
           "unit = \"visits\"\nnil = \"\"\n\n[[table.column]]\nfor_each", "CND-1313"},
      });
}

TEST_CASE("what the publication does not have, or is only a status, expand.sql cannot read") {
  check_cases("release.toml",
              {
                  {"tolerance = 1e-9", "tolerance = 1e-9\npublished = false", ""},
                  {"title = \"Visits\"\ntype", "title = \"Visits\"\npublished = false\ntype", "CND-1403"},
              });
  check_cases("published/expand.sql", {{"kind, '3' AS days", "mean_status AS days", "CND-1403"}});
}

TEST_CASE("charts, summary and headline name columns and rows that there are") {
  check_cases("release.toml",
              {
                  {"groups = [1, 1]", "groups = [1]", "CND-1313"},
                  {"groups = [1, 1]", "groups = [2]", "CND-1313"},
                  {"groups = [1, 1]", "groups = [3, -1]", "CND-1313"},
                  {"groups = [1, 1]", "", ""},
                  {"group_titles = [\"Long\", \"Short\"]", "group_titles = [\"Long\"]", "CND-1313"},
                  {"limit = 5", "limit = 0", "CND-1313"},
                  {"columns = [\"visits\"]", "columns = [\"long..short\"]", "CND-1313"},
                  {"columns = [\"visits\"]", "columns = [\"mean\"]", "CND-1313"},
                  {"columns = [\"visits\"]", "columns = [\"wide\"]", "CND-1305"},
                  {"columns = [\"visits\"]", "columns = []", "CND-1313"},
                  {"kind = \"ranking\"", "kind = \"pie\"", "CND-1303"},
                  {"both = [\"long..short\"]", "both = [\"short..long\"]", "CND-1313"},
                  {"both = [\"long..short\"]", "both = [\"visits..mean\"]", "CND-1313"},
                  {"both = [\"long..short\"]", "visits = [\"long\"]", "CND-1304"},
                  {"{{both}}", "{{neither}}", "CND-1305"},
                  {"{{both}}", "{{mean}}", "CND-1305"},
                  {"{{both}}", "{{both / visits}}", ""},
                  {"{{both}}", "{{both / mean}}", "CND-1305"},
                  {"{{both}}", "{{neither / visits}}", "CND-1305"},
                  {"{{both}}", "{{both/visits}}", "CND-1305"},
                  {"{{both}}", "{{both", "CND-1313"},
                  {"**{{both}}** long or short.", "{{both", "CND-1313"},
                  {"summary = [\"visits\", \"mean\"]", "summary = [\"height\"]", "CND-1305"},
                  {"summary_where = { kind = \"all\" }", "summary_where = { kind = \"some\" }", "CND-1305"},
                  {"summary_where = { kind = \"all\" }", "summary_where = { visits = \"1\" }", "CND-1305"},
              });
}

TEST_CASE("expand.sql gives submitter and pathways, and reads the published shape only") {
  check_cases("published/expand.sql",
              {
                  {"AS pathways", "AS rows_there", "CND-1316"},
                  {"CAST(visits AS BIGINT) AS pathways", "visits AS pathways", "CND-1316"},
                  {"'3' AS days", "DATE '2025-09-01' AS days", "CND-1316"},
                  {"submitter,", "", "CND-1316"},
                  {"FROM published", "FROM counts", "CND-1403"},
                  {"'3' AS days", "'3' AS day", "CND-1316"},
              });
}

TEST_CASE("synthesis names fields, columns and rules that there are, in an order in which they can be made") {
  check_cases(
      "published/synth.toml",
      {
          {"table = \"visits\"", "table = \"stays\"", "CND-1305"},
          {"field = \"withheld\", absent = true", "field = \"height\", absent = true", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", absent = false", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\"", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", one_of = [\"09\"]", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", one_of = []", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", within = \"period\"", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", group = \"kind\"", ""},
          {"field = \"withheld\", absent = true", "field = \"withheld\", group = \"sort\"", "CND-1316"},
          {"field = \"withheld\", absent = true", "field = \"withheld\", absent = true, group = \"kind\"",
           "CND-1010"},
          {"field = \"withheld\", absent = true", "field = \"visited\", absent = true", "CND-1316"},
          {"within = \"period\"", "within = \"year\"", "CND-1316"},
          {"before = \"visited\"", "before = \"hospital\"", "CND-1316"},
          {"before = \"visited\"", "before = \"started\"", "CND-1316"},
          {"from = \"days\", to = 9", "from = \"weeks\", to = 9", "CND-1316"},
          {"from = \"days\", to = 9", "from = 10, to = 9", "CND-1316"},
          {"from = \"days\", to = 9", "from = -1, to = 9", "CND-1316"},
          {"from = \"days\", to = 9", "from = 0, to = 50001", "CND-1316"},
          {"field = \"visited\", within = \"period\"",
           "field = \"visited\", after = \"started\", from = 0, to = 1", "CND-1316"},
          {"one_in = 10", "one_in = 1", "CND-1316"},
          {"set = [{ field = \"withheld\", one_of = [\"01\"] }]", "set = []", "CND-1316"},
          {"rule = \"visited-after-started\"", "rule = \"visited-in-period\"", "CND-1316"},
          {"rule = \"visited-after-started\"", "rule = \"nhs-number-filler\"", "CND-1316"},
      });
}

TEST_CASE("examples are of a table and a period of its kind") {
  check_cases("examples/examples.toml", {
                                            {"\"visits\"", "\"stays\"", "CND-1305"},
                                            {"\"2025-09\"", "\"2025-09-30\"", "CND-1014"},
                                            {"\"R1H\"", "\"\"", "CND-1303"},
                                        });
}

TEST_CASE("a refusal names the file, the line and what stands there") {
  FolderFiles files = small_collection();
  std::string& text = files.at("collection.toml");
  text.replace(text.find("type = \"nhs-number\""), 19, "type = \"nhs-nomber\"");
  try {
    static_cast<void>(parse_collection(files, "folder"));
    FAIL("it was accepted");
  } catch (const base::Error& error) {
    const std::string words = base::describe(error);
    CHECK(words.find("folder/collection.toml") != std::string::npos);
    CHECK(words.find("nhs-nomber") != std::string::npos);
    CHECK(words.find("17") != std::string::npos);
  }
}

TEST_CASE("the folder holds what a collection can have, and all that it needs") {
  const auto without = [](const std::string& name) {
    FolderFiles files = small_collection();
    files.erase(name);
    return code_of([&] { static_cast<void>(parse_collection(files, "small")); });
  };
  const auto with = [](const std::string& name) {
    FolderFiles files = small_collection();
    files[name] = "x";
    return code_of([&] { static_cast<void>(parse_collection(files, "small")); });
  };
  for (const char* name : {"collection.toml", "about.md", "release.toml", "measures/visits.local.sql",
                           "measures/visits.combine.sql", "published/expand.sql", "published/synth.toml"}) {
    CAPTURE(name);
    CHECK(without(name) == "CND-1315");
  }
  CHECK(without("published/shape.sql") == "");
  CHECK(without("examples/examples.toml") == "");
  for (const char* name : {"README", "measures/other.local.sql", "collection.toml~", "published/shape.sq",
                           "codes/kinds.txt", "codes/old/kinds.txt"}) {
    CAPTURE(name);
    CHECK(with(name) == "CND-1315");
  }
  CHECK(with("examples/more.csv") == "");
}

}  // namespace
}  // namespace candour::collection
