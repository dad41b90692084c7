// Strict TOML (toml++ behind it): every value is asked for by type, a missing or wrong one is an error with
// file, line and key, and finish() refuses keys that nobody asked for, so that a misspelt key is found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/json.h"

namespace candour::base {

/// A text as a basic string of TOML 1.0, with its quotation marks.
[[nodiscard]] std::string toml_text(std::string_view text);

/// An object as TOML: its keys, which are bare ones, in their order; tables after what is none. There is no
/// null in it, for TOML has none.
[[nodiscard]] std::string write_toml(const Json& object);

class TomlTable {
 public:
  /// Parses a document. `path` is for the error's place. Errors: CND-1009 (not TOML; line), CND-1010 (a key
  /// missing, of the wrong type, or unknown; line and key).
  [[nodiscard]] static TomlTable parse(std::string_view text, const std::filesystem::path& path);

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t fallback) const;
  [[nodiscard]] double number_or(std::string_view key, double fallback) const;  ///< integer or float
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;  ///< array of strings
  [[nodiscard]] std::vector<std::string> texts_or_none(std::string_view key) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key) const;
  [[nodiscard]] TomlTable table(std::string_view key) const;
  [[nodiscard]] std::optional<TomlTable> table_if(std::string_view key) const;
  [[nodiscard]] std::vector<TomlTable> tables(std::string_view key) const;  ///< [[key]]; none if absent
  [[nodiscard]] bool is_text(std::string_view key) const;  ///< for keys that take a string or a table
  [[nodiscard]] bool is_table(std::string_view key) const;
  /// Keys in the order of the file; marks none as asked for.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// The line where this table or the key stands, for errors of the caller.
  [[nodiscard]] std::int64_t line() const;
  [[nodiscard]] std::int64_t line_of(std::string_view key) const;
  [[nodiscard]] const std::filesystem::path& path() const;
  /// All of it as JSON, for who reads the same members from either: texts, whole numbers, booleans, arrays
  /// and tables, in the order of the file. Every key counts as asked for. Errors: CND-1010 (another kind of
  /// value).
  [[nodiscard]] Json json() const;
  /// Refuses keys that nobody asked for, here and in the tables handed out. Errors: CND-1010.
  void finish() const;

 private:
  struct Node;
  explicit TomlTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}
  std::shared_ptr<Node> node_;
};

}  // namespace candour::base
