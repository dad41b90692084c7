#include "candour/log/text_lines.h"

#include <algorithm>
#include <charconv>

#include "candour/base/bytes.h"

namespace candour::log {

std::optional<std::string_view> TextLines::next() {
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > kSizeAtMost) return std::nullopt;
  return number;
}

std::optional<Digest> parse_hash(std::string_view text) {
  const auto bytes = base::from_base64(text);
  Digest hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

std::string write_path(const Path& path) {
  std::string text;
  for (const Digest& hash : path) text += base::to_base64(hash) + "\n";
  return text;
}

std::optional<Path> parse_path(TextLines& lines) {
  Path path;
  while (const auto line = lines.next()) {
    if (line->empty()) return path;
    const auto hash = parse_hash(*line);
    if (!hash || path.size() == kPathAtMost) return std::nullopt;
    path.push_back(*hash);
  }
  return std::nullopt;
}

}  // namespace candour::log
