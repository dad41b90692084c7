#include "candour/page/html.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace candour::page {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the UTF-8 sequence at the beginning of `text` (RFC 3629 section 4), or 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at])) : 0U;
  };
  const auto follows = [&byte](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if ((first & 0xF0U) == 0xE0U) {
    const unsigned least = first == 0xE0 ? 0xA0 : 0x80;  // shorter forms and surrogates are not characters
    const unsigned most = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= least && byte(1) <= most && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned least = first == 0xF0 ? 0x90 : 0x80;
    const unsigned most = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= least && byte(1) <= most && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_forbidden_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7F;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool has_acting_character(std::string_view address) {
  return std::ranges::any_of(
      address, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; });
}

// What stands before the first ':' that no '/', '?' or '#' precedes, in small letters; nothing where there is
// no such ':'.
std::optional<std::string> scheme_of(std::string_view address) {
  const std::size_t end = address.find_first_of(":/?#");
  if (end == std::string_view::npos || address[end] != ':') return std::nullopt;
  std::string scheme(address.substr(0, end));
  std::ranges::transform(scheme, scheme.begin(), to_lower);
  return scheme;
}

}  // namespace

Html Html::from_text(std::string_view text) { return Html(escape_html(text)); }

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0 || is_forbidden_control(text[0])) {
      escaped += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    switch (text[0]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return escaped;
}

bool is_safe_address(std::string_view address) {
  if (has_acting_character(address)) return false;
  const std::optional<std::string> scheme = scheme_of(address);
  return !scheme || *scheme == "http" || *scheme == "https" || *scheme == "mailto";
}

bool is_relative_address(std::string_view address) {
  return !has_acting_character(address) && !scheme_of(address) && !address.starts_with("//");
}

}  // namespace candour::page
