// A stretch of a file between reading and verdict: what row checks need a chunk for is kept here, with the
// records as they stood, until the chunk's verdicts come back. Batches are used again, so that a file of any
// size needs the memory of a few.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/base/identifiable.h"
#include "candour/intake/problem.h"
#include "candour/table/chunk.h"

namespace candour::intake {

/// One record of the file.
struct BatchEntry {
  std::uint64_t line = 0;
  std::uint64_t row = 0;         ///< its number after the header, from 1
  std::size_t record_end = 0;    ///< in Batch::records; it begins where the one before ends
  std::size_t problems_end = 0;  ///< in Batch::problems; they begin where those of the one before end
};

/// A row check that did not pass.
struct FailedCheck {
  std::size_t entry = 0;
  std::size_t check = 0;
};

struct Batch {
  /// Records of up to a megabyte each may not add up to gigabytes.
  static constexpr std::size_t kRecordBytes = std::size_t{1} << 20;

  explicit Batch(const table::Schema& schema) : rows(table::Chunk(schema)) {}

  /// One row an entry, so that verdicts and entries keep step: a null stands where a value was refused, and a
  /// record of the wrong shape is a row of nulls. Their entries have the problems.
  table::IdentifiableChunk rows;
  base::Identifiable<std::string> records;
  std::vector<BatchEntry> entries;
  std::vector<Problem> problems;
  std::vector<FailedCheck> failed;  ///< by entry, then by check
  std::size_t verdicts = 0;         ///< entries whose verdict is known

  [[nodiscard]] bool full() const {
    return entries.size() == table::kChunkRows || records.reveal().size() >= kRecordBytes;
  }
  [[nodiscard]] bool judged() const { return verdicts == entries.size(); }

  void clear() {
    rows.reveal().clear();
    records.reveal().clear();
    entries.clear();
    problems.clear();
    failed.clear();
    verdicts = 0;
  }
};

}  // namespace candour::intake
