// The strict CSV reader: RFC 4180 and what Excel writes, in fixed memory, never guessing.
//
// It reads bytes and knows nothing of types or encodings (csv_text.h decodes). Records end with LF, CRLF or
// the end of the file; a quoted field may hold delimiters, doubled quotes and line ends. What breaks the
// format is the fault of one record, with its line; the reader goes on with the next line, so that one bad
// line never costs the file. A record over the limits is skipped without being held. A lone CR outside quotes
// is a fault.
//
// Where the reader goes on after a fault: with the line after the one where the fault is. But a fault inside
// quotes, or right behind a closing quote, belongs to the line where those quotes opened, and the reader goes
// on with the line after that one: a stray quote does not swallow the lines behind it. The same bytes give
// the same records, however the source cuts them. docs/reference/formats/csv.md has the grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "candour/base/stream.h"

namespace candour::table {

struct CsvDialect {
  char delimiter = ',';
};

struct CsvLimits {
  std::size_t record_bytes = std::size_t{1} << 20;
  std::size_t fields = 4096;
};

/// The first fault in a record's bytes.
enum class CsvFault {
  kNone,
  kQuoteInBareField,  ///< a quote inside a field that does not begin with one
  kTextAfterClosingQuote,
  kUnclosedQuote,  ///< the file ends inside quotes: cut off, or a stray quote
  kNul,
  kLoneCarriageReturn,
  kRecordTooLong,
  kTooManyFields,
};

/// "unclosed-quote" and so on: the words that reports use; "none" for kNone.
[[nodiscard]] std::string_view fault_name(CsvFault fault);

/// One field: its bytes without the quotes, doubled quotes made one.
struct CsvField {
  std::string_view bytes;
  bool quoted = false;  ///< distinguishes "" (an empty text) from nothing
};

struct CsvRecord {
  std::uint64_t line = 0;            ///< of its first byte, from 1; with kUnclosedQuote, of that quote
  CsvFault fault = CsvFault::kNone;  ///< with a fault, fields holds what was read before it, perhaps nothing
  std::span<const CsvField> fields;  ///< valid until the next call of next()
};

class CsvReader {
 public:
  /// `source` outlives the reader, which reads its first bytes here. A UTF-8 byte-order mark at the beginning
  /// is skipped (had_bom() says so).
  CsvReader(base::ByteSource& source, CsvDialect dialect = {}, CsvLimits limits = {});
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Reads one record; false at the end. A line with nothing in it is a record of one empty field: whoever
  /// knows how many columns there should be decides. Its buffers are wiped when the reader goes: they held
  /// rows.
  bool next(CsvRecord& record);
  [[nodiscard]] bool had_bom() const;
  /// Bytes consumed so far, for progress.
  [[nodiscard]] std::uint64_t bytes_read() const;
  /// The first two bytes were FF FE or FE FF: UTF-16, which intake refuses by name.
  [[nodiscard]] bool looks_like_utf16() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace candour::table
