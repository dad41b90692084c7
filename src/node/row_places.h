// Where each row of a submission stands in its package, and whose it is: what a person's receipt needs long
// after the tokens, by whose order the package is sorted, are gone. It lies in the submission's folder
// (places.sealed), sealed to the vault: places are the order of the tokens, which tells a holder of the lake
// something of them. No NHS number is in it; a person is a digest under a key of the vault.
// docs/reference/formats/submission.md, "Places".
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "candour/base/disk.h"
#include "candour/crypto/mac.h"
#include "candour/node/persons.h"
#include "candour/statement/submission.h"
#include "candour/vault/vault.h"

namespace candour::node {

inline constexpr const char* kPlacesFile = "places.sealed";

/// A person in places.sealed: the first 16 bytes of HMAC-SHA-256 of the ten digits. All zeros is nobody.
using PersonTag = std::array<std::uint8_t, 16>;

/// The tag of ten digits, under a key that only this vault has.
[[nodiscard]] PersonTag person_tag(const vault::Vault& vault, const pseudonym::Identifier& number);

struct PlacedRow {
  PersonTag person{};
  std::uint64_t place = 0;  ///< in the package's order, from 0
};

/// Stores the places of a submission's rows, in the order of rows.csv; in the place of what a run that was
/// cut off left. `draft` is its plan's, `persons` whose rows they are. Errors: those of Disk.
void store_places(base::Disk& disk, const std::filesystem::path& submission, const vault::Vault& vault,
                  const statement::Submission& draft, const Persons& persons,
                  std::span<const std::uint64_t> places);

/// The rows in the order of rows.csv; nothing where none were kept: who sent it had no receipts yet. Errors:
/// CND-2490 (another vault sealed it, or it is of another submission, or was changed).
[[nodiscard]] std::optional<std::vector<PlacedRow>> load_places(const base::Disk& disk,
                                                                const std::filesystem::path& submission,
                                                                const vault::Vault& vault,
                                                                const statement::Submission& sent);

}  // namespace candour::node
