#include <algorithm>

#include "candour/base/error.h"
#include "candour/page/chart.h"
#include "candour/page/svg.h"

namespace candour::page {
namespace {

constexpr std::size_t kBarsAtMost = 60;

// Where things stand. Wide: label to the left of its bar. Narrow: label above it.
struct BarLayout {
  bool is_wide;
  Length width;
  Length plot_left;
  Length plot_width;
  Length top;
  Length row_height;
  Length label_drop;  // from a row's top to the label's foot
  Length bar_drop;    // from a row's top to the bar's
  Length bar_height;
  [[nodiscard]] Length row_top(std::size_t row) const { return top + row_height * static_cast<Length>(row); }
  [[nodiscard]] Length bar_top(std::size_t row) const { return row_top(row) + bar_drop; }
};

// Where a label is longer, labels stand above their bars, as they do on a narrow chart.
constexpr Length kLongestLabelBeside = px(260);

BarLayout lay_out(const BarChart& chart, ChartWidth width) {
  Length label = 0;
  Length value = 0;
  for (const Bar& bar : chart.bars) {
    label = std::max(label, text_width(bar.label, kFontPx));
    value = std::max(value, text_width(bar.value_text, kFontPx));
  }
  const Length head = px(chart.value_axis.empty() ? 8 : 30) + px(chart.reference ? 20 : 0);
  const bool beside = width == ChartWidth::kWide && label <= kLongestLabelBeside;
  if (beside) {
    const Length left = label + px(12);
    return {.is_wide = true,
            .width = px(720),
            .plot_left = left,
            .plot_width = px(720) - left - value - px(12),
            .top = head,
            .row_height = px(30),
            .label_drop = px(20),
            .bar_drop = px(5),
            .bar_height = px(20)};
  }
  const Length whole = width == ChartWidth::kWide ? px(720) : px(320);
  return {.is_wide = false,
          .width = whole,
          .plot_left = px(2),
          .plot_width = whole - px(2) - value - px(12),
          .top = head,
          .row_height = px(48),
          .label_drop = px(18),
          .bar_drop = px(24),
          .bar_height = px(18)};
}

// The label, cut to the room there is: what is cut off stands whole in the chart's table.
std::string fitted(const std::string& label, Length room) {
  if (text_width(label, kFontPx) <= room) return label;
  std::string cut = label;
  const auto inside_character = [&] { return (static_cast<unsigned char>(cut.back()) & 0xC0U) == 0x80U; };
  while (!cut.empty() && text_width(cut + "…", kFontPx) > room) {
    while (inside_character()) cut.pop_back();
    cut.pop_back();
  }
  return cut + "…";
}

double longest(const BarChart& chart) {
  double most = chart.reference ? chart.reference->value : 0;
  for (const Bar& bar : chart.bars) most = std::max(most, bar.value);
  return most > 0 ? most : 1;
}

void draw_bar(Svg& svg, const Bar& bar, const BarLayout& at, std::size_t row, double most) {
  const Length foot = at.row_top(row) + at.label_drop;
  if (at.is_wide) {
    svg.text(Paint::kText, Anchor::kEnd, kFontPx, at.plot_left - px(8), foot, bar.label);
  } else {
    svg.text(Paint::kText, Anchor::kStart, kFontPx, at.plot_left + px(4), foot,
             fitted(bar.label, at.width - at.plot_left - px(4)));
  }
  svg.rect(bar.emphasis == Emphasis::kStrong ? Paint::kStrong : Paint::kBar, at.plot_left, at.bar_top(row),
           scaled(at.plot_width, bar.value, most), at.bar_height);
}

void draw_reference(Svg& svg, const BarChart& chart, const BarLayout& at, double most) {
  if (!chart.reference) return;
  const Length x = at.plot_left + scaled(at.plot_width, chart.reference->value, most);
  const Length bottom = at.top + at.row_height * static_cast<Length>(chart.bars.size());
  const Length half = text_width(chart.reference->label, kFontPx) / 2;
  // The label keeps inside the picture, where the line is near an edge.
  const Length centre = std::clamp(x, half + px(2), at.width - half - px(2));
  svg.dashed_line(Paint::kText, x, at.top - px(4), x, bottom);
  svg.bold_text(Paint::kText, Anchor::kMiddle, kFontPx, centre, at.top - px(8), chart.reference->label);
}

}  // namespace

std::string render_svg(const BarChart& chart, ChartWidth width) {
  CANDOUR_CHECK(!chart.bars.empty() && chart.bars.size() <= kBarsAtMost);
  const BarLayout at = lay_out(chart, width);
  const double most = longest(chart);
  const Length bottom = at.top + at.row_height * static_cast<Length>(chart.bars.size());
  Svg svg(at.width, bottom + px(8), chart.title, chart.description);
  if (!chart.value_axis.empty()) {
    const Length x = at.is_wide ? at.plot_left : px(2);
    svg.text(Paint::kMuted, Anchor::kStart, kFontPx, x, px(18), chart.value_axis);
  }
  for (std::size_t row = 0; row < chart.bars.size(); ++row) draw_bar(svg, chart.bars[row], at, row, most);
  svg.line(Paint::kMuted, at.plot_left, at.top, at.plot_left, bottom);
  draw_reference(svg, chart, at, most);
  // Last, so that the rim of a figure covers the reference line and not the other way round.
  for (std::size_t row = 0; row < chart.bars.size(); ++row) {
    const Length x = at.plot_left + scaled(at.plot_width, chart.bars[row].value, most) + px(6);
    svg.bold_text(Paint::kText, Anchor::kStart, kFontPx, x, at.bar_top(row) + at.bar_height - px(5),
                  chart.bars[row].value_text);
  }
  return svg.finish();
}

}  // namespace candour::page
