// What `candour demo reverse` shows: the usual way to hide an NHS number, a salted hash, undone by whoever
// has the salt, by trying all numbers that there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/clock.h"
#include "candour/base/progress.h"
#include "candour/base/sha256.h"

namespace candour::cli {

/// SHA-256(salt ‖ the ten digits): how identifiers are commonly "pseudonymised" with one secret.
[[nodiscard]] base::Digest salted_hash(base::ByteView salt, std::string_view nhs_number);

struct Reversal {
  std::uint64_t tried = 0;  ///< valid NHS numbers
  std::uint64_t found = 0;  ///< of the hashes that were given
  double seconds = 0;
  int threads = 1;
};

/// There are 10^9 numbers of nine digits; about 10 in 11 have a check digit (modulus 11).
inline constexpr std::uint64_t kNhsPrefixes = 1'000'000'000;

/// Tries the valid NHS numbers with the `prefixes` highest first nine digits, of kNhsPrefixes, against the
/// hashes of people.
[[nodiscard]] Reversal reverse_salted_hashes(const std::vector<base::Digest>& hashes, base::ByteView salt,
                                             std::uint64_t prefixes, int threads, const base::Clock& clock,
                                             base::Progress& progress);

/// The days that it takes to try every valid number at so many a day, padding counted as if it were none.
[[nodiscard]] double days_to_try_all(std::uint64_t numbers_a_day);

}  // namespace candour::cli
