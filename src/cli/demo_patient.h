// One synthetic patient of the demo: what the hospital holds, beside what the hub holds.
#pragma once

#include <filesystem>
#include <string>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/minimise/minimise.h"
#include "candour/vault/vault.h"

namespace candour::cli {

/// A row of the vault's slice as render_before_and_after shows it. With the hub's `lake` (empty in counts
/// mode) it is the first row of which the lake has exactly one like it, and the number's field shows the
/// lake's pseudonym; without, the first row. Empty where there is none.
[[nodiscard]] std::string show_patient(Context& context, const vault::Vault& vault,
                                       const collection::Collection& collection,
                                       const collection::Table& table, const collection::Period& period,
                                       const minimise::Lookups& lookups, const std::filesystem::path& lake);

}  // namespace candour::cli
