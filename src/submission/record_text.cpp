#include "candour/submission/record_text.h"

#include <algorithm>

namespace candour::submission {

std::string_view RecordText::finish() {
  writer_.end_record();
  return std::string_view(line_.text).substr(0, line_.text.size() - 1);
}

std::string_view RecordText::header(const table::Schema& schema) {
  for (const table::ColumnSpec& column : schema.columns()) writer_.field(column.name);
  return finish();
}

std::string_view RecordText::record(const table::Chunk& chunk, std::size_t row) {
  for (const table::Column& column : chunk.columns()) writer_.field(table::canonical_text(column, row));
  return finish();
}

CsvSource::CsvSource(table::ChunkSource& rows) : rows_(rows), chunk_(rows.schema()) {
  text_.append(records_.header(rows.schema())).push_back('\n');
}

bool CsvSource::refill() {
  text_.clear();
  at_ = 0;
  if (!rows_.next(chunk_)) return false;
  for (std::size_t row = 0; row < chunk_.rows(); ++row) {
    text_.append(records_.record(chunk_, row)).push_back('\n');
  }
  return true;
}

std::size_t CsvSource::read(std::span<std::uint8_t> out) {
  while (at_ == text_.size()) {
    if (!refill()) return 0;
  }
  const std::size_t size = std::min(out.size(), text_.size() - at_);
  std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), size, out.begin());
  at_ += size;
  return size;
}

}  // namespace candour::submission
