// What a table's declaration implies: the schemas at each step of its way.
#include <utility>

#include "candour/collection/collection.h"

namespace candour::collection {

std::optional<std::size_t> Table::find(std::string_view field) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return i;
  }
  return std::nullopt;
}

table::Schema Table::row_schema() const {
  std::vector<table::ColumnSpec> columns;
  for (const Field& field : fields) columns.push_back({field.name, column_type(field.type)});
  return table::Schema(std::move(columns));
}

std::vector<std::size_t> Table::check_fields() const {
  std::vector<std::size_t> visible;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool hidden = fields[i].type == FieldType::kNhsNumber ||
                        (fields[i].identifies && fields[i].type == FieldType::kText);
    if (!hidden) visible.push_back(i);
  }
  return visible;
}

table::Schema Table::check_schema() const {
  std::vector<table::ColumnSpec> columns;
  for (const std::size_t i : check_fields()) columns.push_back({fields[i].name, column_type(fields[i].type)});
  columns.push_back({"period_first_day", table::Type::kDate});
  columns.push_back({"period_last_day", table::Type::kDate});
  return table::Schema(std::move(columns));
}

table::Schema Table::minimised_schema() const {
  std::vector<table::ColumnSpec> columns;
  for (const Field& field : fields) {
    const Minimise& rule = field.minimise;
    if (std::holds_alternative<Drop>(rule) || std::holds_alternative<ToPseudonym>(rule)) continue;
    const bool kept = std::holds_alternative<Keep>(rule);
    columns.push_back({field.minimised_as, kept ? column_type(field.type) : table::Type::kText});
  }
  return table::Schema(std::move(columns));
}

bool Table::has_any_of(const std::vector<std::string>& minimised) const {
  const table::Schema schema = minimised_schema();
  return std::ranges::any_of(minimised, [&](const std::string& one) { return schema.find(one).has_value(); });
}

table::Schema Table::local_schema() const {
  std::vector<table::ColumnSpec> columns = {{"submitter", table::Type::kText}};
  const table::Schema minimised = minimised_schema();
  columns.insert(columns.end(), minimised.columns().begin(), minimised.columns().end());
  return table::Schema(std::move(columns));
}

}  // namespace candour::collection
