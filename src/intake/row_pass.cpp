#include "candour/intake/row_pass.h"

#include <algorithm>
#include <utility>

#include "candour/base/error.h"

namespace candour::intake {
namespace {

// Row checks hold one chunk at a time; what DuckDB itself needs fits in far less than its default.
constexpr std::uint64_t kEngineMemoryBytes = std::uint64_t{64} << 20;

constexpr table::CsvField kEmptyField{};

bool is_blank(const table::CsvRecord& record) {
  return record.fault == table::CsvFault::kNone && record.fields.size() == 1 &&
         record.fields[0].bytes.empty() && !record.fields[0].quoted;
}

}  // namespace

RowPass::RowPass(const Parts& parts)
    : parts_(parts),
      row_schema_(parts.table.row_schema()),
      check_schema_(parts.table.check_schema()),
      check_fields_(parts.table.check_fields()) {
  CANDOUR_CHECK(check_schema_.size() == check_fields_.size() + 2);
}

void RowPass::run() {
  if (parts_.table.checks.empty()) {
    do {
      waiting_.push_back(empty_batch());
      read_batch(*waiting_.back());
      waiting_.back()->verdicts = waiting_.back()->entries.size();
      finish_front();
    } while (!spare_.back()->entries.empty());
  } else {
    if (parts_.engine == nullptr) {
      parts_.engine = std::make_unique<sql::Engine>(
          sql::EngineOptions{.memory_limit_bytes = kEngineMemoryBytes, .threads = 1});
    }
    sql::Result result = parts_.engine->run_checks(parts_.table.expressions, *this);
    table::Chunk verdicts(result.schema());
    while (result.next(verdicts)) take_verdicts(verdicts);
    CANDOUR_CHECK(waiting_.empty());
  }
}

bool RowPass::next(table::Chunk& chunk) {
  chunk.clear();
  std::unique_ptr<Batch> batch = empty_batch();
  if (!read_batch(*batch)) return false;
  const table::Chunk& rows = batch->rows.reveal();
  for (std::size_t i = 0; i < check_fields_.size(); ++i) chunk.column(i) = rows.column(check_fields_[i]);
  const collection::Period& period = parts_.submission.period;
  for (std::size_t row = 0; row < batch->entries.size(); ++row) {
    chunk.column(check_fields_.size()).append_date(period.first_day);
    chunk.column(check_fields_.size() + 1).append_date(period.last_day);
  }
  waiting_.push_back(std::move(batch));
  return true;
}

std::unique_ptr<Batch> RowPass::empty_batch() {
  if (spare_.empty()) return std::make_unique<Batch>(row_schema_);
  std::unique_ptr<Batch> batch = std::move(spare_.back());
  spare_.pop_back();
  batch->clear();
  return batch;
}

// Fills a batch; false where no record was left.
bool RowPass::read_batch(Batch& batch) {
  table::CsvRecord record;
  while (!batch.full() && next_record(record)) {
    if (parts_.file.nil == Nil::kDeclared) {
      throw base::Error("CND-1107", "The file has rows although a nil return was declared.")
          .with("file", base::Label(parts_.file.name))
          .with("line", record.line);
    }
    last_record_is_open_ = record.fault == table::CsvFault::kUnclosedQuote;
    parts_.parser.parse(record, ++rows_read_, batch);
  }
  return !batch.entries.empty();
}

bool RowPass::next_record(table::CsvRecord& record) {
  while (!holds_record_) {
    if (!parts_.reader.next(held_)) return false;
    // In a file of one column an empty line is a row without a value.
    if (parts_.width == 1 || !is_blank(held_)) {
      holds_record_ = true;
    } else if (blank_lines_++ == 0) {
      first_blank_line_ = held_.line;
    }
  }
  if (blank_lines_ > 0) {
    --blank_lines_;
    record = {first_blank_line_++, table::CsvFault::kNone, {&kEmptyField, 1}};
    return true;
  }
  holds_record_ = false;
  record = held_;
  return true;
}

// Verdicts come in the order of the rows, but their chunks need not be cut where ours were.
void RowPass::take_verdicts(const table::Chunk& verdicts) {
  for (std::size_t row = 0; row < verdicts.rows(); ++row) {
    CANDOUR_CHECK(!waiting_.empty());
    Batch& batch = *waiting_.front();
    for (std::size_t check = 0; check < parts_.table.checks.size(); ++check) {
      const table::Column& passed = verdicts.column(check);
      if (!passed.boolean(row)) batch.failed.push_back({batch.verdicts, check});
    }
    ++batch.verdicts;
    if (batch.judged()) finish_front();
  }
}

void RowPass::finish_front() {
  emit(*waiting_.front());
  spare_.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
}

void RowPass::emit(Batch& batch) {
  kept_.clear();
  kept_lines_.clear();
  kept_records_.clear();
  const std::string_view records = batch.records.reveal();
  std::span<Problem> problems = batch.problems;
  std::span<const FailedCheck> failed = batch.failed;
  std::size_t record_begin = 0;
  std::size_t problems_begin = 0;
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    const BatchEntry& entry = batch.entries[i];
    const std::string_view record = records.substr(record_begin, entry.record_end - record_begin);
    record_begin = entry.record_end;
    const auto refused_values = problems.subspan(problems_begin, entry.problems_end - problems_begin);
    problems_begin = entry.problems_end;
    const auto of_other_row = std::find_if(failed.begin(), failed.end(),
                                           [&](const FailedCheck& check) { return check.entry != i; });
    const auto checks = failed.first(static_cast<std::size_t>(of_other_row - failed.begin()));
    failed = failed.subspan(checks.size());
    parts_.report.add_row();
    // A row whose values were refused is refused already, and its nulls would make checks say what is not so.
    last_row_was_refused_ =
        !refused_values.empty() ? refuse(batch, i, record, refused_values) : settle(batch, i, record, checks);
    if (last_row_was_refused_) continue;
    kept_.push_back(i);
    kept_lines_.push_back(entry.line);
    kept_records_.push_back(record);
  }
  parts_.report.add_passed(kept_.size());
  if (kept_.empty()) return;
  parts_.sink.accept({parts_.file_index, batch.rows, kept_, kept_lines_, kept_records_}, parts_.on_duplicate);
}

bool RowPass::refuse(const Batch& batch, std::size_t row, std::string_view record,
                     std::span<Problem> problems) {
  parts_.sink.refuse(batch.rows, row, batch.entries[row].line, record, problems);
  parts_.report.add_problems(problems);
  return true;
}

// What becomes of a row whose values are right; says whether it is refused.
bool RowPass::settle(const Batch& batch, std::size_t row, std::string_view record,
                     std::span<const FailedCheck> failed) {
  if (failed.empty()) return false;
  const bool refused = std::any_of(failed.begin(), failed.end(), [&](const FailedCheck& check) {
    return parts_.table.checks[check.check].level == collection::Level::kError;
  });
  // In some files most rows have a warning: past what the report lists they are counted and cost no words.
  if (!refused && !parts_.report.lists_warnings()) {
    parts_.report.count_warnings(failed);
    return false;
  }
  row_problems_.clear();
  for (const FailedCheck& check : failed) {
    row_problems_.push_back(problem_of(batch.entries[row], check.check, record));
  }
  if (refused) return refuse(batch, row, record, row_problems_);
  parts_.report.add_problems(row_problems_);
  return false;
}

Problem RowPass::problem_of(const BatchEntry& entry, std::size_t check, std::string_view record) {
  const collection::RowCheck& rule = parts_.table.checks[check];
  Problem problem;
  problem.line = entry.line;
  problem.row = entry.row;
  problem.level = rule.level;
  problem.rule = rule.name;
  problem.code = kRowCheckCode;
  problem.message = rule.message;
  for (std::size_t field : rule.fields) problem.cells.push_back(parts_.parser.cell_of(field, record));
  return problem;
}

}  // namespace candour::intake
