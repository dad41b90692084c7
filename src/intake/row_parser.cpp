#include "candour/intake/row_parser.h"

#include <utility>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/intake/words.h"

namespace candour::intake {
namespace {

using collection::Required;
using collection::ValueProblem;
using table::CsvFault;

// Whether the fields still lie as the file had them: one delimiter between two, one quote at each side of a
// quoted one. Doubled quotes that were made one leave a longer gap.
bool lies_as_in_the_file(std::span<const table::CsvField> fields) {
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const char* const expected = fields[i - 1].bytes.data() + fields[i - 1].bytes.size() + 1 +
                                 (fields[i - 1].quoted ? 1 : 0) + (fields[i].quoted ? 1 : 0);
    if (fields[i].bytes.data() != expected) return false;
  }
  // The last field has none behind it that would show its gap.
  return fields.back().bytes.find('"') == std::string_view::npos;
}

void append_quoted(std::string_view bytes, std::string& out) {
  out.push_back('"');
  for (char c : bytes) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

Problem problem_at(const BatchEntry& entry) {
  Problem problem;
  problem.line = entry.line;
  problem.row = entry.row;
  return problem;
}

// One field out of a record that is known to be well-formed.
std::string field_of_record(std::string_view record, char delimiter, std::size_t index) {
  std::string field;
  std::size_t column = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < record.size() && record[i + 1] == '"';
      if (doubled) ++i;
      if (!doubled) quoted = !quoted;
      if (!doubled) continue;
    } else if (c == delimiter && !quoted) {
      if (++column > index) break;
      continue;
    }
    if (column == index) field.push_back(c);
  }
  return field;
}

}  // namespace

std::string_view shape_problem(const table::CsvRecord& record, std::size_t width) {
  switch (record.fault) {
    case CsvFault::kNone:
      if (record.fields.size() == width) return {};
      if (record.fields.size() == 1 && record.fields[0].bytes.empty()) return "The line is empty.";
      if (record.fields.size() < width) return "The record has fewer fields than the header.";
      return "The record has more fields than the header.";
    case CsvFault::kQuoteInBareField:
      return "A quotation mark stands inside a field that does not begin with one.";
    case CsvFault::kTextAfterClosingQuote:
      return "Text follows the closing quotation mark of a field.";
    case CsvFault::kUnclosedQuote:
      return "The file ends inside a field that a quotation mark opened.";
    case CsvFault::kNul:
      return "The record holds a NUL byte.";
    case CsvFault::kLoneCarriageReturn:
      return "A carriage return stands outside quotation marks and ends no line.";
    case CsvFault::kRecordTooLong:
      return "The record is longer than a megabyte.";
    case CsvFault::kTooManyFields:
      return "The record has thousands of fields.";
  }
  CANDOUR_CHECK(false && "a fault without a sentence");
  return {};
}

void append_record(const table::CsvRecord& record, char delimiter, std::string& out) {
  if (record.fields.empty()) return;
  const std::size_t count = record.fields.size();
  if (record.fault == CsvFault::kNone && lies_as_in_the_file(record.fields)) {
    const char* const begin = record.fields[0].bytes.data() - (record.fields[0].quoted ? 1 : 0);
    const table::CsvField& last = record.fields[count - 1];
    const char* const end = last.bytes.data() + last.bytes.size() + (last.quoted ? 1 : 0);
    out.append(begin, static_cast<std::size_t>(end - begin));
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.push_back(delimiter);
    if (record.fields[i].quoted) {
      append_quoted(record.fields[i].bytes, out);
    } else {
      out.append(record.fields[i].bytes);
    }
  }
}

RowParser::RowParser(const collection::Collection& collection, const collection::Table& table,
                     const collection::SourceMapping& mapping, const Submission& submission,
                     const HeaderMap& header, table::TextDecoder decoder)
    : table_(table),
      header_(header),
      delimiter_(mapping.delimiter),
      context_{&collection, &mapping, submission.period, submission.may_send_for},
      decoder_(decoder),
      set_(table.fields.size()),
      readable_(table.fields.size()),
      counts_(table.fields.size()) {
  parsers_.reserve(table.fields.size());
  for (const collection::Field& field : table.fields) parsers_.emplace_back(field, context_);
}

RowParser::~RowParser() { base::wipe(decoded_); }

void RowParser::parse(const table::CsvRecord& record, std::uint64_t row, Batch& batch) {
  BatchEntry entry;
  entry.line = record.line;
  entry.row = row;
  append_record(record, delimiter_, batch.records.reveal());
  entry.record_end = batch.records.reveal().size();

  const std::string_view shape = shape_problem(record, header_.width);
  if (!shape.empty()) {
    Problem problem = problem_at(entry);
    problem.rule = kRecordShapeRule;
    problem.code = kRecordShapeCode;
    problem.message = shape;
    batch.problems.push_back(std::move(problem));
    for (std::size_t field = 0; field < table_.fields.size(); ++field) {
      batch.rows.reveal().column(field).append_null();
    }
  } else {
    for (std::size_t field = 0; field < table_.fields.size(); ++field) {
      parse_field(field, record, entry, batch);
    }
    check_presence(record, entry, batch);
  }
  entry.problems_end = batch.problems.size();
  batch.entries.push_back(entry);
}

void RowParser::parse_field(std::size_t field, const table::CsvRecord& record, const BatchEntry& entry,
                            Batch& batch) {
  table::Column& column = batch.rows.reveal().column(field);
  const auto& at = header_.column_of_field[field];
  const std::string_view bytes = at ? trimmed(record.fields[*at].bytes) : std::string_view{};
  set_[field] = bytes.empty() ? 0 : 1;
  readable_[field] = 0;
  if (bytes.empty()) {
    column.append_null();
    return;
  }
  ++counts_[field].values;
  const auto text = decoder_.decode(bytes, decoded_);
  const ValueProblem what = text ? parsers_[field].parse(*text, column) : ValueProblem::kEncoding;
  if (what == ValueProblem::kNone) {
    ++counts_[field].valid;
    readable_[field] = 1;
    return;
  }
  column.append_null();
  add_problem(entry, what, field, text ? *text : bytes, batch);
}

bool RowParser::must_be_set(std::size_t field) const {
  const Required& required = table_.fields[field].required;
  switch (required.when) {
    case Required::When::kAlways:
      return true;
    case Required::When::kNever:
      return false;
    case Required::When::kUnlessSet:
      return set_[required.other] == 0;
    case Required::When::kIfSet:
      return readable_[required.other] != 0;
  }
  CANDOUR_CHECK(false && "a rule that says no when");
  return false;
}

// What must be there and is not, and what must not be there and is.
void RowParser::check_presence(const table::CsvRecord& record, const BatchEntry& entry, Batch& batch) {
  for (std::size_t i = 0; i < table_.fields.size(); ++i) {
    const collection::Field& field = table_.fields[i];
    const bool must = must_be_set(i);
    if (must || field.required.when == Required::When::kNever) {
      ++counts_[i].should_have;
      counts_[i].have += set_[i];
    }
    if (must && set_[i] == 0) add_problem(entry, ValueProblem::kMissing, i, {}, batch);
    // A value that could not be read demands nothing of other fields: one mistake is one problem.
    if (field.absent_if && readable_[*field.absent_if] != 0 && set_[i] != 0) {
      const std::string_view bytes = trimmed(record.fields[*header_.column_of_field[i]].bytes);
      const auto text = decoder_.decode(bytes, decoded_);
      add_problem(entry, ValueProblem::kMustBeAbsent, i, text ? *text : bytes, batch);
    }
  }
}

void RowParser::add_problem(const BatchEntry& entry, ValueProblem what, std::size_t field,
                            std::string_view value, Batch& batch) const {
  Problem problem = problem_at(entry);
  problem.rule = collection::rule_name(what);
  problem.code = collection::page_code(what);
  problem.message = collection::sentence(what);
  ProblemCell cell;
  cell.column = header_.title_of_field[field];
  if (cell.column.empty()) cell.column = table_.fields[field].title;
  if (!value.empty()) cell.value.emplace(std::string(value));
  problem.cells.push_back(std::move(cell));
  batch.problems.push_back(std::move(problem));
}

ProblemCell RowParser::cell_of(std::size_t field, std::string_view record) {
  ProblemCell cell;
  cell.column = header_.title_of_field[field];
  const auto& at = header_.column_of_field[field];
  if (!at) {
    cell.column = table_.fields[field].title;
    return cell;
  }
  const std::string bytes = field_of_record(record, delimiter_, *at);
  const auto text = decoder_.decode(trimmed(bytes), decoded_);
  if (text && !text->empty()) cell.value.emplace(std::string(*text));
  return cell;
}

}  // namespace candour::intake
