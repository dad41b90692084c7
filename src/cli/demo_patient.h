// One synthetic patient of the demo: what the hospital holds, beside what the hub holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/minimise/minimise.h"
#include "candour/vault/vault.h"

namespace candour::cli {

/// What a hub has of rows: its lake, and the fields that the instruction lets leave.
struct AtHub {
  std::filesystem::path lake;
  std::vector<std::string> fields;
};

/// A row of the vault's slice as render_before_and_after shows it. With a hub it is the first row of which
/// the lake has exactly one like it, and the number's field shows the lake's pseudonym; without (nullptr,
/// counts mode), the first row. Empty where there is none.
[[nodiscard]] std::string show_patient(Context& context, const vault::Vault& vault,
                                       const collection::Collection& collection,
                                       const collection::Table& table, const collection::Period& period,
                                       const minimise::Lookups& lookups, const AtHub* hub);

}  // namespace candour::cli
