// What machines read of a release: release.json, and the CSVW description of each table.
// https://www.w3.org/TR/tabular-metadata/
#pragma once

#include <map>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/json.h"
#include "candour/release/release.h"

namespace candour::release {

/// A file of the folder: its path there and what it is.
struct ReleaseFile {
  std::string path;
  base::StoredFile stored;
};

/// release.json: what was released, from what, by what, under which rule. `"instruction": null`: nobody
/// ordered it.
[[nodiscard]] base::Json release_json(const ReleaseInputs& inputs, const std::vector<ReleaseFile>& files);

/// The breaks of the series that the collection declares, up to the end of the period.
[[nodiscard]] std::vector<collection::SeriesBreak> breaks_up_to(const ReleaseInputs& inputs);

/// The description of tables/NAME.csv, which lies beside it as NAME.csv-metadata.json.
[[nodiscard]] base::Json csvw_json(const collection::ReleaseTable& table, const collection::Period& period);

/// A commitment to a provider's counts: HMAC-SHA-256 of the digest of their manifest under its salt. The
/// manifest has the digest of counts.csv, so that nothing of both can be said otherwise. Who has the manifest
/// can open it; nobody can guess small counts from it.
[[nodiscard]] std::string commitment_to(const measure::Counts& counts);

}  // namespace candour::release
