#include "candour/table/csv_writer.h"

#include <array>
#include <charconv>
#include <string>
#include <system_error>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/table/csv_reader.h"
#include "candour/table/csv_text.h"

namespace candour::table {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Whether the reader would take the text for something else if it stood there without quotes.
bool must_be_quoted(std::string_view text) {
  if (text.empty() || text.starts_with(kByteOrderMark)) return true;
  for (const char byte : text) {
    if (byte == ',' || byte == '"' || byte == '\n' || byte == '\r') return true;
  }
  return false;
}

void append_quoted(std::string_view text, std::string& line) {
  line.push_back('"');
  for (const char byte : text) {
    if (byte == '"') line.push_back('"');
    line.push_back(byte);
  }
  line.push_back('"');
}

// Long enough for every int64 and every double in its shortest form ("-1.7976931348623157e+308").
constexpr std::size_t kNumberBytes = 32;

template <typename Number>
std::string number_text(Number number) {
  std::array<char, kNumberBytes> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  CANDOUR_CHECK(error == std::errc());
  return {text.data(), end};
}

// The number whose canonical text this is. Other texts of the same number ("+5", "05", "1.50") are refused:
// two files with the same values would have different bytes.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number_text(number) != text) return std::nullopt;
  return number;
}

void check_record(const CsvRecord& record, std::size_t fields) {
  if (record.fault != CsvFault::kNone) {
    throw base::Error("CND-1110", "A record of the CSV breaks the format.")
        .with("line", record.line)
        .with("fault", base::Label(fault_name(record.fault)));
  }
  if (record.fields.size() != fields) {
    throw base::Error("CND-1110", "A record of the CSV has another number of fields than its header.")
        .with("line", record.line)
        .with("fields", record.fields.size())
        .with("expected", fields);
  }
}

// The chunk that the next row goes to.
Chunk& chunk_to_fill(Relation& relation) {
  if (relation.chunks.empty() || relation.chunks.back().full()) relation.chunks.emplace_back(relation.schema);
  return relation.chunks.back();
}

void check_header(const CsvRecord& header, const Schema& schema) {
  check_record(header, schema.size());
  for (std::size_t index = 0; index < schema.size(); ++index) {
    const std::string& name = schema.columns()[index].name;
    if (header.fields[index].bytes != name) {
      throw base::Error("CND-1110", "The header of the CSV is not the expected one.")
          .with("line", header.line)
          .with("column", base::Label(name));
    }
  }
}

}  // namespace

void CsvWriter::record(std::span<const std::optional<std::string_view>> fields) {
  for (const std::optional<std::string_view>& text : fields) field(text);
  end_record();
}

void CsvWriter::field(std::optional<std::string_view> text) {
  if (begun_) line_.push_back(',');
  begun_ = true;
  if (!text) return;
  if (text->find('\0') != std::string_view::npos) {
    throw base::Error("CND-1111", "A text holds a NUL, which CSV cannot carry.");
  }
  if (must_be_quoted(*text)) {
    append_quoted(*text, line_);
  } else {
    line_.append(*text);
  }
}

void CsvWriter::end_record() {
  line_.push_back('\n');
  sink_.write_text(line_);
  line_.clear();
  begun_ = false;
}

std::optional<std::string> canonical_text(const Column& column, std::size_t row) {
  if (column.is_null(row)) return std::nullopt;
  switch (column.type()) {
    case Type::kBoolean:
      return column.boolean(row) ? "true" : "false";
    case Type::kInteger:
      return number_text(column.integer(row));
    case Type::kReal:
      return number_text(column.real(row));
    case Type::kText:
      return std::string(column.text(row));
    case Type::kDate:
      return column.date(row).iso();
  }
  CANDOUR_CHECK(false && "a type that has no canonical text");
  return std::nullopt;
}

bool append_canonical(const CsvField& field, Column& column) {
  if (field.bytes.empty() && !field.quoted) {
    column.append_null();
    return true;
  }
  switch (column.type()) {
    case Type::kBoolean:
      if (field.bytes != "true" && field.bytes != "false") return false;
      column.append_boolean(field.bytes == "true");
      return true;
    case Type::kInteger: {
      const auto number = parse_number<std::int64_t>(field.bytes);
      if (number) column.append_integer(*number);
      return number.has_value();
    }
    case Type::kReal: {
      const auto number = parse_number<double>(field.bytes);
      if (number) column.append_real(*number);
      return number.has_value();
    }
    case Type::kText:
      if (!base::is_utf8(field.bytes)) return false;
      column.append_text(field.bytes);
      return true;
    case Type::kDate: {
      const auto date = base::Date::parse_iso(field.bytes);
      if (date) column.append_date(*date);
      return date.has_value();
    }
  }
  return false;
}

void write_csv(const Relation& relation, base::ByteSink& sink) {
  if (relation.schema.size() == 0) return;
  CsvWriter writer(sink);
  for (const ColumnSpec& column : relation.schema.columns()) writer.field(column.name);
  writer.end_record();
  for (const Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      for (const Column& column : chunk.columns()) writer.field(canonical_text(column, row));
      writer.end_record();
    }
  }
}

Relation parse_canonical_csv(base::ByteSource& source, const Schema& schema) {
  CsvReader reader(source);
  Relation relation{schema, {}};
  CsvRecord record;
  if (reader.next(record)) {
    check_header(record, schema);
  } else if (schema.size() > 0) {
    throw base::Error("CND-1110", "The CSV has no header.").with("line", 1);
  }
  while (reader.next(record)) {
    check_record(record, schema.size());
    Chunk& chunk = chunk_to_fill(relation);
    for (std::size_t index = 0; index < schema.size(); ++index) {
      if (!append_canonical(record.fields[index], chunk.column(index))) {
        throw base::Error("CND-1110", "A value of the CSV is not a canonical value of its column's type.")
            .with("line", record.line)
            .with("column", base::Label(schema.columns()[index].name))
            .with("type", base::Label(type_name(schema.columns()[index].type)));
      }
    }
  }
  return relation;
}

Relation parse_text_csv(base::ByteSource& source) {
  CsvReader reader(source);
  TextDecoder decoder(reader.had_bom() ? Encoding::kUtf8 : Encoding::kAscii);
  std::string storage;
  CsvRecord record;
  if (!reader.next(record)) throw base::Error("CND-1110", "The CSV has no header.").with("line", 1);
  check_record(record, record.fields.size());
  std::vector<ColumnSpec> columns;
  for (const CsvField& field : record.fields) {
    const auto name = decoder.decode(field.bytes, storage);
    if (!name) {
      throw base::Error("CND-1110", "A name in the header of the CSV is not text in the file's encoding.")
          .with("line", record.line)
          .with("column", columns.size() + 1);
    }
    columns.push_back({std::string(*name), Type::kText});
  }
  Relation relation{Schema(std::move(columns)), {}};
  while (reader.next(record)) {
    check_record(record, relation.schema.size());
    Chunk& chunk = chunk_to_fill(relation);
    for (std::size_t index = 0; index < relation.schema.size(); ++index) {
      const CsvField& field = record.fields[index];
      if (field.bytes.empty() && !field.quoted) {
        chunk.column(index).append_null();
        continue;
      }
      const auto text = decoder.decode(field.bytes, storage);
      if (!text) {
        throw base::Error("CND-1110", "A field of the CSV is not text in the file's encoding.")
            .with("line", record.line)
            .with("column", base::Label(relation.schema.columns()[index].name));
      }
      chunk.column(index).append_text(*text);
    }
  }
  return relation;
}

}  // namespace candour::table
