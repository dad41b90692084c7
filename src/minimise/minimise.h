// The privacy line: an identifiable chunk goes in, what the order allows comes out. Pure, short, and the only
// code through which a row can leave. Counts mode has no pseudonyms: fields minimised to one are left out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
  /// The value of `key`, valid while the Lookup lives; nothing where the reference has no such key.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  /// Key and value stand one behind the other in `bytes_`: a national look-up has millions of short texts,
  /// and as strings of their own they would take ten times the memory.
  struct Entry {
    std::uint64_t begin = 0;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
  };
  [[nodiscard]] std::string_view key_of(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.begin, entry.key_size);
  }
  std::string bytes_;
  std::vector<Entry> entries_;  ///< sorted by key
};

using Lookups = std::unordered_map<std::string, Lookup>;  ///< by the reference's name

class Minimiser {
 public:
  /// What is referred to outlives it. With `only`, columns of minimised rows, nothing is left of any other:
  /// it stays empty. Errors: CND-1603 (a field needs a look-up that `lookups` has not).
  Minimiser(const collection::Table& table, const collection::Period& period, const Lookups& lookups,
            const base::SecretBytes& local_pseudonym_key, const std::vector<std::string>* only = nullptr);
  /// Fills `out` (made from table.minimised_schema()) with what is left of each row of `rows`.
  void minimise(const table::IdentifiableChunk& rows, table::Chunk& out) const;
  /// Whether anything may be left of the table's field with this index.
  [[nodiscard]] bool leaves(std::size_t field) const { return may_leave_[field]; }

 private:
  const collection::Table& table_;
  const collection::Period& period_;
  const Lookups& lookups_;
  const base::SecretBytes& key_;
  std::vector<bool> may_leave_{};  ///< by the table's fields
};

}  // namespace candour::minimise
