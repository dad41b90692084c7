// One row before and after minimisation, side by side: what the hospital holds, and what is left of it when
// it leaves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/minimise/minimise.h"
#include "candour/vault/vault.h"

namespace candour::cli {

/// A field of one row: what it holds in the vault, what it is called and holds afterwards.
struct BeforeAfter {
  std::string field;
  base::Identifiable<std::string> before;
  std::string after_name;  ///< empty where nothing is left
  std::string after;
};

/// The first `rows` rows of a slice, field by field.
[[nodiscard]] std::vector<std::vector<BeforeAfter>> before_and_after(const vault::Vault& vault,
                                                                     const vault::Slice& slice,
                                                                     const collection::Table& table,
                                                                     const minimise::Minimiser& minimiser,
                                                                     std::size_t rows);

/// As a table of three columns for a terminal at the provider.
[[nodiscard]] std::string render_before_and_after(const std::vector<BeforeAfter>& row);

}  // namespace candour::cli
