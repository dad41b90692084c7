#include "candour/table/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "candour/base/error.h"
#include "candour/table/csv_buffer.h"
#include "candour/table/csv_scan.h"

namespace candour::table {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLeastFields = 64;

// In the order of the enumeration.
constexpr std::array<std::string_view, 8> kFaultNames = {
    "none", "quote-in-bare-field",  "text-after-closing-quote", "unclosed-quote",
    "nul",  "lone-carriage-return", "record-too-long",          "too-many-fields"};

// Makes doubled quotes one, in place, and gives the new size. Where the fields are handed out nobody reads
// their raw bytes again.
std::size_t unescape(char* text, std::size_t size) {
  char* out = text;
  for (const char* at = text; at < text + size; ++at) {
    *out = *at;
    ++out;
    if (*at == '"') ++at;
  }
  return static_cast<std::size_t>(out - text);
}

}  // namespace

std::string_view fault_name(CsvFault fault) {
  const auto index = static_cast<std::size_t>(fault);
  CANDOUR_CHECK(index < kFaultNames.size());
  return kFaultNames[index];
}

// A machine that steps from one special byte to the next. Offsets count from the first byte of the record,
// so that they stay true when the buffer moves it. No decision looks at a byte that has not been read, nor at
// how much has: that is what makes the records independent of how the source cuts its bytes.
struct CsvReader::State {
  /// Where in the record's grammar the machine stands.
  enum class Place {
    kBare,       ///< in a field without quotes, or at the beginning of any field
    kQuoted,     ///< inside quotes
    kQuoteSeen,  ///< behind a quote that closes the field, or is the first of two
    kReturnSeen  ///< behind a CR outside quotes: LF must follow
  };

  State(base::ByteSource& source, CsvDialect dialect, CsvLimits csv_limits)
      : buffer(source, csv_limits.record_bytes),
        special(dialect.delimiter),
        delimiter(dialect.delimiter),
        limits(csv_limits),
        fields(std::min(csv_limits.fields, kLeastFields)) {}

  void look_at_beginning();
  bool begin_record();
  CsvFault read_record();
  void skip_line();

  CsvBuffer buffer;
  SpecialBytes special;
  char delimiter;
  CsvLimits limits;

  char* record = nullptr;  ///< the first byte of the record
  char* next = nullptr;    ///< the first byte behind it
  SpecialScan scan;        ///< the special bytes that have not been stepped on
  std::uint64_t line = 1;  ///< of the byte where the machine stands
  std::uint64_t record_line = 1;

  std::vector<CsvField> fields;  ///< the first `count` are the record's
  std::size_t count = 0;
  std::vector<std::size_t> escaped;  ///< which of them hold doubled quotes

  Place place = Place::kBare;
  std::size_t field_begin = 0;
  std::size_t mark = 0;  ///< of the quote or CR that kQuoteSeen and kReturnSeen are behind
  bool field_quoted = false;
  bool field_escaped = false;
  std::size_t field_end = 0;
  std::uint64_t quote_line = 0;              ///< where the last quotes opened
  std::optional<std::size_t> quote_newline;  ///< the first LF inside them

  bool skipping = false;
  bool bom = false;
  bool utf16 = false;

 private:
  void scan_from(const char* at) { scan.start(special, at, buffer.end()); }
  void take_plain_fields();
  const char* skip_plain_quotes(SpecialScan& here, const char* last, const char* end) const;
  bool refill();
  CsvFault step(char byte, std::size_t offset, bool& ended);
  CsvFault step_bare(char byte, std::size_t offset, bool& ended);
  [[nodiscard]] CsvFault fault_on_the_way(std::size_t offset) const;
  CsvFault finish_at_end(std::size_t offset);
  bool push_field(std::size_t end);
  void end_record(std::size_t newline);
  void go_on_after(CsvFault fault, std::size_t offset);
  void unescape_fields();
};

void CsvReader::State::look_at_beginning() {
  while (buffer.offset(buffer.end()) < kByteOrderMark.size() && buffer.read()) {
  }
  const std::string_view start(buffer.begin(), static_cast<std::size_t>(buffer.end() - buffer.begin()));
  bom = start.starts_with(kByteOrderMark);
  utf16 = start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF");
  next = buffer.begin() + (bom ? kByteOrderMark.size() : 0);
  record = next;
  scan_from(next);
}

// Takes fields as long as they are plain: bare, or in quotes that hold neither doubled quotes nor line ends,
// and ended by a delimiter. It leaves everything else where it is, for the machine. Most fields of most files
// are plain, and here a field costs two or three steps without a call.
void CsvReader::State::take_plain_fields() {
  const char* const end = buffer.end();
  const char* const last = record + std::min(static_cast<std::size_t>(end - record), limits.record_bytes);
  const char comma = delimiter;
  SpecialScan here = scan;
  const char* begin = record + field_begin;
  CsvField* field = fields.data() + count;
  for (CsvField* const room = fields.data() + fields.size(); field < room; ++field) {
    const char* at = here.find(special, end);
    if (at >= last) break;
    if (*at == comma) {
      *field = {{begin, at}, false};
    } else if (*at == '"' && at == begin) {
      const SpecialScan opening = here;
      at = skip_plain_quotes(here, last, end);
      if (at == nullptr) {
        here = opening;
        break;
      }
      *field = {{begin + 1, at - 1}, true};
    } else {
      break;
    }
    here.pass();
    begin = at + 1;
  }
  scan = here;
  count = static_cast<std::size_t>(field - fields.data());
  field_begin = static_cast<std::size_t>(begin - record);
}

// From an opening quote to the delimiter behind the closing one; nullptr where the field is not plain.
const char* CsvReader::State::skip_plain_quotes(SpecialScan& here, const char* last, const char* end) const {
  const char* at = nullptr;
  do {
    here.pass();
    at = here.find(special, end);
    if (at + 1 >= last) return nullptr;
  } while (*at == delimiter || *at == '\r');
  if (*at != '"' || at[1] != delimiter) return nullptr;
  here.pass();
  // The delimiter is the next special byte, perhaps in the next block.
  return here.find(special, end);
}

// Reads on behind the last byte; false at the end of the file. The record may move.
bool CsvReader::State::refill() {
  if (!buffer.has_room()) {
    std::vector<std::size_t> begins(count);
    for (std::size_t index = 0; index < count; ++index) {
      begins[index] = static_cast<std::size_t>(fields[index].bytes.data() - record);
    }
    record = buffer.make_room(record);
    for (std::size_t index = 0; index < count; ++index) {
      fields[index].bytes = {record + begins[index], fields[index].bytes.size()};
    }
  }
  const auto known = buffer.end() - record;
  const bool more = buffer.read();
  scan_from(record + known);
  return more;
}

bool CsvReader::State::begin_record() {
  count = 0;
  escaped.clear();
  if (skipping) skip_line();
  record = next;
  if (next == buffer.end() && !refill()) {
    next = record;
    return false;
  }
  record_line = line;
  place = Place::kBare;
  field_begin = 0;
  field_quoted = false;
  field_escaped = false;
  quote_newline.reset();
  return true;
}

// Drops the rest of a physical line without holding it.
void CsvReader::State::skip_line() {
  skipping = false;
  record = next;
  for (;;) {
    const auto left = static_cast<std::size_t>(buffer.end() - record);
    void* const found = left == 0 ? nullptr : std::memchr(record, '\n', left);
    if (found != nullptr) {
      next = static_cast<char*>(found) + 1;
      ++line;
      break;
    }
    record = buffer.end();
    const bool more = refill();
    next = record;
    if (!more) break;
  }
  scan_from(next);
}

CsvFault CsvReader::State::read_record() {
  for (;;) {
    if (place == Place::kBare) take_plain_fields();
    const char* const at = scan.find(special, buffer.end());
    const auto offset = static_cast<std::size_t>(at - record);
    CsvFault fault = CsvFault::kNone;
    bool ended = false;
    if (at == buffer.end()) {
      fault = fault_on_the_way(offset);
      if (fault == CsvFault::kNone) {
        if (refill()) continue;
        ended = true;
        fault = finish_at_end(offset);
      }
    } else {
      scan.pass();
      fault = step(*at, offset, ended);
    }
    if (fault != CsvFault::kNone) go_on_after(fault, offset);
    if (fault != CsvFault::kNone || ended) {
      if (!escaped.empty()) unescape_fields();
      return fault;
    }
  }
}

// The fault that follows from the machine having come to `offset` with no special byte on the way.
CsvFault CsvReader::State::fault_on_the_way(std::size_t offset) const {
  if (place == Place::kQuoteSeen && offset > mark + 1) {
    return mark + 1 > limits.record_bytes ? CsvFault::kRecordTooLong : CsvFault::kTextAfterClosingQuote;
  }
  // The line end is no part of the record's length: behind a CR there is no limit, but only LF is right.
  if (place == Place::kReturnSeen) return offset > mark + 1 ? CsvFault::kLoneCarriageReturn : CsvFault::kNone;
  return offset > limits.record_bytes ? CsvFault::kRecordTooLong : CsvFault::kNone;
}

// One step on a special byte. `ended` says that the record ended there.
CsvFault CsvReader::State::step(char byte, std::size_t offset, bool& ended) {
  const CsvFault fault = fault_on_the_way(offset);
  if (fault != CsvFault::kNone) return fault;
  switch (place) {
    case Place::kBare:
      return step_bare(byte, offset, ended);
    case Place::kQuoted:
      if (byte == '\0') return CsvFault::kNul;
      if (byte == '\n') {
        ++line;
        if (!quote_newline) quote_newline = offset;
      } else if (byte == '"') {
        place = Place::kQuoteSeen;
        mark = offset;
      }
      return CsvFault::kNone;
    case Place::kQuoteSeen:
      if (byte == '"') {
        field_escaped = true;
        place = Place::kQuoted;
        return CsvFault::kNone;
      }
      if (byte == '\0') return CsvFault::kNul;
      place = Place::kBare;
      return step_bare(byte, offset, ended);
    case Place::kReturnSeen:
      if (byte != '\n') return CsvFault::kLoneCarriageReturn;
      if (!push_field(mark)) return CsvFault::kTooManyFields;
      end_record(offset);
      ended = true;
      return CsvFault::kNone;
  }
  return CsvFault::kNone;
}

CsvFault CsvReader::State::step_bare(char byte, std::size_t offset, bool& ended) {
  if (byte == delimiter) return push_field(offset) ? CsvFault::kNone : CsvFault::kTooManyFields;
  switch (byte) {
    case '\n':
      if (!push_field(offset)) return CsvFault::kTooManyFields;
      end_record(offset);
      ended = true;
      return CsvFault::kNone;
    case '\r':
      place = Place::kReturnSeen;
      mark = offset;
      return CsvFault::kNone;
    case '"':
      if (offset != field_begin) return CsvFault::kQuoteInBareField;
      place = Place::kQuoted;
      field_quoted = true;
      quote_line = line;
      quote_newline.reset();
      return CsvFault::kNone;
    default:
      return CsvFault::kNul;
  }
}

CsvFault CsvReader::State::finish_at_end(std::size_t offset) {
  if (place == Place::kQuoted) return CsvFault::kUnclosedQuote;
  if (place == Place::kReturnSeen) return CsvFault::kLoneCarriageReturn;
  place = Place::kBare;
  if (!push_field(offset)) return CsvFault::kTooManyFields;
  next = record + offset;
  return CsvFault::kNone;
}

// Takes the field that ends before `end`; false where there may be no more fields.
bool CsvReader::State::push_field(std::size_t end) {
  if (count == fields.size()) {
    if (count == limits.fields) return false;
    fields.resize(std::min(limits.fields, count * 2));
  }
  CsvField& field = fields[count];
  field.quoted = field_quoted;
  if (field_quoted) {
    field.bytes = {record + field_begin + 1, end - field_begin - 2};
    if (field_escaped) escaped.push_back(count);
    field_quoted = false;
    field_escaped = false;
  } else {
    field.bytes = {record + field_begin, end - field_begin};
  }
  ++count;
  field_begin = end + 1;
  return true;
}

void CsvReader::State::end_record(std::size_t newline) {
  next = record + newline + 1;
  ++line;
}

// Decides where the next record begins, as csv_reader.h says.
void CsvReader::State::go_on_after(CsvFault fault, std::size_t offset) {
  const bool in_quotes = place == Place::kQuoted || place == Place::kQuoteSeen;
  if (fault == CsvFault::kUnclosedQuote) record_line = quote_line;
  if (in_quotes && quote_newline) {
    // Going back is no second pass without end: the lines inside the quotes held only doubled quotes, so
    // that none of them opens quotes which reach beyond it, and each byte is read twice at most.
    next = record + *quote_newline + 1;
    line = quote_line + 1;
    scan_from(next);
  } else {
    next = record + offset;
    skipping = true;
  }
}

void CsvReader::State::unescape_fields() {
  for (const std::size_t index : escaped) {
    CsvField& field = fields[index];
    char* const text = record + (field.bytes.data() - record);
    field.bytes = {text, unescape(text, field.bytes.size())};
  }
}

CsvReader::CsvReader(base::ByteSource& source, CsvDialect dialect, CsvLimits limits)
    : state_(std::make_unique<State>(source, dialect, limits)) {
  CANDOUR_CHECK(std::string_view("\"\r\n\0", 4).find(dialect.delimiter) == std::string_view::npos);
  CANDOUR_CHECK(limits.fields > 0);
  state_->look_at_beginning();
}

CsvReader::~CsvReader() = default;

bool CsvReader::next(CsvRecord& record) {
  if (!state_->begin_record()) {
    record = CsvRecord{};
    return false;
  }
  record.fault = state_->read_record();
  record.line = state_->record_line;
  record.fields = std::span<const CsvField>(state_->fields).first(state_->count);
  return true;
}

bool CsvReader::had_bom() const { return state_->bom; }

std::uint64_t CsvReader::bytes_read() const { return state_->buffer.offset(state_->next); }

bool CsvReader::looks_like_utf16() const { return state_->utf16; }

}  // namespace candour::table
