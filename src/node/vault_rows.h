// A provider's rows on their way out: from the vault through minimise. Here modules meet that may not see
// each other.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "candour/base/disk.h"
#include "candour/collection/collection.h"
#include "candour/minimise/minimise.h"
#include "candour/vault/vault.h"

namespace candour::node {

/// Minimised rows of a slice, pulled from the vault: what a local step reads, what `minimise show` shows, and
/// what a submission sends.
class MinimisedRows final : public table::ChunkSource {
 public:
  /// Sees each chunk as the vault holds it, before it is minimised.
  using Look = std::function<void(const table::IdentifiableChunk&)>;

  MinimisedRows(vault::RowCursor rows, const collection::Table& table, const minimise::Minimiser& minimiser,
                Look look = {});
  [[nodiscard]] const table::Schema& schema() const override { return schema_; }
  bool next(table::Chunk& chunk) override;

 private:
  vault::RowCursor rows_;
  const minimise::Minimiser& minimiser_;
  Look look_;
  table::Schema schema_;
  table::IdentifiableChunk buffer_;
};

/// The slice that a vault holds of a table for a period.
[[nodiscard]] vault::Slice slice_of(const vault::Vault& vault, const collection::Collection& collection,
                                    const collection::Table& table, const collection::Period& period);

/// Reads the look-ups that a collection declares; `paths` maps the name of each to its file.
/// Errors: CND-1603 (one is missing), CND-1601, CND-1602.
[[nodiscard]] minimise::Lookups load_lookups(const base::Disk& disk, const collection::Collection& collection,
                                             const std::map<std::string, std::filesystem::path>& paths);

}  // namespace candour::node
