// Whole pages: the frame, the components in it, and the sample that web/test/check_pages.mjs looks at.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "candour/base/error.h"
#include "candour/page/assets.h"
#include "candour/page/chart.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/markdown.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"

namespace candour::page {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST_CASE("A page has its language, its title, a skip link to main, its phase and no script") {
  Page page;
  page.title = "Waiting <times>";
  page.phase = kDemonstrationPhase;
  page.content = paragraph("Text & more");
  const std::string html = render_page(page);
  CHECK(html.starts_with("<!DOCTYPE html>\n<html class=\"nhsuk-template\" lang=\"en-GB\">"));
  CHECK(has(html, "<title>Waiting &lt;times&gt; – Candour</title>"));
  CHECK(has(html, "href=\"#maincontent\""));
  CHECK(has(html, "id=\"maincontent\""));
  CHECK(has(html, "An independent demonstration on synthetic patients. Not signed."));
  CHECK(has(html, "<link rel=\"stylesheet\" href=\"candour.css\">"));
  CHECK(has(html, "<p>Text &amp; more</p>"));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "candour-breadcrumb"));
  CHECK_FALSE(has(html, "candour-contents"));
}

TEST_CASE("What stands between backticks is code, and everything is escaped") {
  CHECK(with_inline_code("Run `candour load` with `--nil`.").text() ==
        "Run <code>candour load</code> with <code>--nil</code>.");
  CHECK(with_inline_code("`a<b` & c").text() == "<code>a&lt;b</code> &amp; c");
  CHECK(with_inline_code("Nobody's").text() == "Nobody&#39;s");
  CHECK(with_inline_code("one ` alone").text() == "one ` alone");
  CHECK(with_inline_code("`a` and ` alone").text() == "<code>a</code> and ` alone");
  CHECK(with_inline_code("").empty());
  DataTable table;
  table.id = "cells";
  table.caption = "Cells";
  table.columns = {{"Rule"}, {"Remedy"}};
  table.rows = {{"required", with_inline_code("Use `--nil`.")}};
  CHECK(has(render_table(table).text(), ">Use <code>--nil</code>.</td>"));
}

TEST_CASE("What a page does not have leaves no trace") {
  Page page;
  page.title = "T";
  const std::string html = render_page(page);
  CHECK_FALSE(has(html, "candour-phase"));
  CHECK_FALSE(has(html, "nhsuk-caption-xl"));
  CHECK_FALSE(has(html, "nhsuk-lede-text"));
  page.breadcrumbs = {{"../", "Statistics"}};
  page.contents = {{"#a", "A"}};
  page.footer_links = {{"accessibility.html", "Accessibility"}};
  page.footer_note = "Note";
  page.phase = "Stays here.";
  page.phase_tag = "Confidential";
  page.facts = paragraph("Published today");
  const std::string full = render_page(page);
  CHECK(has(full, "<a class=\"nhsuk-link\" href=\"../\">Statistics</a>"));
  CHECK(has(full, "<a class=\"nhsuk-link\" href=\"#a\">A</a>"));
  CHECK(has(full, "<a class=\"nhsuk-link\" href=\"accessibility.html\">Accessibility</a>"));
  CHECK(has(full, "<p>Note</p>"));
  CHECK(has(full, ">Confidential</strong> <span>Stays here.</span>"));
  CHECK(full.find("Published today") < full.find("On this page"));
}

TEST_CASE("A data table has a caption, headings with scope and figures to the right") {
  DataTable table;
  table.id = "t";
  table.caption = "Waits & more";
  table.columns = {{"Provider"}, {"Pathways", Align::kNumber}};
  table.rows = {{{"Leeds", "p.html"}, "1,234"}};
  table.total = {"Total", "1,234"};
  const std::string html = render_table(table).text();
  CHECK(has(html, "role=\"region\" aria-labelledby=\"t-caption\" tabindex=\"0\""));
  CHECK(has(html, "<caption class=\"nhsuk-table__caption\" id=\"t-caption\">Waits &amp; more</caption>"));
  CHECK(has(html,
            "<th scope=\"col\" class=\"nhsuk-table__header nhsuk-table__header--numeric\">Pathways</th>"));
  CHECK(has(html,
            "<th scope=\"row\" class=\"nhsuk-table__header\"><a class=\"nhsuk-link\" "
            "href=\"p.html\">Leeds</a></th>"));
  CHECK(has(html, "<td class=\"nhsuk-table__cell nhsuk-table__cell--numeric\">1,234</td>"));
  CHECK(has(
      html,
      "<tr class=\"nhsuk-table__row candour-total\"><th scope=\"row\" class=\"nhsuk-table__header\">Total"));
}

TEST_CASE("A table of many rows scrolls by itself, and a code in it is never broken") {
  DataTable table;
  table.id = "t";
  table.caption = "Codes";
  table.columns = {{"Provider"}, {"Code", Align::kWhole}};
  table.rows.assign(40, {"Leeds", "CND-1204"});
  CHECK(has(render_table(table).text(), "<td class=\"nhsuk-table__cell candour-whole\">CND-1204</td>"));
  CHECK_FALSE(has(render_table(table).text(), "candour-scroll--long"));
  table.rows.emplace_back(table.rows.back());
  CHECK(has(render_table(table).text(), "class=\"candour-scroll candour-scroll--long\" role=\"region\""));
}

TEST_CASE("Components escape what they are given") {
  const std::string_view bad = "<b>&";
  const Html content = Html::from_text(bad);
  for (const Html& html :
       {heading(Level::kTwo, "id", bad), paragraph(bad), bullets({content}), link("a", bad),
        summary_list({{std::string(bad), content}}), headline({{std::string(bad), std::string(bad)}}),
        inset(content), warning(bad, content), details(bad, content),
        figure({.id = "f",
                .title = std::string(bad),
                .introduction = std::string(bad),
                .wide_file = "a.svg",
                .narrow_file = "b.svg",
                .description = std::string(bad),
                .source = std::string(bad)}),
        downloads({{"a", std::string(bad), std::string(bad)}})}) {
    CAPTURE(html.text());
    CHECK_FALSE(has(html.text(), "<b>"));
    CHECK(has(html.text(), "&lt;b&gt;&amp;"));
  }
  CHECK(has(heading(Level::kThree, "i", "t").text(), "<h3 class=\"nhsuk-heading-m\" id=\"i\">t</h3>"));
  CHECK(has(link("javascript:x", "t").text(), "href=\"#\""));
}

// A release-like page with everything that a release has. With CANDOUR_SAMPLE set it is written to that
// folder, where web/test/check_pages.mjs looks at it in a browser.
struct Sample {
  std::string html;
  BarChart bar_chart;
  ColumnChart column_chart;
};

DataTable functions_of(Sample& made) {
  struct Function {
    const char* name;
    int completed;
    double median;
    double ninety_fifth;
  };
  // Figures of the sample alone: they are nobody's waits.
  const Function functions[] = {{"General surgery", 98'412, 10.4, 47.1},
                                {"Urology", 71'250, 9.2, 41.8},
                                {"Trauma and orthopaedics", 118'044, 12.6, 55.9},
                                {"Ear, nose and throat", 90'377, 13.9, 58.2},
                                {"Ophthalmology", 102'961, 9.8, 39.4},
                                {"Oral surgery", 20'418, 16.3, 62.7},
                                {"Cardiology", 58'213, 8.1, 44.0},
                                {"Dermatology", 81'777, 7.9, 36.5},
                                {"Gynaecology", 93'105, 11.7, 49.3}};
  DataTable by_function;
  by_function.id = "by-function";
  by_function.caption = "Completed non-admitted pathways by treatment function, England, September 2025";
  by_function.columns = {{"Treatment function"},
                         {"Completed", Align::kNumber},
                         {"Median wait (weeks)", Align::kNumber},
                         {"95th percentile (weeks)", Align::kNumber}};
  std::int64_t total = 0;
  for (const Function& one : functions) {
    total += one.completed;
    by_function.rows.push_back(
        {one.name, grouped(one.completed), rounded(one.median, 1), rounded(one.ninety_fifth, 1)});
    made.bar_chart.bars.push_back({.label = one.name,
                                   .value = one.median,
                                   .value_text = rounded(one.median, 1),
                                   .emphasis = one.median > 15 ? Emphasis::kStrong : Emphasis::kNone});
  }
  by_function.total = {"All treatment functions", grouped(total), "10.9", "49.6"};
  made.bar_chart.title = "Waits were longest in oral surgery: half waited more than 16 weeks";
  made.bar_chart.description = "The median wait was 16.3 weeks in oral surgery and 7.9 weeks in dermatology.";
  made.bar_chart.value_axis = "Median wait in weeks";
  made.bar_chart.reference = BarChart::Reference{.value = 10.9, .label = "All: 10.9"};
  return by_function;
}

DataTable bands_of(Sample& made) {
  made.column_chart.title = "Two in three had waited no longer than 18 weeks, and a few over a year";
  made.column_chart.description =
      "Completed pathways by weeks waited: most within 18 weeks, falling steadily after.";
  made.column_chart.category_axis = "Weeks from referral to treatment";
  made.column_chart.value_axis = "Completed pathways";
  made.column_chart.marker = ColumnChart::Marker{.before_column = 18, .label = "18 weeks"};
  made.column_chart.plain_meaning = "within 18 weeks";
  made.column_chart.emphasis_meaning = "over 18 weeks";
  DataTable by_band;
  by_band.id = "by-band";
  by_band.caption = "Completed non-admitted pathways by weeks waited";
  by_band.columns = {{"Weeks"}, {"Pathways", Align::kNumber}};
  double value = 104'000;
  for (int band = 0; band < 105; ++band) {
    const auto pathways = static_cast<std::int64_t>(value) - (band % 3) * 700;
    const std::int64_t shown = pathways > 40 ? pathways : 40;
    made.column_chart.columns.push_back({.label = std::to_string(band),
                                         .value = static_cast<double>(shown),
                                         .value_text = "",
                                         .emphasis = band < 18 ? Emphasis::kNone : Emphasis::kStrong});
    if (band < 30)
      by_band.rows.push_back({std::to_string(band) + " to " + std::to_string(band + 1), grouped(shown)});
    value *= 0.935;
  }
  return by_band;
}

Html main_points() {
  Html content;
  content += summary_list({{"Published", Html::from_text("13 November 2025, 09:30")},
                           {"Next release", Html::from_text("11 December 2025")},
                           {"Period", Html::from_text("September 2025")},
                           {"Status", Html::from_text("Provisional")},
                           {"Contact", link("mailto:statistics@example.org", "statistics@example.org")}});
  content += heading(Level::kTwo, "main-points", "Main points");
  content += headline({{"1,276,491", "treatments were completed"},
                       {"65.8 %", "of them within 18 weeks"},
                       {"10.9 weeks", "was the median wait"}});
  content +=
      bullets({Html::from_text("478 providers were expected; 471 sent figures and 7 sent a nil return."),
               Html::from_text("12,310 treatments came after a wait of more than 52 weeks.")});
  content +=
      inset(paragraph("These figures count treatments, not people: one person can wait for two treatments."));
  return content;
}

Html charts(const Sample& made, const DataTable& by_function, const DataTable& by_band) {
  Html content;
  content += heading(Level::kTwo, "how-long", "How long the waits were");
  content += figure({.id = "chart-bands",
                     .title = made.column_chart.title,
                     .introduction = "How many treatments waited how long, in weeks.",
                     .wide_file = "charts/bands.svg",
                     .narrow_file = "charts/bands-narrow.svg",
                     .description = made.column_chart.description,
                     .source = "Source: synthetic records that follow published counts."});
  content += details("The figures of this chart", render_table(by_band));
  content += heading(Level::kTwo, "by-treatment", "By treatment function");
  content += figure({.id = "chart-functions",
                     .title = made.bar_chart.title,
                     .introduction = "The wait that half of the treatments did not exceed.",
                     .wide_file = "charts/functions.svg",
                     .narrow_file = "charts/functions-narrow.svg",
                     .description = made.bar_chart.description,
                     .source = ""});
  content += render_table(by_function);
  return content;
}

Html quality_and_origin() {
  Html content;
  content += heading(Level::kTwo, "quality", "Quality and methods");
  content += warning("Not established here",
                     paragraph("Whether the hospitals recorded the waits right: see the quality report."));
  content += render_markdown(
      "A wait is counted in **days** from the clock's start to its stop. Band *n* holds 7*n* + 1 to 7(*n* + "
      "1) days.\n\n"
      "1. Count the rows of each band.\n2. Add the bands of all providers.\n\n"
      "| Figure | Rule |\n|---|--:|\n| within 18 weeks | 126 days |\n| 52 weeks or more | 365 days |\n\n"
      "See the [method](quality.html) and `candour release verify DIR`.",
      1);
  content += heading(Level::kTwo, "downloads", "Downloads");
  content += downloads(
      {{"tables/by-provider.csv", "Waiting times by provider and treatment function", "CSV, 1.2 MB"},
       {"tables/by-provider.parquet", "The same table", "Parquet, 310 KB"},
       {"release.json", "What this release is made of", "JSON, 6 KB"}});
  content += heading(Level::kTwo, "how-made", "How this was made");
  content += summary_list(
      {{"Collection", Html::from_text("rtt-waiting-list 1.0")},
       {"Program", Html::from_text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")}});
  return content;
}

Sample sample() {
  Sample made;
  const DataTable by_function = functions_of(made);
  const DataTable by_band = bands_of(made);
  Page page;
  page.title = "Referral to treatment waiting times: England, September 2025";
  page.caption = "Official statistics in development";
  page.lead = "1,276,491 treatments that needed no hospital stay were completed in September 2025.";
  page.phase = kDemonstrationPhase;
  page.breadcrumbs = {{"./", "Statistics"}, {"./", "Waiting times"}};
  page.contents = {{"#main-points", "Main points"},
                   {"#how-long", "How long the waits were"},
                   {"#by-treatment", "By treatment function"},
                   {"#quality", "Quality and methods"},
                   {"#downloads", "Downloads"},
                   {"#how-made", "How this was made"}};
  page.content += main_points();
  page.content += charts(made, by_function, by_band);
  page.content += quality_and_origin();
  page.footer_links = {{"accessibility.html", "Accessibility"}, {"release.json", "This page as data"}};
  made.html = render_page(page);
  return made;
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  REQUIRE(file.good());
}

TEST_CASE("The sample page is made of every component and is the same each time") {
  const Sample one = sample();
  CHECK(one.html == sample().html);
  CHECK(has(one.html, "candour-headline"));
  CHECK(has(one.html, "<figcaption"));
  CHECK(one.html.size() + style_sheet().size() < 95 * 1024);
  const char* folder = std::getenv("CANDOUR_SAMPLE");
  if (folder == nullptr || *folder == '\0') return;
  const std::filesystem::path root = folder;
  write(root / "index.html", one.html);
  write(root / "candour.css", style_sheet());
  write(root / "charts/bands.svg", render_svg(one.column_chart, ChartWidth::kWide));
  write(root / "charts/bands-narrow.svg", render_svg(one.column_chart, ChartWidth::kNarrow));
  write(root / "charts/functions.svg", render_svg(one.bar_chart, ChartWidth::kWide));
  write(root / "charts/functions-narrow.svg", render_svg(one.bar_chart, ChartWidth::kNarrow));
}

}  // namespace
}  // namespace candour::page
