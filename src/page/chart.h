// Charts as SVG: the same bytes for the same values on every machine (coordinates are integers of a
// hundredth, no locale, no clock), readable in light and dark, without colour, and by a screen reader.
//
// An SVG that a page shows through <img> inherits nothing from it: colours stand as attributes for light, and
// a style element inside the file changes them where the reader prefers dark. A chart comes in two widths,
// because text that shrinks with its picture cannot be read on a telephone; `figure` (components.h) lets the
// browser choose.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace candour::page {

enum class ChartWidth { kWide, kNarrow };  ///< 720 and 320 pixels
enum class Emphasis { kNone, kStrong };    ///< strong: a second colour, and hatched

struct Bar {
  std::string label;
  double value = 0;        ///< finite and not negative
  std::string value_text;  ///< as it is written beside the bar: "10.9"
  Emphasis emphasis = Emphasis::kNone;
};

/// Horizontal bars, each with its label and its value: for things with names (treatment functions).
struct BarChart {
  std::string title;        ///< an active title: what the chart shows, in a sentence
  std::string description;  ///< the same facts in words, for who cannot see it
  std::string value_axis;   ///< "Median wait in weeks"
  std::vector<Bar> bars;    ///< at most 60
  struct Reference {
    double value = 0;
    std::string label;  ///< "England 10.9"
  };
  std::optional<Reference> reference;  ///< a line across all bars
};

struct Column {
  std::string label;       ///< where it is the axis's turn to be labelled
  double value = 0;        ///< finite and not negative
  std::string value_text;  ///< written above the column where it is not empty
  Emphasis emphasis = Emphasis::kNone;
};

/// Adjoining columns over a scale: for distributions (weeks waited).
struct ColumnChart {
  std::string title;
  std::string description;
  std::string category_axis;    ///< "Weeks from referral to treatment"
  std::string value_axis;       ///< "Pathways"
  std::vector<Column> columns;  ///< at most 200
  /// A vertical line before the column of this index, with what it means: {18, "18 weeks"}.
  struct Marker {
    std::size_t before_column = 0;
    std::string label;
  };
  std::optional<Marker> marker;
  std::string emphasis_meaning;  ///< what hatched columns are, for the key: "over 18 weeks"; empty for no key
  std::string plain_meaning;     ///< what the others are: "within 18 weeks"
};

/// The SVG file. Values that are negative or not finite stop the process (CANDOUR_CHECK): a chart of
/// them would be a false one.
[[nodiscard]] std::string render_svg(const BarChart& chart, ChartWidth width);
[[nodiscard]] std::string render_svg(const ColumnChart& chart, ChartWidth width);

}  // namespace candour::page
