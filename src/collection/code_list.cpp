#include "candour/collection/code_list.h"

#include <unordered_set>
#include <utility>

#include "candour/base/error.h"
#include "candour/base/stream.h"
#include "candour/table/csv_writer.h"

namespace candour::collection {
namespace {

constexpr std::string_view kColumns[] = {"value", "label", "valid_from", "valid_to"};
constexpr std::size_t kOwnColumns = 4;

[[noreturn]] void refuse(base::Literal message, const std::filesystem::path& path, std::string_view value) {
  throw base::Error("CND-1308", message).with("path", path).with("value", base::Label(value));
}

std::string text_or_empty(const table::Column& column, std::size_t row) {
  return column.is_null(row) ? std::string() : std::string(column.text(row));
}

std::optional<base::Date> parse_end(const std::string& text, const std::filesystem::path& path,
                                    const std::string& value) {
  if (text.empty()) return std::nullopt;
  const auto day = base::Date::parse_iso(text);
  if (!day) refuse("A day in a code list is not written as 2025-09-30.", path, value);
  return day;
}

Code parse_code(const table::Chunk& chunk, std::size_t row, const std::filesystem::path& path) {
  Code code;
  code.value = text_or_empty(chunk.column(0), row);
  code.label = text_or_empty(chunk.column(1), row);
  if (code.value.empty()) refuse("A code list has a row without a value.", path, code.label);
  if (code.label.empty()) refuse("A code has no label.", path, code.value);
  code.valid_from = parse_end(text_or_empty(chunk.column(2), row), path, code.value);
  code.valid_to = parse_end(text_or_empty(chunk.column(3), row), path, code.value);
  if (code.valid_from && code.valid_to && *code.valid_to < *code.valid_from) {
    refuse("A code's last day is before its first.", path, code.value);
  }
  for (std::size_t i = kOwnColumns; i < chunk.columns().size(); ++i) {
    code.more.push_back(text_or_empty(chunk.column(i), row));
  }
  return code;
}

std::vector<std::string> check_header(const table::Schema& schema, const std::filesystem::path& path) {
  const auto& columns = schema.columns();
  for (std::size_t i = 0; i < kOwnColumns; ++i) {
    if (i >= columns.size() || columns[i].name != kColumns[i]) {
      refuse("A code list begins with the columns value, label, valid_from and valid_to.", path, kColumns[i]);
    }
  }
  std::vector<std::string> more;
  for (std::size_t i = kOwnColumns; i < columns.size(); ++i) more.push_back(columns[i].name);
  return more;
}

void append_text_or_null(table::Column& column, const std::string& text) {
  if (text.empty()) {
    column.append_null();
  } else {
    column.append_text(text);
  }
}

void append_date_or_null(table::Column& column, std::optional<base::Date> day) {
  if (day) {
    column.append_date(*day);
  } else {
    column.append_null();
  }
}

}  // namespace

CodeList::CodeList(std::vector<Code> codes, std::vector<std::string> more_columns)
    : codes_(std::move(codes)), more_columns_(std::move(more_columns)) {
  for (std::size_t i = 0; i < codes_.size(); ++i) index_.emplace(codes_[i].value, i);
}

const Code* CodeList::find(std::string_view value) const {
  const auto found = index_.find(value);
  return found == index_.end() ? nullptr : &codes_[found->second];
}

bool CodeList::contains(std::string_view value, const Period& period) const {
  const Code* code = find(value);
  return code != nullptr && code->valid_in(period);
}

table::Schema CodeList::schema() const {
  std::vector<table::ColumnSpec> columns = {{"value", table::Type::kText},
                                            {"label", table::Type::kText},
                                            {"valid_from", table::Type::kDate},
                                            {"valid_to", table::Type::kDate}};
  for (const std::string& name : more_columns_) columns.push_back({name, table::Type::kText});
  return table::Schema(std::move(columns));
}

table::Relation CodeList::relation() const {
  table::Relation relation{schema(), {}};
  table::Chunk row(relation.schema);
  for (const Code& code : codes_) {
    row.clear();
    row.column(0).append_text(code.value);
    row.column(1).append_text(code.label);
    append_date_or_null(row.column(2), code.valid_from);
    append_date_or_null(row.column(3), code.valid_to);
    for (std::size_t i = 0; i < more_columns_.size(); ++i) {
      append_text_or_null(row.column(kOwnColumns + i), code.more[i]);
    }
    relation.append_row(row, 0);
  }
  return relation;
}

CodeList parse_code_list(std::string_view text, const std::filesystem::path& path) {
  base::MemorySource source(text);
  table::Relation relation;
  try {
    relation = table::parse_text_csv(source);
  } catch (base::Error& error) {
    throw std::move(error).with("path", path);
  }
  std::vector<std::string> more = check_header(relation.schema, path);
  std::vector<Code> codes;
  std::unordered_set<std::string> values;
  for (const table::Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      codes.push_back(parse_code(chunk, row, path));
      if (!values.insert(codes.back().value).second) {
        refuse("A value stands twice in a code list.", path, codes.back().value);
      }
    }
  }
  if (codes.empty()) refuse("A code list has no codes.", path, "");
  return CodeList(std::move(codes), std::move(more));
}

}  // namespace candour::collection
