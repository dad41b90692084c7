// Counts: what a provider's local step gives, and the only thing that leaves it in counts mode. Two files,
// made once:
//
//   FOLDER/counts.csv      canonical CSV, rows sorted, the columns of the local step
//   FOLDER/manifest.json   what it is: collection and its digest, measure, submitter, period, rows counted
//                          and refused, nil or not, SHA-256 of counts.csv, and a salt with which a release
//                          commits to it
//
// docs/reference/formats/counts.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::measure {

struct Counts {
  std::string collection, collection_sha256, measure, submitter, period;
  std::uint64_t rows = 0;  ///< minimised rows that the local step read
  /// Rows that wait in the provider's quarantine, and so were not counted; for the caller of compute_counts
  /// to fill in.
  std::uint64_t rows_refused = 0;
  bool nil = false;           ///< a declared nil return: no rows, and no counts
  std::string salt;           ///< 32 hexadecimal digits
  std::string counts_sha256;  ///< of counts.csv
  /// Of manifest.json as it was read, byte by byte: what a release commits to. Empty in counts that were
  /// made.
  std::string manifest_sha256;
  /// In records mode the identity of the submission whose rows were counted, in hexadecimal: it is public,
  /// and stands in the release in the place of the commitment. Empty in counts mode.
  std::string submission;
  table::Relation relation;
};

/// Runs the local step over a provider's minimised rows (`rows` has table.minimised_schema(); the engine adds
/// `submitter`). Errors: CND-14xx; CND-1605 (it gives a group twice, or a count that is none); CND-1604 (the
/// measure's unit needs linkage: not in counts mode).
[[nodiscard]] Counts compute_counts(const collection::Collection& collection,
                                    const collection::Measure& measure, std::string_view submitter,
                                    const collection::Period& period, table::ChunkSource& rows,
                                    base::Random& random);

/// The manifest as store_counts writes it.
[[nodiscard]] std::string manifest_text(const Counts& counts);

/// Stores both files, the manifest last: a folder without one is no counts. Errors: those of store_new.
void store_counts(base::Disk& disk, const std::filesystem::path& folder, const Counts& counts);

/// Reads and checks them. Errors: CND-1605 (not counts of this collection, measure and period; the digest of
/// counts.csv is another; a nil return with counts or refusals; a row of another submitter; a count that is
/// none, a group twice: these with line and column), CND-1008 (the manifest is no
/// JSON), CND-1110 (counts.csv has other columns), CND-1002.
[[nodiscard]] Counts load_counts(const base::Disk& disk, const std::filesystem::path& folder,
                                 const collection::Collection& collection, const collection::Measure& measure,
                                 const collection::Period& period);

/// Runs the combining step over all counts. Errors: CND-1606 (two counts of one submitter), CND-14xx.
[[nodiscard]] table::Relation combine_counts(const collection::Collection& collection,
                                             const collection::Measure& measure,
                                             const collection::Period& period,
                                             const std::vector<Counts>& counts);

}  // namespace candour::measure
