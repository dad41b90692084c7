// Minimised rows as canonical CSV: the bytes that rows.csv shows and that a package commits to.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "candour/base/stream.h"
#include "candour/table/chunk.h"
#include "candour/table/csv_writer.h"

namespace candour::submission {

/// Makes records, one at a time, without their line ends.
class RecordText {
 public:
  RecordText() : writer_(line_) {}
  /// The names of the columns. Valid, as every record, until the next.
  [[nodiscard]] std::string_view header(const table::Schema& schema);
  [[nodiscard]] std::string_view record(const table::Chunk& chunk, std::size_t row);
  /// A record whose texts are given one by one: field(…) for each, then finish().
  void field(std::optional<std::string_view> text) { writer_.field(text); }
  [[nodiscard]] std::string_view finish();

 private:
  struct Line final : base::ByteSink {
    void write(base::ByteView bytes) override { text = base::as_text(bytes); }
    std::string text;
  };
  Line line_;
  table::CsvWriter writer_;
};

/// Rows as the bytes of a CSV file, for Disk::store_new. The rows outlive it.
class CsvSource final : public base::ByteSource {
 public:
  explicit CsvSource(table::ChunkSource& rows);
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  bool refill();
  table::ChunkSource& rows_;
  table::Chunk chunk_;
  RecordText records_;
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace candour::submission
