// Where intake puts the rows of a file: the vault when it is loaded, nowhere when it is only validated. cli
// joins the two modules; neither knows the other.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "candour/intake/problem.h"
#include "candour/table/chunk.h"

namespace candour::intake {

/// Where a row stands among the files of a submission; places compare in the order in which rows are read.
struct RowPlace {
  std::size_t file = 0;    ///< which of the files, from 0
  std::uint64_t line = 0;  ///< where the row begins in it
  friend auto operator<=>(const RowPlace&, const RowPlace&) = default;
};

/// A row that repeats the key of an earlier row, of the same file or of one checked with it.
struct Duplicate {
  RowPlace row;
  RowPlace first;
};

/// What a sink calls for each duplicate, in any order: files may hold more of them than memory would.
using DuplicateFound = std::function<void(const Duplicate&)>;

/// Rows that passed every check, where they stand: what of a chunk was refused is passed over, not cut out.
struct AcceptedRows {
  std::size_t file = 0;  ///< which of the submission's files, from 0
  const table::IdentifiableChunk& rows;
  std::span<const std::size_t> kept;     ///< which rows of the chunk
  std::span<const std::uint64_t> lines;  ///< of each kept row, where it begins in the file
  std::span<const std::string_view>
      records;  ///< of each kept row, as it stood in the file, without its line end
};

class RowSink {
 public:
  virtual ~RowSink() = default;

  /// Takes rows that passed every check. A sink that knows at once which of them repeat a key tells `found`;
  /// it does not keep those as rows.
  virtual void accept(const AcceptedRows& accepted, const DuplicateFound& found) = 0;

  /// Takes a refused row as it stood in the file (quarantine); of a record that is no CSV, what could be read
  /// of it. Row `row` of `rows` has the values that could be read, null for the others: by its key the vault
  /// finds what a corrected file empties. `problems` has at least one error.
  virtual void refuse(const table::IdentifiableChunk& rows, std::size_t row, std::uint64_t line,
                      std::string_view record, std::span<const Problem> problems) = 0;

  /// After the last row of the last file: tells `found` the duplicates that are known only now.
  virtual void finish(const DuplicateFound& found) = 0;
};

}  // namespace candour::intake
