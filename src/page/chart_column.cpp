#include <algorithm>
#include <cmath>

#include "candour/base/error.h"
#include "candour/page/chart.h"
#include "candour/page/svg.h"
#include "candour/page/text.h"

namespace candour::page {
namespace {

constexpr std::size_t kColumnsAtMost = 200;
constexpr int kTicksAtMost = 6;

// The value axis: from 0 to `top` in equal steps that people can count in (1, 2 or 5 times a power of ten).
struct Scale {
  double step = 1;
  int steps = 1;
  [[nodiscard]] double top() const { return step * steps; }
};

Scale scale_for(const std::vector<Column>& columns) {
  double most = 0;
  bool are_counts = true;
  for (const Column& column : columns) {
    most = std::max(most, column.value);
    are_counts = are_counts && column.value == std::floor(column.value);
  }
  Scale scale;
  if (most <= 0) return scale;
  double power = 1;
  while (power * 10 <= most / kTicksAtMost) power *= 10;
  while (power > most / kTicksAtMost) power /= 10;
  for (const double times : {1.0, 2.0, 5.0, 10.0}) {
    scale.step = power * times;
    if (scale.step * kTicksAtMost >= most) break;
  }
  if (are_counts) scale.step = std::max(scale.step, 1.0);  // there is no half of a count
  scale.steps = std::max(1, static_cast<int>(std::ceil(most / scale.step)));
  return scale;
}

std::string tick_text(const Scale& scale, int step) {
  const int places = scale.step >= 1 ? 0 : (scale.step >= 0.1 ? 1 : 2);
  return rounded(scale.step * step, places);
}

struct Plot {
  Length left = 0, right = 0, top = 0, bottom = 0;
  Length width = 0, height = 0;  // of the picture
  Scale scale;
  std::size_t columns = 0;

  [[nodiscard]] Length x_of(std::size_t column) const {
    return left + (right - left) * static_cast<Length>(column) / static_cast<Length>(columns);
  }
  [[nodiscard]] Length y_of(double value) const { return bottom - scaled(bottom - top, value, scale.top()); }
};

bool has_key(const ColumnChart& chart) { return !chart.emphasis_meaning.empty(); }

Plot lay_out(const ColumnChart& chart, ChartWidth width) {
  Plot plot;
  plot.scale = scale_for(chart.columns);
  plot.columns = chart.columns.size();
  const bool wide = width == ChartWidth::kWide;
  plot.width = px(wide ? 720 : 320);
  Length ticks = 0;
  for (int step = 0; step <= plot.scale.steps; ++step) {
    ticks = std::max(ticks, text_width(tick_text(plot.scale, step), kFontPx));
  }
  plot.left = ticks + px(8);
  plot.right = plot.width - px(8);
  plot.top = px(24) + px(chart.marker ? 22 : 0) + (has_key(chart) ? px(wide ? 24 : 46) : 0);
  plot.bottom = plot.top + px(wide ? 250 : 200);
  plot.height = plot.bottom + px(52);
  return plot;
}

void draw_value_axis(Svg& svg, const ColumnChart& chart, const Plot& plot) {
  for (int step = 0; step <= plot.scale.steps; ++step) {
    const Length y = plot.y_of(plot.scale.step * step);
    if (step > 0) svg.line(Paint::kGrid, plot.left, y, plot.right, y);
    svg.text(Paint::kMuted, Anchor::kEnd, kFontPx, plot.left - px(6), y + px(5), tick_text(plot.scale, step));
  }
  svg.text(Paint::kMuted, Anchor::kStart, kFontPx, px(2), px(16), chart.value_axis);
}

// Every how many columns there is room for a label.
std::size_t label_step(const ColumnChart& chart, const Plot& plot) {
  Length widest = 0;
  for (const Column& column : chart.columns) widest = std::max(widest, text_width(column.label, kFontPx));
  for (const std::size_t step : {1U, 2U, 5U, 10U, 20U, 50U, 100U}) {
    if (plot.x_of(step) - plot.x_of(0) >= widest + px(6)) return step;
  }
  return plot.columns;
}

void draw_columns(Svg& svg, const ColumnChart& chart, const Plot& plot) {
  for (std::size_t at = 0; at < plot.columns; ++at) {
    const Column& column = chart.columns[at];
    const Length x = plot.x_of(at);
    const Length room = plot.x_of(at + 1) - x;
    const Length gap = room >= px(5) ? px(1) : room / 5;
    const Length y = plot.y_of(column.value);
    if (y < plot.bottom) {
      svg.rect(column.emphasis == Emphasis::kStrong ? Paint::kStrong : Paint::kBar, x + gap / 2, y,
               room - gap, plot.bottom - y);
    }
    if (!column.value_text.empty()) {
      svg.bold_text(Paint::kText, Anchor::kMiddle, kFontPx, x + room / 2, y - px(5), column.value_text);
    }
  }
}

void draw_category_axis(Svg& svg, const ColumnChart& chart, const Plot& plot) {
  svg.line(Paint::kText, plot.left, plot.bottom, plot.right, plot.bottom);
  const std::size_t every = label_step(chart, plot);
  for (std::size_t at = 0; at < plot.columns; at += every) {
    const Length centre = (plot.x_of(at) + plot.x_of(at + 1)) / 2;
    svg.line(Paint::kText, centre, plot.bottom, centre, plot.bottom + px(4));
    svg.text(Paint::kMuted, Anchor::kMiddle, kFontPx, centre, plot.bottom + px(20), chart.columns[at].label);
  }
  svg.text(Paint::kMuted, Anchor::kMiddle, kFontPx, (plot.left + plot.right) / 2, plot.bottom + px(42),
           chart.category_axis);
}

void draw_marker(Svg& svg, const ColumnChart& chart, const Plot& plot) {
  if (!chart.marker) return;
  const Length x = plot.x_of(std::min(chart.marker->before_column, plot.columns));
  const bool fits_right = x + px(6) + text_width(chart.marker->label, kFontPx) <= plot.width;
  svg.dashed_line(Paint::kText, x, plot.top - px(20), x, plot.bottom);
  svg.bold_text(Paint::kText, fits_right ? Anchor::kStart : Anchor::kEnd, kFontPx,
                fits_right ? x + px(6) : x - px(6), plot.top - px(9), chart.marker->label);
}

void draw_key(Svg& svg, const ColumnChart& chart, ChartWidth width) {
  if (!has_key(chart)) return;
  constexpr Length kSwatch = px(14);
  const bool wide = width == ChartWidth::kWide;
  Length x = px(2);
  Length y = px(26);
  svg.rect(Paint::kBar, x, y, kSwatch, kSwatch);
  svg.text(Paint::kText, Anchor::kStart, kFontPx, x + px(20), y + px(12), chart.plain_meaning);
  if (wide) {
    x += px(44) + text_width(chart.plain_meaning, kFontPx);
  } else {
    y += px(22);
  }
  svg.rect(Paint::kStrong, x, y, kSwatch, kSwatch);
  svg.text(Paint::kText, Anchor::kStart, kFontPx, x + px(20), y + px(12), chart.emphasis_meaning);
}

}  // namespace

std::string render_svg(const ColumnChart& chart, ChartWidth width) {
  CANDOUR_CHECK(!chart.columns.empty() && chart.columns.size() <= kColumnsAtMost);
  const Plot plot = lay_out(chart, width);
  Svg svg(plot.width, plot.height, chart.title, chart.description);
  draw_value_axis(svg, chart, plot);
  draw_key(svg, chart, width);
  draw_columns(svg, chart, plot);
  draw_category_axis(svg, chart, plot);
  draw_marker(svg, chart, plot);
  return svg.finish();
}

}  // namespace candour::page
