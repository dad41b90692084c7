// People who do not exist: their NHS numbers, birth dates and postcodes, the same wherever they are patients.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/date.h"
#include "candour/crypto/mac.h"

namespace candour::synth {

struct Person {
  std::string nhs_number;  ///< ten digits
  base::Date birth_date;
  std::uint64_t postcode_row = 0;  ///< of the synthetic look-up
};

/// Everybody of one seed. A person is an index below kPeople; two indices never have the same number.
class People {
 public:
  /// Birth dates lie 5 to 95 years before `born_before`.
  People(std::uint64_t seed, base::Date born_before);
  [[nodiscard]] Person person(std::uint64_t index) const;

 private:
  std::uint64_t seed_;
  base::Date born_before_;
  std::uint64_t multiplier_;
  std::uint64_t offset_;
};

/// The patients of one submitter: which person each of its pool is, and the submitter's own identifiers.
class Patients {
 public:
  /// `pool` members at least 1. Pools of different submitters draw from the same people, so some are in
  /// several.
  Patients(std::uint64_t seed, std::string_view submitter, std::uint64_t pool);
  [[nodiscard]] std::uint64_t pool() const { return pool_; }
  /// The index of the person who is the pool's member `member`.
  [[nodiscard]] std::uint64_t person_of(std::uint64_t member) const;
  /// A letter and eight digits, different for different numbers below ten million: an identifier that this
  /// submitter gives, and that tells nothing.
  [[nodiscard]] std::string local_identifier(char letter, std::uint64_t number) const;

 private:
  std::array<std::uint8_t, crypto::kShortKeyBytes> key_{};
  std::uint64_t pool_;
  std::uint64_t multiplier_;
  std::uint64_t offset_;
};

/// Row `index` of the synthetic look-up (docs/reference/synthesis.md has the formula).
[[nodiscard]] std::string synthetic_postcode(std::uint64_t index);
inline constexpr std::uint64_t kPostcodes = 20'000;

}  // namespace candour::synth
