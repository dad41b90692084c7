#include "candour/release/pages.h"

#include <doctest/doctest.h>

#include "candour/base/json.h"
#include "candour/release/held_rows.h"
#include "candour/release/release_testing.h"

namespace candour::release {
namespace {

using release::testing::built;
using release::testing::clinic_collection;
using release::testing::clinic_inputs;
using release::testing::Files;

TEST_CASE("a table with a row for each code says its label, in the table and in a chart") {
  collection::Collection collection = clinic_collection();
  collection::ReleaseTable& table = collection.release.tables.front();
  table.summary_where.clear();
  table.charts.front().where = {{"submitter", "R1"}};
  const Files files = built(clinic_inputs(collection));
  CHECK(files.at("index.html").find(">Eyes (B)</td>") != std::string::npos);
  CHECK(files.at("index.html").find(">Ears (A)</td>") != std::string::npos);
  CHECK(files.at("charts/largest.svg").find("Ears (A)") != std::string::npos);
}

TEST_CASE("the pages say what the vaults held and had refused, and by provider where any was refused") {
  const collection::Collection collection = clinic_collection();
  ReleaseInputs inputs = clinic_inputs(collection);
  inputs.counts["treatments"][0].rows = 1259;
  const std::string none = built(inputs).at("quality.html");
  CHECK(none.find("held 1,259 rows of this period, which these figures come from, and 0 more rows (0.0 %)") !=
        std::string::npos);
  CHECK(none.find("table-refused") == std::string::npos);
  inputs.submitters.push_back({"R4", "Few Rows & Many Refused"});
  inputs.counts["treatments"].push_back(release::testing::clinic_counts(collection, "R4", {{"B", 2}}));
  inputs.counts["treatments"][0].rows_refused = 30;
  inputs.counts["treatments"].back().rows = 6;
  inputs.counts["treatments"].back().rows_refused = 2;
  const Files files = built(inputs);
  for (const char* name : {"index.html", "quality.html"}) {
    CAPTURE(name);
    const std::string& html = files.at(name);
    CHECK(html.find(" vaults held 1,265 rows of this period, which these figures come from, and 32 more rows "
                    "(2.5 %) that their checks had refused, repeated rows among them.") != std::string::npos);
    CHECK(html.find("wait at the provider") == std::string::npos);
  }
  const std::string& html = files.at("quality.html");
  const std::size_t start = html.find("id=\"table-refused\"");
  REQUIRE(start != std::string::npos);
  const std::string table = html.substr(start, html.find("</table>", start) - start);
  // The largest share first: 2 of 8, 30 of 1,289, none of none.
  std::size_t before = 0;
  for (const char* part :
       {"R4 Few Rows &amp; Many Refused", ">6<", ">2<", ">25.0<", "R1 First &amp; Best Hospital", ">1,259<",
        ">30<", ">2.3<", ">R2<", ">All<", ">1,265<", ">32<", ">2.5<"}) {
    CAPTURE(part);
    const std::size_t at = table.find(part, before);
    REQUIRE(at != std::string::npos);
    before = at;
  }
  CHECK(table.find("R3") == std::string::npos);  // sent nothing
}

TEST_CASE("rows of one table are taken once for a provider, whichever of its measures it sent") {
  collection::Collection collection = clinic_collection();
  collection.measures.push_back(collection.measures.front());
  collection.measures.back().name = "again";
  ReleaseInputs inputs = clinic_inputs(collection);
  measure::Counts one = release::testing::clinic_counts(collection, "R1", {});
  one.rows = 10;
  measure::Counts other = release::testing::clinic_counts(collection, "R3", {});
  other.rows = 7;
  inputs.counts = {{"again", {one}}, {"treatments", {one, other}}};
  const std::vector<HeldRows> held = held_rows(inputs);
  REQUIRE(held.size() == 2);
  CHECK(held[0].submitter == "R1");
  CHECK(held[0].rows == 10);
  CHECK(held[1].rows == 7);
}

TEST_CASE("a release says the breaks of its series that its collection declares, up to its period") {
  collection::Collection collection = clinic_collection();
  const std::string none = built(clinic_inputs(collection)).at("index.html");
  CHECK(none.find("The collection declares none up to this period.") != std::string::npos);
  const auto day = [](std::string_view text) { return base::Date::parse_iso(text).value(); };
  collection.release.series_breaks = {{day("2022-10-01"), "Medians are <estimated>."},
                                      {day("2025-09-30"), "Telephone counts."},
                                      {day("2025-10-01"), "Post counts."}};
  const Files files = built(clinic_inputs(collection));
  const std::string& html = files.at("index.html");
  CHECK(html.find("<li>From 1 October 2022: Medians are &lt;estimated&gt;.</li>") != std::string::npos);
  CHECK(html.find("From 30 September 2025: Telephone counts.") != std::string::npos);
  CHECK(html.find("Post counts") == std::string::npos);
  CHECK(html.find("declares none") == std::string::npos);
  const base::Json described = base::parse_json(files.at("release.json"));
  const auto& breaks = *described.find("series_breaks")->array();
  REQUIRE(breaks.size() == 2);
  CHECK(*breaks[1].find("from")->text() == "2025-09-30");
  CHECK(*breaks[1].find("what")->text() == "Telephone counts.");
}

}  // namespace
}  // namespace candour::release
