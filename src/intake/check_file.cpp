#include "candour/intake/check_file.h"

#include <string>
#include <utility>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/intake/counted_source.h"
#include "candour/intake/header.h"
#include "candour/intake/report_builder.h"
#include "candour/intake/row_parser.h"
#include "candour/intake/row_pass.h"

namespace candour::intake {
namespace {

// Ends the stage whether the file could be read or not.
class Stage {
 public:
  Stage(base::Progress& progress, const SourceFile& file) : progress_(progress) {
    progress_.begin("Checking " + file.name, file.size_bytes, "bytes");
  }
  ~Stage() { progress_.end(); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  base::Progress& progress_;
};

std::string_view encoding_name(table::Encoding encoding) {
  switch (encoding) {
    case table::Encoding::kAscii:
      return "ASCII";
    case table::Encoding::kUtf8:
      return "UTF-8";
    case table::Encoding::kWindows1252:
      return "Windows-1252";
  }
  CANDOUR_CHECK(false && "an encoding without a name");
  return {};
}

// The cells of the first record as text. What they say stays out of errors until they are known to be titles.
std::vector<std::string> read_header(table::CsvReader& reader, table::TextDecoder& decoder,
                                     const base::Label& file) {
  if (reader.looks_like_utf16()) {
    throw base::Error("CND-1108", "The file is UTF-16.").with("file", file);
  }
  table::CsvRecord record;
  if (!reader.next(record)) {
    throw base::Error("CND-1101", "The file is empty.").with("file", file);
  }
  if (record.fault == table::CsvFault::kTooManyFields) {
    throw base::Error("CND-1109", "The file has more columns than Candour reads.")
        .with("file", file)
        .with("limit", table::CsvLimits{}.fields);
  }
  if (record.fault != table::CsvFault::kNone) {
    throw base::Error("CND-1102", "The first line of the file is not the header that its collection expects.")
        .with("file", file)
        .with("line", record.line)
        .with("fault", base::Label(table::fault_name(record.fault)));
  }
  std::vector<std::string> cells;
  std::string storage;
  for (const table::CsvField& field : record.fields) {
    // Bytes that are no text are no title of the mapping: left as they are, they are found to be unknown.
    const auto text = decoder.decode(field.bytes, storage);
    cells.emplace_back(text ? *text : field.bytes);
  }
  return cells;
}

}  // namespace

QualityReport check_file(const collection::Collection& collection, const collection::Table& table,
                         const Submission& submission, SourceFile file, RowSink& sink,
                         const base::Clock& clock, base::Progress& progress) {
  CANDOUR_CHECK(file.bytes != nullptr);
  collection::require_begun(submission.period, clock);
  const Stage stage(progress, file);
  const base::Label file_label(file.name);
  const collection::SourceMapping& mapping = collection.source(table.name);

  CountedSource bytes(*file.bytes, progress);
  table::CsvReader reader(bytes, {mapping.delimiter});
  table::TextDecoder decoder(reader.had_bom() ? table::Encoding::kUtf8 : table::Encoding::kAscii);
  const std::vector<std::string> cells = read_header(reader, decoder, file_label);
  const HeaderMap header = match_header(cells, table, mapping, file_label);

  RowParser parser(collection, table, mapping, submission, header, decoder);
  ReportBuilder builder(collection, table, submission, header);
  RowPass pass({table, submission, file, header.width, reader, parser, builder, sink});
  pass.run();
  if (builder.rows_in() == 0 && file.nil == Nil::kNotDeclared) {
    throw base::Error("CND-1106", "The file has a header and no rows, and no nil return was declared.")
        .with("file", file_label);
  }

  QualityReport report = builder.finish(parser.counts());
  report.file = file.name;
  report.file_sha256 = base::to_hex(bytes.digest());
  report.encoding = encoding_name(parser.encoding());
  report.declared_nil = file.nil == Nil::kDeclared;
  report.may_be_cut_off =
      pass.last_record_is_open() || (pass.last_row_was_refused() && !bytes.ended_a_line());
  report.days_after_period = base::days_between(submission.period.last_day, clock.today());
  return report;
}

}  // namespace candour::intake
