#include "candour/table/type.h"

#include <array>
#include <cstddef>

#include "candour/base/error.h"

namespace candour::table {
namespace {

// In the order of the enumeration, which type_name and parse_type both rely on.
constexpr std::array<std::string_view, 5> kNames = {"boolean", "integer", "real", "text", "date"};

}  // namespace

std::string_view type_name(Type type) {
  const auto index = static_cast<std::size_t>(type);
  CANDOUR_CHECK(index < kNames.size());
  return kNames[index];
}

std::optional<Type> parse_type(std::string_view name) {
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (kNames[index] == name) return static_cast<Type>(index);
  }
  return std::nullopt;
}

}  // namespace candour::table
