#include "candour/release/figures.h"

#include <doctest/doctest.h>

#include "candour/release/charts.h"
#include "candour/release/release_testing.h"
#include "candour/testing/code_of.h"

namespace candour::release {
namespace {

using candour::testing::code_of;
using release::testing::clinic_collection;
using release::testing::clinic_inputs;
using release::testing::clinic_table;
using release::testing::relation_of;

/// A framed table of the small collection.
table::Relation framed() {
  return relation_of(
      "submitter,clinic,total,median,median_status,return\n"
      "R1,B,12000,3.25,,made\n"
      "R1,A,1,,too-few,made\n"
      "R2,B,30,0.5,,made\n"
      "R2,A,0,,too-few,made\n"
      "R3,B,,,x,x\n"
      "R3,A,,,x,x\n",
      release_schema(clinic_table()));
}

TEST_CASE("a sum is over the rows that have every value asked for, and absent cells add nothing") {
  const table::Relation table = framed();
  CHECK(sum_of(table, {"total"}, {}) == 12031);
  CHECK(sum_of(table, {"total"}, {{"clinic", "B"}}) == 12030);
  CHECK(sum_of(table, {"total"}, {{"clinic", "A"}, {"submitter", "R1"}}) == 1);
  CHECK(sum_of(table, {"total", "total"}, {{"submitter", "R2"}}) == 60);
  CHECK(sum_of(table, {"total"}, {{"submitter", "R3"}}) == 0);
  CHECK(sum_of(table, {"total"}, {{"submitter", "R9"}}) == 0);
  CHECK(sum_of(table, {}, {}) == 0);
}

TEST_CASE("medians, texts and columns that are not there are never added") {
  const table::Relation table = framed();
  for (const char* column : {"median", "median_status", "submitter", "totals", ""}) {
    CAPTURE(column);
    CHECK(code_of([&] { (void)sum_of(table, {"total", column}, {}); }) == "CND-1708");
  }
  CHECK(code_of([&] { (void)sum_of(table, {"total"}, {{"region", "B"}}); }) == "CND-1708");
}

TEST_CASE("a cell is shown as people read it, and an absent one says why") {
  const table::Relation table = framed();
  const auto shown = [&](std::size_t row, const char* column) {
    return cell_text(clinic_table(), table, table.chunks.front(), row, column);
  };
  CHECK(shown(0, "total") == "12,000");
  CHECK(shown(0, "median") == "3.3");
  CHECK(shown(2, "median") == "0.5");
  CHECK(shown(1, "median") == "too few");
  CHECK(shown(4, "median") == "not sent");
  CHECK(shown(4, "total") == "not sent");
  CHECK(shown(3, "total") == "0");
  CHECK(shown(0, "clinic") == "B");
  CHECK(code_of([&] { (void)shown(0, "totals"); }) == "CND-1708");
}

TEST_CASE("a real is shown at the decimals that its column declares") {
  const table::Relation table = framed();
  collection::ReleaseTable declared = clinic_table();
  for (const auto& [decimals, shown] :
       {std::pair{0, "3"}, std::pair{1, "3.3"}, std::pair{2, "3.25"}, std::pair{3, "3.250"}}) {
    declared.columns[1].decimals = decimals;
    CHECK(cell_text(declared, table, table.chunks.front(), 0, "median") == shown);
  }
}

TEST_CASE("a code is shown with its label, and a submitter with its name") {
  const collection::Collection collection = clinic_collection();
  const ReleaseInputs inputs = clinic_inputs(collection);
  const collection::ReleaseTable table = clinic_table();
  CHECK(value_text(table.frame[0], inputs, "R1") == "R1 First & Best Hospital");
  CHECK(value_text(table.frame[1], inputs, "B") == "Eyes (B)");
  CHECK(value_text(table.frame[1], inputs, "Z") == "Z");
}

TEST_CASE("rows are visited in order") {
  std::string visited;
  for_each_row(framed(), {{"clinic", "A"}}, [&](const table::Chunk& chunk, std::size_t row) {
    visited += std::string(chunk.column(0).text(row)) + " ";
  });
  CHECK(visited == "R1 R2 R3 ");
}

TEST_CASE("a submitter is named with its code, and by its code where it has no name or is not expected") {
  const std::vector<Submitter> submitters = {{"R1", "First"}, {"R2", ""}};
  CHECK(submitter_text(submitters, "R1") == "R1 First");
  CHECK(submitter_text(submitters, "R2") == "R2");
  CHECK(submitter_text(submitters, "R0") == "R0");
  CHECK(submitter_text(submitters, "R9") == "R9");
}

TEST_CASE("a ranking has the largest first, no zeros, and no more bars than its limit") {
  const collection::Collection collection = clinic_collection();
  collection::ReleaseTable table = clinic_table();
  DrawnChart drawn = draw_charts(table, framed(), clinic_inputs(collection)).front();
  REQUIRE(drawn.figures.rows.size() == 2);
  CHECK(drawn.figures.rows[0][0].text == "R1 First & Best Hospital");
  CHECK(drawn.figures.rows[1][0].text == "R2");
  CHECK(drawn.wide_svg.find("Hospital") < drawn.wide_svg.find(">R2<"));
  CHECK(drawn.wide_svg.find(">R2<") != std::string::npos);
  CHECK(drawn.wide_svg.find("R3") == std::string::npos);  // sent nothing: no bar, not a bar of zero
  table.charts.front().where = {{"clinic", "A"}};
  CHECK(draw_charts(table, framed(), clinic_inputs(collection)).front().figures.rows.size() == 1);
  table.charts.front().where = {{"clinic", "B"}};
  table.charts.front().limit = 1;
  drawn = draw_charts(table, framed(), clinic_inputs(collection)).front();
  CHECK(drawn.figures.rows.size() == 1);
  CHECK(drawn.wide_svg.find(">R2<") == std::string::npos);
}

TEST_CASE("a chart of bands adds the columns of each group over the rows that it is about") {
  const collection::Collection collection = clinic_collection();
  collection::ReleaseTable table = clinic_table();
  collection::ReleaseChart& chart = table.charts.front();
  chart.kind = collection::ReleaseChart::Kind::kBands;
  chart.columns = {"total", "total", "total"};
  chart.groups = {2, 1};
  chart.group_titles = {"Two", "One"};
  const DrawnChart drawn = draw_charts(table, framed(), clinic_inputs(collection)).front();
  REQUIRE(drawn.figures.rows.size() == 2);
  CHECK(drawn.wide_svg.find("24,060") != std::string::npos);
  CHECK(drawn.wide_svg.find("12,030") != std::string::npos);
  CHECK(drawn.narrow_svg.find("24,060") != std::string::npos);
  chart.columns = {"median"};
  CHECK(code_of([&] { (void)draw_charts(table, framed(), clinic_inputs(collection)); }) == "CND-1708");
}

}  // namespace
}  // namespace candour::release
