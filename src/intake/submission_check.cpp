#include "candour/intake/submission_check.h"

#include <deque>
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

// A file that was read. Its report is finished when all files are: a later one cannot change it, but which
// keys repeat may be known only then.
struct CheckedFile {
  CheckedFile(const collection::Collection& collection, const collection::Table& table,
              const Submission& submission, HeaderMap its_header, ProblemBudget& budget)
      : header(std::move(its_header)), report(collection, table, submission, header, budget) {}

  HeaderMap header;
  ReportBuilder report;
};

}  // namespace

struct SubmissionCheck::State {
  const collection::Collection& collection;
  const collection::Table& table;
  const Submission& submission;
  RowSink& sink;
  const base::Clock& clock;
  base::Progress& progress;
  std::unique_ptr<sql::Engine> engine;  ///< made by the first file that needs it
  ProblemBudget budget;
  std::deque<CheckedFile> files;  ///< a deque: their builders hold on to their headers
  DuplicateFound on_duplicate;
};

SubmissionCheck::SubmissionCheck(const collection::Collection& collection, const collection::Table& table,
                                 const Submission& submission, RowSink& sink, const base::Clock& clock,
                                 base::Progress& progress)
    : state_(new State{collection, table, submission, sink, clock, progress, {}, {}, {}, {}}) {
  collection::require_begun(submission.period, clock.today());
  state_->on_duplicate = [files = &state_->files](const Duplicate& duplicate) {
    files->at(duplicate.row.file).report.add_duplicate(duplicate);
  };
}

SubmissionCheck::~SubmissionCheck() = default;

std::string SubmissionCheck::check(const SourceFile& file) {
  CANDOUR_CHECK(file.bytes != nullptr);
  State& state = *state_;
  const Stage stage(state.progress, file);
  const base::Label file_label(file.name);
  const collection::SourceMapping& mapping = state.collection.source(state.table.name);

  CountedSource bytes(*file.bytes, state.progress);
  table::CsvReader reader(bytes, {mapping.delimiter});
  table::TextDecoder decoder(reader.had_bom() ? table::Encoding::kUtf8 : table::Encoding::kAscii);
  const std::vector<std::string> cells = read_header(reader, decoder, file_label);
  const std::size_t index = state.files.size();
  CheckedFile& checked =
      state.files.emplace_back(state.collection, state.table, state.submission,
                               match_header(cells, state.table, mapping, file_label), state.budget);

  RowParser parser(state.collection, state.table, mapping, state.submission, checked.header, decoder);
  RowPass pass({state.table, state.submission, file, index, checked.header.width, reader, parser,
                state.engine, checked.report, state.sink, state.on_duplicate});
  pass.run();
  if (checked.report.rows_in() == 0 && file.nil == Nil::kNotDeclared) {
    throw base::Error("CND-1106", "The file has a header and no rows, and no nil return was declared.")
        .with("file", file_label);
  }

  FileFacts facts;
  facts.file = file.name;
  facts.sha256 = base::to_hex(bytes.digest());
  facts.encoding = encoding_name(parser.encoding());
  facts.declared_nil = file.nil == Nil::kDeclared;
  facts.may_be_cut_off = pass.last_record_is_open() || (pass.last_row_was_refused() && !bytes.ended_a_line());
  facts.days_after_period = base::days_between(state.submission.period.last_day, state.clock.today());
  std::string digest = facts.sha256;
  checked.report.end_of_file(std::move(facts), parser.counts());
  return digest;
}

std::vector<QualityReport> SubmissionCheck::finish() {
  State& state = *state_;
  state.sink.finish(state.on_duplicate);
  std::vector<std::string> names;
  for (const CheckedFile& file : state.files) names.push_back(file.report.file());
  std::vector<QualityReport> reports;
  for (CheckedFile& file : state.files) reports.push_back(file.report.finish(names));
  return reports;
}

}  // namespace candour::intake
