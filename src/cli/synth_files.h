// Synthetic files on disk, for `candour synth` and the demo: what a hospital's system would have exported,
// the look-up of postcodes, who is expected to send, and a ledger of the errors that were planted, which only
// tests read.
//
//   DIR/sources/SUBMITTER.csv  DIR/reference/NAME.csv  DIR/submitters.csv  DIR/ledger/SUBMITTER.csv
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/release/release.h"
#include "candour/synth/synth.h"

namespace candour::cli {

/// A publication, read: its figures in the release table's shape, and who is in it.
struct Publication {
  table::Relation shaped;
  std::vector<release::Submitter> submitters;  ///< sorted by code
};

/// Errors: CND-1703 (a shape that the collection does not know), CND-1110, CND-1002.
[[nodiscard]] Publication load_publication(const base::Disk& disk, const collection::Collection& collection,
                                           const std::filesystem::path& path);

/// Keeps the submitters of `providers` ("all", or codes with commas between).
/// Errors: CND-1802 (a code that the publication does not have).
void choose_submitters(Publication& publication, std::string_view providers);

/// Where the files above lie for each look-up that the collection declares: its name →
/// DIR/reference/NAME.csv.
[[nodiscard]] std::map<std::string, std::filesystem::path> reference_files(
    const collection::Collection& collection, const std::filesystem::path& folder);

struct SynthRequest {
  const collection::Collection* collection = nullptr;
  const Publication* publication = nullptr;
  collection::Period period;
  synth::SynthOptions options;
  int threads = 1;
  std::filesystem::path out;
};

/// Writes the files of every chosen submitter. Gives what each holds, in the order of
/// publication->submitters.
[[nodiscard]] std::vector<synth::SynthFile> write_synthetic_files(Context& context,
                                                                  const SynthRequest& request);

}  // namespace candour::cli
