// What the log's text formats share: lines that each end with LF, decimal numbers and hashes in their one
// form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/log/merkle.h"

namespace candour::log {

/// Takes the lines of a text from its front.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}
  /// The next line without its LF; nothing at the end, and where what is left has no LF.
  [[nodiscard]] std::optional<std::string_view> next();
  /// What was not taken.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// A decimal number up to kSizeAtMost without leading zeros; nothing otherwise.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// The base64 of 32 bytes; nothing otherwise.
[[nodiscard]] std::optional<Digest> parse_hash(std::string_view text);

/// The hashes of a path, one a line.
[[nodiscard]] std::string write_path(const Path& path);
/// Takes lines up to an empty one as the hashes of a path; nothing where one is no hash, there are more than
/// kPathAtMost, or no empty line comes.
[[nodiscard]] std::optional<Path> parse_path(TextLines& lines);

}  // namespace candour::log
