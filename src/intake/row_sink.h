// Where intake puts the rows of a file: the vault when it is loaded, nowhere when it is only validated. cli
// joins the two modules; neither knows the other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "candour/intake/problem.h"
#include "candour/table/chunk.h"

namespace candour::intake {

/// A row that repeats the key of an earlier row of the same file (or of the files loaded with it).
struct Duplicate {
  std::uint64_t line = 0;
  std::uint64_t first_line = 0;
};

class RowSink {
 public:
  virtual ~RowSink() = default;

  /// Takes rows that passed every check, with the line of each and its record as it stood in the file. A sink
  /// that knows at once which of them repeat a key appends those to `duplicates`; it does not keep them as
  /// rows.
  virtual void accept(const table::IdentifiableChunk& rows, std::span<const std::uint64_t> lines,
                      std::span<const std::string_view> records, std::vector<Duplicate>& duplicates) = 0;

  /// Takes a refused row as it stood in the file (quarantine). `problems` has at least one error.
  virtual void refuse(std::uint64_t line, std::string_view record, std::span<const Problem> problems) = 0;

  /// After the last row: appends the duplicates that are known only now, in the order of their lines.
  virtual void finish(std::vector<Duplicate>& duplicates) = 0;
};

}  // namespace candour::intake
