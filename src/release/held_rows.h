// What the providers' vaults held when they counted: rows that the figures come from, and rows that the
// providers' own checks had refused. As the providers say it, in their manifests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/page/html.h"
#include "candour/release/release.h"

namespace candour::release {

/// One provider's rows of the period, of every table that a measure counts.
struct HeldRows {
  std::string submitter;
  std::uint64_t rows = 0, refused = 0;
};

/// Of each provider that sent anything, by code. Counts of one table say the same of it whatever they
/// measure, so each table is taken once.
[[nodiscard]] std::vector<HeldRows> held_rows(const ReleaseInputs& inputs);

/// All providers' rows in a paragraph.
[[nodiscard]] page::Html held_rows_in_words(const ReleaseInputs& inputs);

/// A table of them by provider, the largest share of refused rows first; nothing where none were refused.
[[nodiscard]] page::Html held_rows_table(const ReleaseInputs& inputs);

}  // namespace candour::release
