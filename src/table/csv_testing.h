// What the tests and the fuzzer of CSV share: a source that cuts its bytes into pieces, and records that can
// be kept and compared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/stream.h"
#include "candour/table/csv_reader.h"

namespace candour::table::testing {

/// Gives the bytes of a text in pieces of the sizes, over and over; a size of 0 counts as 1.
class PiecesSource final : public base::ByteSource {
 public:
  PiecesSource(std::string_view text, std::vector<std::size_t> sizes)
      : rest_(text), sizes_(std::move(sizes)) {}

  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t size = sizes_.empty() ? out.size() : std::max<std::size_t>(1, sizes_[turn_]);
    if (!sizes_.empty()) turn_ = (turn_ + 1) % sizes_.size();
    const std::size_t got = std::min({size, out.size(), rest_.size()});
    std::copy_n(rest_.begin(), got, out.begin());
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
  std::vector<std::size_t> sizes_;
  std::size_t turn_ = 0;
};

/// A field as it means: nothing, or a text (perhaps an empty one).
using Field = std::optional<std::string>;

struct Record {
  std::uint64_t line = 0;
  CsvFault fault = CsvFault::kNone;
  std::vector<Field> fields;
  friend bool operator==(const Record&, const Record&) = default;
};

inline Record keep(const CsvRecord& record) {
  Record kept{record.line, record.fault, {}};
  for (const CsvField& field : record.fields) {
    kept.fields.push_back(field.bytes.empty() && !field.quoted ? Field() : Field(field.bytes));
  }
  return kept;
}

inline std::vector<Record> read_all(base::ByteSource& source, CsvDialect dialect = {},
                                    CsvLimits limits = {}) {
  CsvReader reader(source, dialect, limits);
  std::vector<Record> records;
  CsvRecord record;
  while (reader.next(record)) records.push_back(keep(record));
  return records;
}

}  // namespace candour::table::testing
