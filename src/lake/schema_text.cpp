#include "candour/lake/schema_text.h"

#include <algorithm>
#include <array>
#include <set>

#include "candour/base/error.h"
#include "candour/base/json.h"

namespace candour::lake {
namespace {

using base::Json;

// In the order of table::Type.
constexpr std::array<std::string_view, 5> kDeltaTypes = {"boolean", "long", "double", "string", "date"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_name(const std::string& name) {
  constexpr std::size_t kLongest = 128;
  return !name.empty() && name.size() <= kLongest && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::string in_lower_case(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

bool is_valid(const table::Schema& schema) {
  std::set<std::string> names;
  return schema.size() > 0 &&
         std::all_of(schema.columns().begin(), schema.columns().end(), [&](const table::ColumnSpec& column) {
           return is_name(column.name) && names.insert(in_lower_case(column.name)).second;
         });
}

std::optional<table::ColumnSpec> parse_column(const Json& field) {
  const Json* name = field.find("name");
  const Json* type = field.find("type");
  if (name == nullptr || name->text() == nullptr || type == nullptr || type->text() == nullptr) {
    return std::nullopt;
  }
  const auto found = std::find(kDeltaTypes.begin(), kDeltaTypes.end(), *type->text());
  if (found == kDeltaTypes.end()) return std::nullopt;
  return table::ColumnSpec{*name->text(), static_cast<table::Type>(found - kDeltaTypes.begin())};
}

}  // namespace

void check_schema(const table::Schema& schema) {
  if (is_valid(schema)) return;
  throw base::Error("CND-2303", "A lake table cannot have columns of these names.");
}

std::string write_schema(const table::Schema& schema) {
  Json::Array fields;
  for (const table::ColumnSpec& column : schema.columns()) {
    fields.push_back(Json::Object{{"name", column.name},
                                  {"type", kDeltaTypes[static_cast<std::size_t>(column.type)]},
                                  {"nullable", true},
                                  {"metadata", Json::Object{}}});
  }
  return base::write_json_line(Json::Object{{"type", "struct"}, {"fields", std::move(fields)}});
}

std::optional<table::Schema> parse_schema(std::string_view text) {
  Json root;
  try {
    root = base::parse_json(text);
  } catch (const base::Error&) {
    return std::nullopt;
  }
  const Json* fields = root.find("fields");
  if (fields == nullptr || fields->array() == nullptr) return std::nullopt;
  std::vector<table::ColumnSpec> columns;
  for (const Json& field : *fields->array()) {
    auto column = parse_column(field);
    if (!column) return std::nullopt;
    columns.push_back(std::move(*column));
  }
  table::Schema schema(std::move(columns));
  if (!is_valid(schema) || write_schema(schema) != text) return std::nullopt;
  return schema;
}

}  // namespace candour::lake
