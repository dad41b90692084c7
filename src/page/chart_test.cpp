#include "candour/page/chart.h"

#include <doctest/doctest.h>

#include <clocale>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"
#include "candour/page/svg.h"

namespace candour::page {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

BarChart bars() {
  BarChart chart;
  chart.title = "Waits were longest for <oral surgery>";
  chart.description = "Oral surgery 14.2 weeks & cardiology 7.1 weeks.";
  chart.value_axis = "Median wait in weeks";
  chart.bars = {{.label = "Oral surgery", .value = 14.2, .value_text = "14.2", .emphasis = Emphasis::kStrong},
                {.label = "Cardiology", .value = 7.1, .value_text = "7.1"},
                {.label = "Neurology", .value = 0, .value_text = "0.0"}};
  return chart;
}

ColumnChart columns(std::size_t how_many) {
  ColumnChart chart;
  chart.title = "Most waited under 18 weeks";
  chart.description = "d";
  chart.category_axis = "Weeks";
  chart.value_axis = "Pathways";
  for (std::size_t at = 0; at < how_many; ++at) {
    chart.columns.push_back({.label = std::to_string(at),
                             .value = static_cast<double>(how_many - at),
                             .value_text = "",
                             .emphasis = at < 18 ? Emphasis::kNone : Emphasis::kStrong});
  }
  return chart;
}

TEST_CASE("Lengths are hundredths of a pixel, rounded, whatever the size of the values") {
  CHECK(scaled(px(100), 1, 3) == 3333);
  CHECK(scaled(px(100), 2, 3) == 6667);
  CHECK(scaled(px(100), 1e300, 1e300) == px(100));
  CHECK(scaled(px(100), 0, 5e-324) == 0);
  CHECK(text_width("é€", 10) == text_width("ab", 10));
}

TEST_CASE("A bar is as long as its value says") {
  const std::string svg = render_svg(bars(), ChartWidth::kNarrow);
  // 320 - 2 - 12 - "14.2" at 14 px (35): the longest bar has 271.
  CHECK(svg.find("width=\"271\" height=\"18\"") != std::string::npos);
  CHECK(svg.find("width=\"135.5\" height=\"18\"") != std::string::npos);
  CHECK(svg.find("width=\"0\" height=\"18\"") != std::string::npos);
}

TEST_CASE("A chart says in words what it shows, and escapes them") {
  const std::string svg = render_svg(bars(), ChartWidth::kWide);
  CHECK(svg.find("role=\"img\" aria-labelledby=\"title desc\"") != std::string::npos);
  CHECK(svg.find("<title id=\"title\">Waits were longest for &lt;oral surgery&gt;</title>") !=
        std::string::npos);
  CHECK(svg.find("<desc id=\"desc\">Oral surgery 14.2 weeks &amp; cardiology 7.1 weeks.</desc>") !=
        std::string::npos);
  CHECK(svg.find("prefers-color-scheme:dark") != std::string::npos);
}

TEST_CASE("What stands out is hatched, so that it does without colour") {
  CHECK(count(render_svg(bars(), ChartWidth::kWide), "url(#hatch)") == 1);
  CHECK(count(render_svg(columns(20), ChartWidth::kWide), "url(#hatch)") == 2);
}

TEST_CASE("Every bar and column is drawn once") {
  CHECK(count(render_svg(columns(105), ChartWidth::kNarrow), "class=\"bar\"") == 18);
  CHECK(count(render_svg(columns(105), ChartWidth::kNarrow), "class=\"strong\"") == 87);
  ColumnChart empty = columns(3);
  for (Column& column : empty.columns) column.value = 0;
  CHECK(count(render_svg(empty, ChartWidth::kWide), "class=\"bar\"") == 0);
}

TEST_CASE("The value axis ends at or above the highest column, in steps of 1, 2 or 5") {
  struct Case {
    double most;
    const char* last;
    const char* past;
  };
  const Case cases[] = {
      {3, ">3<", ">4<"},         {7, ">8<", ">10<"},      {10, ">10<", ">12<"},
      {11, ">12<", ">14<"},      {99, ">100<", ">120<"},  {101'000, ">120,000<", ">140,000<"},
      {0.3, ">0.30<", ">0.35<"}, {2.5, ">2.5<", ">3.0<"}, {1'276'491, ">1,500,000<", ">2,000,000<"}};
  for (const Case& one : cases) {
    CAPTURE(one.most);
    ColumnChart chart = columns(1);
    chart.columns[0].value = one.most;
    const std::string svg = render_svg(chart, ChartWidth::kWide);
    CHECK(svg.find(one.last) != std::string::npos);
    CHECK(svg.find(one.past) == std::string::npos);
  }
}

TEST_CASE("Labels of the category axis do not overlap") {
  for (const ChartWidth width : {ChartWidth::kWide, ChartWidth::kNarrow}) {
    const std::string svg = render_svg(columns(105), width);
    const bool all = svg.find(">1</text>") != std::string::npos;
    CHECK_FALSE(all);
    CHECK(svg.find(">26</text>") == std::string::npos);
    CHECK(svg.find(">20</text>") != std::string::npos);
  }
}

TEST_CASE("A marker stands before its column and its label inside the picture") {
  ColumnChart chart = columns(20);
  chart.marker = ColumnChart::Marker{.before_column = 18, .label = "18 weeks"};
  const std::string svg = render_svg(chart, ChartWidth::kNarrow);
  CHECK(svg.find("stroke-dasharray") != std::string::npos);
  CHECK(svg.find("text-anchor=\"end\" font-size=\"14\"") != std::string::npos);
  CHECK(svg.find(">18 weeks</text>") != std::string::npos);
}

TEST_CASE("A label that is longer than its room is cut, never run off the chart") {
  BarChart chart;
  chart.title = "Long names";
  chart.bars = {{"RAJ MID AND SOUTH ESSEX NHS FOUNDATION TRUST", 2, "2", Emphasis::kNone},
                {"é", 1, "1", Emphasis::kNone}};
  const std::string narrow = render_svg(chart, ChartWidth::kNarrow);
  CHECK(narrow.find("RAJ MID AND SOUTH ") != std::string::npos);
  CHECK(narrow.find("…</text>") != std::string::npos);
  CHECK(narrow.find("FOUNDATION TRUST</text>") == std::string::npos);
  // With more room the whole name stands above its bar.
  CHECK(render_svg(chart, ChartWidth::kWide).find("FOUNDATION TRUST</text>") != std::string::npos);
}

// A release is rebuilt to the same bytes. Where a chart is changed on purpose, its digest here changes with
// it.
TEST_CASE("The bytes of a chart are pinned") {
  const auto digest = [](const std::string& svg) { return base::to_hex(base::sha256(base::as_bytes(svg))); };
  CHECK(digest(render_svg(bars(), ChartWidth::kWide)) ==
        "3dca668ad1ce140661dc9893099619a5fb6d19ac8a7ed33d193749cf860537a3");
  CHECK(digest(render_svg(columns(105), ChartWidth::kNarrow)) ==
        "d5dfd864f012ed5cfea497e3fd14470381a0ddb302c5606a34ac122a5144f262");
}

TEST_CASE("The bytes of a chart do not follow the locale") {
  const auto digest = [](const std::string& svg) { return base::to_hex(base::sha256(base::as_bytes(svg))); };
  const std::string before = digest(render_svg(columns(105), ChartWidth::kWide));
  const char* changed = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (changed == nullptr) std::setlocale(LC_ALL, "C.UTF-8");
  CHECK(digest(render_svg(columns(105), ChartWidth::kWide)) == before);
  std::setlocale(LC_ALL, "C");
}

}  // namespace
}  // namespace candour::page
