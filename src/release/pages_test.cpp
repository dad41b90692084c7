#include "candour/release/pages.h"

#include <doctest/doctest.h>

#include "candour/base/json.h"
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
