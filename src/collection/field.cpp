#include "candour/collection/field.h"

#include <array>
#include <utility>

namespace candour::collection {
namespace {

constexpr std::array<std::pair<FieldType, std::string_view>, 7> kNames = {{
    {FieldType::kText, "text"},
    {FieldType::kInteger, "integer"},
    {FieldType::kDate, "date"},
    {FieldType::kCode, "code"},
    {FieldType::kOds, "ods"},
    {FieldType::kNhsNumber, "nhs-number"},
    {FieldType::kPostcode, "postcode"},
}};

}  // namespace

std::string_view field_type_name(FieldType type) {
  for (const auto& [known, name] : kNames) {
    if (known == type) return name;
  }
  return "";
}

std::optional<FieldType> parse_field_type(std::string_view name) {
  for (const auto& [type, known] : kNames) {
    if (known == name) return type;
  }
  return std::nullopt;
}

table::Type column_type(FieldType type) {
  if (type == FieldType::kInteger) return table::Type::kInteger;
  if (type == FieldType::kDate) return table::Type::kDate;
  return table::Type::kText;
}

}  // namespace candour::collection
