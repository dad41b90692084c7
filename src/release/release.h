// A release: a folder, immutable, the same bytes whenever it is rebuilt from the same inputs.
//
//   index.html  quality.html  candour.css  tables/NAME.csv  tables/NAME.csv-metadata.json
//   tables/NAME.parquet  charts/NAME.svg  charts/NAME-narrow.svg  release.json
//
// docs/reference/formats/release.md.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/disk.h"
#include "candour/collection/collection.h"
#include "candour/measure/counts.h"
#include "candour/table/chunk.h"

namespace candour::release {

/// An organisation that is expected to send.
struct Submitter {
  std::string code;
  std::string name;
};

struct ReleaseInputs {
  const collection::Collection* collection = nullptr;
  collection::Period period;
  std::vector<Submitter> submitters;                           ///< expected, sorted by code
  std::map<std::string, std::vector<measure::Counts>> counts;  ///< measure → what was received
  base::DateTime published_at;
  std::optional<base::Date> next_release;
  std::string instruction;  ///< its id, 32 hexadecimal digits; empty where nobody ordered the release
  std::string program_sha256;
  std::string engine_sha256;  ///< of the DuckDB library that ran the measures
};

/// The columns of a release table: the frame's dimensions (text), the declared columns, and `return` last:
/// "made", "nil" or "x" (nothing was sent).
[[nodiscard]] table::Schema release_schema(const collection::ReleaseTable& table);

/// The frame filled: every cell of it in order (submitters by code, lists in their own order); what no
/// submitter sent is absent with status "x"; what a return (a nil one too) does not have is the column's nil.
/// Columns: release_schema(table). Errors: CND-1702 (a cell outside the frame, a cell twice, a column
/// missing, a figure below 0 or not finite).
[[nodiscard]] table::Relation fill_frame(const collection::Collection& collection,
                                         const collection::ReleaseTable& table,
                                         const table::Relation& combined, const ReleaseInputs& inputs);

/// Refuses a collection with a disclosure rule that this version does not have, before anything else is
/// looked at. Errors: CND-1701 (names table and rule).
void require_known_rules(const collection::Collection& collection);

/// Refuses a time of publication that is not after the period's last day: its figures would be of a part of
/// it. Errors: CND-1710.
void require_over(const collection::Period& period, const base::DateTime& published_at);

/// Is told the SHA-256 of release.json, when everything is made and nothing is stored.
using WhenMade = std::function<void(const base::Digest& release_sha256)>;

/// Builds the folder. Everything is made before anything is stored, and Parquet in `scratch` first. The
/// folder is new, or holds what a build of this release left that was stopped. Errors: CND-1701 (a disclosure
/// rule that this version does not have: names it), CND-1702 (the combining step gave a cell outside the
/// frame, a cell twice, or a figure that is none), CND-1710, CND-1709 (the folder holds something else),
/// CND-1005.
void build_release(base::Disk& disk, const ReleaseInputs& inputs, const std::filesystem::path& folder,
                   const std::filesystem::path& scratch, const WhenMade& when_made = {});

}  // namespace candour::release
