// The privacy line: an identifiable chunk goes in, what the order allows comes out. Pure, short, and the only
// code through which a row can leave. Counts mode has no pseudonyms: fields minimised to one are left out.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::minimise {

/// A reference that the provider holds (postcode → LSOA), in memory.
class Lookup {
 public:
  /// Reads it and checks its digest against the collection's. Errors: CND-1002; CND-1601 (another digest);
  /// CND-1602 (a column missing, a key twice).
  [[nodiscard]] static Lookup load(const base::Disk& disk, const std::filesystem::path& path,
                                   const collection::Reference& reference);
  [[nodiscard]] const std::string* find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  std::unordered_map<std::string, std::string> values_;
};

using Lookups = std::unordered_map<std::string, Lookup>;  ///< by the reference's name

class Minimiser {
 public:
  /// What is referred to outlives it. Errors: CND-1603 (the table needs a look-up that `lookups` has not).
  Minimiser(const collection::Table& table, const collection::Period& period, const Lookups& lookups,
            const base::SecretBytes& local_pseudonym_key);
  /// Fills `out` (made from table.minimised_schema()) with what is left of each row of `rows`.
  void minimise(const table::IdentifiableChunk& rows, table::Chunk& out) const;

 private:
  const collection::Table& table_;
  const collection::Period& period_;
  const Lookups& lookups_;
  const base::SecretBytes& key_;
};

}  // namespace candour::minimise
