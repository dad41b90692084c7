#include "candour/release/charts.h"

#include <algorithm>

#include "candour/page/chart.h"
#include "candour/page/text.h"
#include "candour/release/figures.h"

namespace candour::release {
namespace {

using collection::ReleaseChart;

page::DataTable two_column_table(const ReleaseChart& chart, std::string first, std::string second) {
  page::DataTable table;
  table.id = "figures-" + chart.name;
  table.caption = chart.title + ": the figures";
  table.columns = {{std::move(first), page::Align::kText}, {std::move(second), page::Align::kNumber}};
  return table;
}

/// One bar a group of columns, summed over the rows that the chart is about.
DrawnChart draw_bands(const ReleaseChart& chart, const collection::ReleaseTable& table,
                      const table::Relation& framed) {
  page::BarChart drawing;
  drawing.title = chart.title;
  drawing.description = chart.description;
  const collection::ReleaseColumn* first = table.find(chart.columns.front());
  drawing.value_axis = first == nullptr ? "" : first->unit;
  DrawnChart drawn{chart.name, chart.title, chart.description,
                   "",         "",          two_column_table(chart, "Band", drawing.value_axis)};
  std::size_t next = 0;
  for (std::size_t group = 0; next < chart.columns.size(); ++group) {
    const std::size_t size = group < chart.groups.size() ? static_cast<std::size_t>(chart.groups[group]) : 1;
    const std::vector<std::string> columns(
        chart.columns.begin() + static_cast<std::ptrdiff_t>(next),
        chart.columns.begin() + static_cast<std::ptrdiff_t>(std::min(next + size, chart.columns.size())));
    next += size;
    const std::int64_t sum = sum_of(framed, columns, chart.where);
    const std::string label =
        group < chart.group_titles.size() ? chart.group_titles[group] : table.find(columns.front())->title;
    drawing.bars.push_back({label, static_cast<double>(sum), page::grouped(sum), page::Emphasis::kNone});
    drawn.figures.rows.push_back({label, page::grouped(sum)});
  }
  drawn.wide_svg = page::render_svg(drawing, page::ChartWidth::kWide);
  drawn.narrow_svg = page::render_svg(drawing, page::ChartWidth::kNarrow);
  return drawn;
}

/// The rows with the largest values of one column.
DrawnChart draw_ranking(const ReleaseChart& chart, const collection::ReleaseTable& table,
                        const table::Relation& framed, const ReleaseInputs& inputs) {
  const std::string& column = chart.columns.front();
  const std::size_t value_at = framed.schema.find(column).value();
  // The dimension that `where` leaves open is what is ranked.
  const auto open = std::find_if(table.frame.begin(), table.frame.end(), [&](const auto& dimension) {
    return !chart.where.contains(dimension.column);
  });
  const std::size_t label_at =
      open == table.frame.end() ? 0 : static_cast<std::size_t>(open - table.frame.begin());
  struct Ranked {
    std::string key;
    std::int64_t value;
  };
  std::vector<Ranked> rows;
  for_each_row(framed, chart.where, [&](const table::Chunk& chunk, std::size_t row) {
    if (chunk.column(value_at).is_null(row) || chunk.column(value_at).integer(row) == 0) return;
    rows.push_back({std::string(chunk.column(label_at).text(row)), chunk.column(value_at).integer(row)});
  });
  std::sort(rows.begin(), rows.end(), [](const Ranked& a, const Ranked& b) {
    return a.value != b.value ? a.value > b.value : a.key < b.key;
  });
  if (rows.size() > static_cast<std::size_t>(chart.limit)) rows.resize(static_cast<std::size_t>(chart.limit));

  page::BarChart drawing;
  drawing.title = chart.title;
  drawing.description = chart.description;
  const collection::ReleaseColumn* declared = table.find(column);
  drawing.value_axis = declared->title + ", " + declared->unit;
  DrawnChart drawn{
      chart.name, chart.title, chart.description,
      "",         "",          two_column_table(chart, table.frame[label_at].title, declared->title)};
  for (const Ranked& row : rows) {
    const std::string label = value_text(table.frame[label_at], inputs, row.key);
    drawing.bars.push_back(
        {label, static_cast<double>(row.value), page::grouped(row.value), page::Emphasis::kNone});
    drawn.figures.rows.push_back({label, page::grouped(row.value)});
  }
  if (drawing.bars.empty()) return drawn;
  drawn.wide_svg = page::render_svg(drawing, page::ChartWidth::kWide);
  drawn.narrow_svg = page::render_svg(drawing, page::ChartWidth::kNarrow);
  return drawn;
}

}  // namespace

std::string submitter_text(const std::vector<Submitter>& submitters, std::string_view code) {
  const auto found =
      std::lower_bound(submitters.begin(), submitters.end(), code,
                       [](const Submitter& one, std::string_view wanted) { return one.code < wanted; });
  if (found == submitters.end() || found->code != code || found->name.empty()) return std::string(code);
  return found->code + " " + found->name;
}

std::string value_text(const collection::FrameDimension& dimension, const ReleaseInputs& inputs,
                       std::string_view value) {
  if (dimension.codes.empty()) return submitter_text(inputs.submitters, value);
  const collection::Code* code = inputs.collection->codes.at(dimension.codes).find(value);
  return code == nullptr ? std::string(value) : code->label + " (" + code->value + ")";
}

std::vector<DrawnChart> draw_charts(const collection::ReleaseTable& table, const table::Relation& framed,
                                    const ReleaseInputs& inputs) {
  std::vector<DrawnChart> drawn;
  for (const ReleaseChart& chart : table.charts) {
    drawn.push_back(chart.kind == ReleaseChart::Kind::kBands ? draw_bands(chart, table, framed)
                                                             : draw_ranking(chart, table, framed, inputs));
  }
  return drawn;
}

}  // namespace candour::release
