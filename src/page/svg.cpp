#include "candour/page/svg.h"

#include <cmath>

#include "candour/base/error.h"
#include "candour/page/html.h"

namespace candour::page {
namespace {

// Attributes carry the colours for light, so that the file is right where style elements are refused (a
// strict policy, a drawing program). The style below changes them for dark. Against their paper all
// reach 4.5:1, and bars 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
constexpr std::string_view kDarkStyle =
    "<style>@media (prefers-color-scheme:dark){.paper{fill:#11171b}.text{fill:#f0f4f5}.muted{fill:#b8c4cb}"
    ".grid{stroke:#3d4a52}.line-muted{stroke:#b8c4cb}.line-text{stroke:#f0f4f5}.bar{fill:#6cb2f5}"
    ".strong{fill:#ff9bcd}.hatch,text[stroke]{stroke:#11171b}}</style>\n";

std::string_view fill_of(Paint paint) {
  switch (paint) {
    case Paint::kPaper:
      return "class=\"paper\" fill=\"#ffffff\"";
    case Paint::kText:
      return "class=\"text\" fill=\"#212b32\"";
    case Paint::kMuted:
      return "class=\"muted\" fill=\"#4c6272\"";
    case Paint::kGrid:
      return "class=\"grid\" fill=\"#d8dde0\"";
    case Paint::kBar:
      return "class=\"bar\" fill=\"#005eb8\"";
    case Paint::kStrong:
      return "class=\"strong\" fill=\"#ae2573\"";
  }
  return "";
}

std::string_view stroke_of(Paint paint) {
  switch (paint) {
    case Paint::kGrid:
      return "class=\"grid\" stroke=\"#d8dde0\"";
    case Paint::kMuted:
      return "class=\"line-muted\" stroke=\"#4c6272\"";
    default:
      return "class=\"line-text\" stroke=\"#212b32\"";
  }
}

std::string_view anchor_of(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "";
    case Anchor::kMiddle:
      return " text-anchor=\"middle\"";
    case Anchor::kEnd:
      return " text-anchor=\"end\"";
  }
  return "";
}

// "12.5" for 1250: at most two decimals, none that says nothing.
std::string digits(Length length) {
  std::string text = length < 0 ? "-" : "";
  const Length size = length < 0 ? -length : length;
  text += std::to_string(size / 100);
  if (const Length rest = size % 100; rest != 0) {
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
  }
  return text;
}

std::string attribute(std::string_view name, Length length) {
  return " " + std::string(name) + "=\"" + digits(length) + "\"";
}

}  // namespace

Length scaled(Length whole, double value, double most) {
  CANDOUR_CHECK(std::isfinite(value) && value >= 0 && std::isfinite(most) && most > 0);
  return static_cast<Length>(std::llround(static_cast<double>(whole) * (value / most)));
}

Length text_width(std::string_view text, int font_px) {
  // Hundredths of an em, a little more than the widest of the usual sans-serif fonts needs (DejaVu Sans, bold
  // for figures): a chart is drawn once for readers whose font is not known, and a label must never be cut
  // off.
  constexpr Length kCapital = 78;
  constexpr Length kFigure = 70;
  constexpr Length kNarrow = 40;
  constexpr Length kOther = 62;
  Length ems = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;  // not a character's first byte
    if (c >= 'A' && c <= 'Z') {
      ems += kCapital;
    } else if (c >= '0' && c <= '9') {
      ems += kFigure;
    } else {
      ems += c == ' ' || c == ',' || c == '.' || c == '(' || c == ')' ? kNarrow : kOther;
    }
  }
  return ems * font_px;
}

Svg::Svg(Length width, Length height, std::string_view title, std::string_view description) {
  const std::string size = digits(width) + " " + digits(height);
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + "\"" +
         attribute("width", width) + attribute("height", height) +
         " role=\"img\" aria-labelledby=\"title desc\" font-family=\"Arial, Helvetica, sans-serif\">\n"
         "<title id=\"title\">" +
         escape_html(title) + "</title>\n<desc id=\"desc\">" + escape_html(description) + "</desc>\n";
  out_ += kDarkStyle;
  out_ +=
      "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\" stroke=\"#ffffff\" "
      "stroke-width=\"3\"/></pattern></defs>\n";
  rect(Paint::kPaper, 0, 0, width, height);
}

void Svg::rect(Paint paint, Length x, Length y, Length width, Length height) {
  const std::string place = attribute("x", x) + attribute("y", y) + attribute("width", width) +
                            attribute("height", height) + "/>\n";
  out_ += "<rect ";
  out_ += fill_of(paint);
  out_ += place;
  // The hatching lies above the colour, so that the two differ without it too.
  if (paint == Paint::kStrong) out_ += "<rect fill=\"url(#hatch)\" fill-opacity=\"0.55\"" + place;
}

void Svg::line(Paint paint, Length x1, Length y1, Length x2, Length y2) {
  out_ += "<line ";
  out_ += stroke_of(paint);
  out_ += attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

void Svg::dashed_line(Paint paint, Length x1, Length y1, Length x2, Length y2) {
  out_ += "<line ";
  out_ += stroke_of(paint);
  out_ += " stroke-width=\"1.5\" stroke-dasharray=\"5 3\"" + attribute("x1", x1) + attribute("y1", y1) +
          attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

void Svg::text(Paint paint, Anchor anchor, int font_px, Length x, Length y, std::string_view text) {
  add_text("", paint, anchor, font_px, x, y, text);
}

void Svg::bold_text(Paint paint, Anchor anchor, int font_px, Length x, Length y, std::string_view text) {
  add_text(" font-weight=\"bold\" stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\"", paint,
           anchor, font_px, x, y, text);
}

void Svg::add_text(std::string_view weight, Paint paint, Anchor anchor, int font_px, Length x, Length y,
                   std::string_view text) {
  out_ += "<text ";
  out_ += fill_of(paint);
  out_ += weight;
  out_ += anchor_of(anchor);
  out_ += " font-size=\"" + std::to_string(font_px) + "\"" + attribute("x", x) + attribute("y", y) + ">" +
          escape_html(text) + "</text>\n";
}

std::string Svg::finish() { return std::move(out_ += "</svg>\n"); }

}  // namespace candour::page
