// The CSV writer: the same rows give the same bytes. Canonical form: comma, LF, no byte-order mark; a field
// is quoted only where it must be (it holds a comma, quote, CR or LF, begins with U+FEFF, which would be
// taken for a byte-order mark, or is an empty text, which "" tells from a null). Reader and writer are
// inverse. docs/reference/formats/csv.md has the grammar and an example.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "candour/base/stream.h"
#include "candour/table/chunk.h"
#include "candour/table/csv_reader.h"

namespace candour::table {

class CsvWriter {
 public:
  explicit CsvWriter(base::ByteSink& sink) : sink_(sink) {}
  /// Writes one record of texts; nullopt is a null. Errors: CND-1111 (a text holds a NUL, which CSV cannot
  /// carry).
  void record(std::span<const std::optional<std::string_view>> fields);
  /// Appends one field to the record being built, then end_record() writes it. Errors: CND-1111.
  void field(std::optional<std::string_view> text);
  void end_record();

 private:
  base::ByteSink& sink_;
  std::string line_;
  bool begun_ = false;
};

/// A value as canonical text: integers in decimal, dates as 2025-09-30, booleans as true or false, reals as
/// the shortest decimal that reads back as the same double (std::to_chars); nullopt for null.
[[nodiscard]] std::optional<std::string> canonical_text(const Column& column, std::size_t row);

/// Appends the value whose canonical text a field is; false, with nothing appended, where it is no such text
/// of the column's type. canonical_text gives the text back.
[[nodiscard]] bool append_canonical(const CsvField& field, Column& column);

/// Writes a header and every row of `relation`, in its order; nothing at all where it has no columns. Errors:
/// CND-1111.
void write_csv(const Relation& relation, base::ByteSink& sink);

/// Reads canonical CSV (as write_csv gives it, or any strict CSV) into a relation of `schema`: the header
/// must be the schema's names in order, and every value canonical. For files of our own making (counts,
/// releases), not for hospitals' files. What write_csv wrote comes back as it was (of a NaN, its sign but not
/// its payload). Errors: CND-1110 with line and column.
[[nodiscard]] Relation parse_canonical_csv(base::ByteSource& source, const Schema& schema);

/// Reads any strict CSV with a header into texts, every column kText; an empty unquoted field is null. UTF-8
/// or Windows-1252, as csv_text.h decides. Errors: CND-1110 (a record has a fault, another number of fields
/// or bytes that are no text; line and column).
[[nodiscard]] Relation parse_text_csv(base::ByteSource& source);

}  // namespace candour::table
