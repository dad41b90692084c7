// The hub's stages, shared by the commands and the demo: read what providers sent, counts or rows, build the
// release, compare it with what was published.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/node/config.h"
#include "candour/release/compare.h"
#include "candour/release/release.h"
#include "candour/statement/payload.h"

namespace candour::cli {

/// Reads `submitters.csv` (columns code,name): the organisations that are expected to send, sorted by code.
/// Errors: CND-1705 (another header, a code twice or empty), CND-1002.
[[nodiscard]] std::vector<release::Submitter> load_submitters(const base::Disk& disk,
                                                              const std::filesystem::path& path);

struct ReleaseRequest {
  const collection::Collection* collection = nullptr;
  collection::Period period;
  std::filesystem::path counts;  ///< counts mode: holds MEASURE/SUBMITTER/{counts.csv,manifest.json}
  std::vector<release::Submitter> submitters;
  base::DateTime published_at;
  std::filesystem::path out;
};

/// Under which instruction a hub makes a release: it runs, with this configuration.
struct ReleaseOrder {
  const node::NodeConfig* hub = nullptr;
  statement::Id instruction{};
};

/// Reads the counts of every expected submitter that sent, and builds the release folder: outside a
/// federation, so that nobody ordered it. Errors: CND-1705 (something is there of somebody who is not
/// expected), CND-16xx, CND-17xx, CND-23xx, those of Disk.
void build_release(Context& context, const ReleaseRequest& request);
/// The same at a hub, of counts or, where the request has none, of the rows in its lake: the run is in the
/// log before more is read than what is there, and its result before the folder is there. Errors: the same;
/// CND-2578 (what is there changed meanwhile); those of node::HubRun.
void build_release(Context& context, const ReleaseRequest& request, const ReleaseOrder& order);

/// Compares the first table of a release folder with a published file, for the organisations of `providers`
/// ("all", or codes with commas between). Errors: CND-1802 (one of them is in neither, or there is none),
/// CND-1711 (the table's rows are no provider's), CND-17xx, CND-14xx.
[[nodiscard]] release::Comparison compare_release(Context& context, const collection::Collection& collection,
                                                  const std::filesystem::path& release_folder,
                                                  const std::filesystem::path& published,
                                                  std::string_view providers);

/// Which tables of a release no publication can be compared with: "tables not compared: tests\n", or nothing.
[[nodiscard]] std::string not_compared_line(const collection::Collection& collection);

}  // namespace candour::cli
