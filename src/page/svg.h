// Pieces of an SVG chart, for chart_bar.cpp and chart_column.cpp: lengths, colours, and a writer of elements
// whose bytes depend on nothing but what it is given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candour::page {

/// A length in hundredths of a pixel: integers, so that every machine writes the same digits.
using Length = std::int64_t;
[[nodiscard]] constexpr Length px(std::int64_t pixels) { return pixels * 100; }
/// `whole` times value / most, rounded to a hundredth of a pixel. `most` is above 0.
[[nodiscard]] Length scaled(Length whole, double value, double most);
/// About how wide `text` is in Arial of `font_px`; on the wide side, because labels may not overlap.
[[nodiscard]] Length text_width(std::string_view text, int font_px);

/// What an element is for; it decides the colour, in light and in dark.
enum class Paint { kPaper, kText, kMuted, kGrid, kBar, kStrong };
enum class Anchor { kStart, kMiddle, kEnd };

class Svg {
 public:
  /// Opens the file: title and description for who cannot see it, the colours for dark, the paper.
  Svg(Length width, Length height, std::string_view title, std::string_view description);

  void rect(Paint paint, Length x, Length y, Length width, Length height);
  void line(Paint paint, Length x1, Length y1, Length x2, Length y2);
  void dashed_line(Paint paint, Length x1, Length y1, Length x2, Length y2);
  void text(Paint paint, Anchor anchor, int font_px, Length x, Length y, std::string_view text);
  /// Bold, and with a rim of the paper's colour, so that it can be read where it crosses a line or a bar.
  void bold_text(Paint paint, Anchor anchor, int font_px, Length x, Length y, std::string_view text);

  /// Closes the file and gives it.
  [[nodiscard]] std::string finish();

 private:
  void add_text(std::string_view weight, Paint paint, Anchor anchor, int font_px, Length x, Length y,
                std::string_view text);
  std::string out_;
};

/// The font size of labels: 14 is readable in a picture that is not scaled.
inline constexpr int kFontPx = 14;

}  // namespace candour::page
