// JSON as Candour reads and writes it. The reader (Boost.JSON behind it) refuses duplicate keys, floats where
// the number is no integer in int64, depth over 64 and anything after the value; the writer gives the same
// bytes for the same value: keys in the order they were put, two spaces, LF, no float formatting of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace candour::base {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;        ///< null
  Json(std::nullptr_t) {}  // NOLINT: implicit, as the writer's callers read best
  Json(bool value) : value_(value) {}
  Json(std::int64_t value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::uint64_t value);  // checks that it fits in int64
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&value_); }
  /// The member `key` of an object, or nullptr (also where this is no object).
  [[nodiscard]] const Json* find(std::string_view key) const;
  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object> value_;
};

inline constexpr std::size_t kJsonDepth = 64;
/// Parses one JSON text (RFC 8259, UTF-8). Errors: CND-1008 with the offset in bytes. Only a text that a
/// program of ours made (DuckDB's tree of a statement) may be deeper than kJsonDepth, up to a few hundred.
[[nodiscard]] Json parse_json(std::string_view text, std::size_t max_depth = kJsonDepth);
/// Two-space indented text that ends with LF; the same bytes for the same value.
[[nodiscard]] std::string write_json(const Json& value);
/// The same without any space, on one line, without LF.
[[nodiscard]] std::string write_json_line(const Json& value);

}  // namespace candour::base
