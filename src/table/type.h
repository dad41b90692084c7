// The types of columns, everywhere in Candour: what a chunk stores, what SQL may take and give, what a
// release holds. Few on purpose; each has exactly one SQL type in both engines.
#pragma once

#include <optional>
#include <string_view>

namespace candour::table {

enum class Type {
  kBoolean,  ///< SQL BOOLEAN
  kInteger,  ///< 64 bits; SQL BIGINT (an engine's INTEGER widens to it)
  kReal,     ///< double; SQL DOUBLE; never in a local step
  kText,     ///< UTF-8; SQL VARCHAR
  kDate,     ///< a calendar day; SQL DATE
};

/// "boolean", "integer", "real", "text", "date": the words that declarations use.
[[nodiscard]] std::string_view type_name(Type type);
[[nodiscard]] std::optional<Type> parse_type(std::string_view name);

}  // namespace candour::table
