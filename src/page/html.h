// Html: a piece of HTML that may stand in a page as it is. Text becomes one only by being escaped, so that
// what came from outside can never act in a page.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace candour::page {

class Html {
 public:
  Html() = default;
  /// The text, escaped.
  [[nodiscard]] static Html from_text(std::string_view text);
  /// Takes HTML as it is. For this module's own renderers only: what is given must be well-formed and hold
  /// no text that was not escaped.
  [[nodiscard]] static Html unescaped(std::string html) { return Html(std::move(html)); }

  [[nodiscard]] const std::string& text() const { return html_; }
  [[nodiscard]] bool empty() const { return html_.empty(); }
  Html& operator+=(const Html& more) {
    html_ += more.html_;
    return *this;
  }

 private:
  explicit Html(std::string html) : html_(std::move(html)) {}
  std::string html_;
};

/// `& < > " '` as entities: for element content and quoted attributes, of HTML and of SVG. What neither may
/// hold (control characters, bytes that are not UTF-8) becomes U+FFFD.
[[nodiscard]] std::string escape_html(std::string_view text);

/// Whether a link there does no more than lead somewhere: a relative address, or one of http, https or
/// mailto, with no white space, control character or backslash in it (browsers drop those before they look at
/// the scheme).
[[nodiscard]] bool is_safe_address(std::string_view address);
/// Whether `address` is safe and names no host or scheme: what a page may load.
[[nodiscard]] bool is_relative_address(std::string_view address);

}  // namespace candour::page
