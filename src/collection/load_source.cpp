// How a hospital's file maps to a table.
#include <algorithm>

#include "candour/collection/declaration.h"
#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

using base::TomlTable;

// Two titles that a hospital's header could not tell apart are one here.
std::string comparable(std::string_view title) {
  std::string result;
  for (char c : title) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool joint = lower == ' ' || lower == '_' || lower == '-';
    if (joint && (result.empty() || result.back() == ' ')) continue;
    result += joint ? ' ' : lower;
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

void add_title(const TomlTable& table, std::string_view key, const std::string& title,
               std::vector<std::string>& titles) {
  std::string alike = comparable(title);
  if (alike.empty() || std::find(titles.begin(), titles.end(), alike) != titles.end()) {
    refuse("CND-1310", "A column's title is empty, or is that of another column but for case and spaces.",
           table, key, title);
  }
  titles.push_back(std::move(alike));
}

}  // namespace

SourceMapping load_source(const TomlTable& source, const Table& table) {
  SourceMapping mapping;
  mapping.table = table.name;
  const std::string delimiter = source.text_or("delimiter", ",");
  if (delimiter != "," && delimiter != ";" && delimiter != "\t" && delimiter != "|") {
    refuse("CND-1310", "A delimiter is one of comma, semicolon, tab and |.", source, "delimiter");
  }
  mapping.delimiter = delimiter.front();
  mapping.date_forms = source.texts("date_forms");
  if (mapping.date_forms.empty())
    refuse("CND-1310", "date_forms has at least one form.", source, "date_forms");
  for (const std::string& form : mapping.date_forms) {
    if (!is_date_form(form))
      refuse("CND-1310", "There is no such form of dates.", source, "date_forms", form);
  }
  std::vector<std::string> titles;
  const TomlTable columns = source.table("columns");
  for (const std::string& name : columns.keys()) {
    const auto field = table.find(name);
    if (!field)
      refuse("CND-1305", "A mapping names a field that the table does not have.", columns, name, name);
    mapping.columns.push_back({*field, columns.text(name)});
    add_title(columns, name, mapping.columns.back().title, titles);
  }
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const bool mapped = std::any_of(mapping.columns.begin(), mapping.columns.end(),
                                    [i](const SourceMapping::Column& column) { return column.field == i; });
    if (!mapped) {
      refuse("CND-1310", "A field of the table has no column in the mapping.", source, "columns",
             table.fields[i].name);
    }
  }
  mapping.ignore = source.texts_or_none("ignore");
  for (const std::string& title : mapping.ignore) add_title(source, "ignore", title, titles);
  return mapping;
}

}  // namespace candour::collection
