// A provider's stages, shared by the commands and the demo: validate, load, count. Here the modules that may
// not see each other are joined: intake's rows go into the vault, the vault's rows through minimise into a
// local step.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/intake/submission_check.h"
#include "candour/measure/counts.h"
#include "candour/minimise/minimise.h"
#include "candour/node/vault_rows.h"
#include "candour/vault/vault.h"

namespace candour::cli {

/// Checks the files of a submission and keeps nothing: one report a file, in their order, the same that
/// load_files gives. Errors: CND-11xx, CND-1002.
[[nodiscard]] std::vector<intake::QualityReport> validate_files(
    Context& context, const collection::Collection& collection, const collection::Table& table,
    const intake::Submission& submission, const std::vector<std::filesystem::path>& files, intake::Nil nil);

struct LoadOutcome {
  std::vector<intake::QualityReport> reports;  ///< one a file, in their order
  std::optional<vault::LoadResult> result;     ///< absent where some file was refused whole or is cut off
};

/// Loads files into the vault as one transaction: all of them or none. Errors: CND-11xx, CND-15xx, CND-1002,
/// CND-1003.
[[nodiscard]] LoadOutcome load_files(Context& context, vault::Vault& vault,
                                     const collection::Collection& collection, const collection::Table& table,
                                     const intake::Submission& submission,
                                     const std::vector<std::filesystem::path>& files, vault::Scope scope,
                                     intake::Nil nil);

/// Runs a measure's local step over a slice of the vault.
/// Errors: CND-1607 (the vault holds neither rows nor a nil return for that period), CND-14xx, CND-16xx.
[[nodiscard]] measure::Counts count_slice(Context& context, const vault::Vault& vault,
                                          const collection::Collection& collection,
                                          const collection::Measure& measure,
                                          const collection::Period& period, const minimise::Lookups& lookups);

}  // namespace candour::cli
