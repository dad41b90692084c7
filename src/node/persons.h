// Whose rows a slice has: the distinct people of its rows, and which row is whose. It holds NHS numbers, in
// memory alone, and wipes them when it goes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "candour/pseudonym/input.h"
#include "candour/table/chunk.h"

namespace candour::node {

class Persons {
 public:
  /// For about so many rows. `person` is the column of the chunks that has the NHS number; without one no row
  /// is anybody's.
  Persons(std::optional<std::size_t> person, std::size_t rows);
  ~Persons();
  Persons(const Persons&) = delete;
  Persons& operator=(const Persons&) = delete;

  /// Takes the rows of a chunk. Not after finish().
  void add(const table::IdentifiableChunk& rows);
  /// After the last chunk: finds the distinct people.
  void finish();

  [[nodiscard]] std::size_t rows() const { return digits_of_row_.size(); }
  /// Ascending; each once.
  [[nodiscard]] std::span<const pseudonym::Identifier> identifiers() const { return identifiers_; }
  /// Whose row it is, as a place in identifiers(); nothing where the row has no valid number.
  [[nodiscard]] std::optional<std::size_t> identifier_of(std::size_t row) const;

 private:
  std::optional<std::size_t> person_;
  /// The ten digits as a number, which sorts as the digits do; kNobody where there are none.
  std::vector<std::uint64_t> digits_of_row_;
  std::vector<std::uint64_t> distinct_;
  std::vector<pseudonym::Identifier> identifiers_;
};

}  // namespace candour::node
