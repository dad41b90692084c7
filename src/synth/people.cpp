#include "candour/synth/people.h"

#include <cstring>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/collection/field_parse.h"
#include "candour/synth/synth.h"

namespace candour::synth {
namespace {

constexpr std::string_view kPrefix = "999";         ///< reserved for tests by the NHS Data Dictionary
constexpr std::uint64_t kNumbers = 909'091;         ///< valid numbers that begin with it; a prime
constexpr std::uint64_t kIdentifiers = 10'000'019;  ///< a prime a little above ten million
constexpr std::int32_t kYoungestDays = 5 * 365 + 2;
constexpr std::int32_t kOldestDays = 95 * 365 + 23;

std::string six_digits(std::uint32_t number) {
  std::string digits(6, '0');
  for (std::size_t i = 6; i > 0; --i, number /= 10) digits[i - 1] = static_cast<char>('0' + number % 10);
  return digits;
}

/// The six digits after 999 of every valid number, ascending. The last, 999999, makes the filler 9999999999.
const std::vector<std::uint32_t>& bodies() {
  static const std::vector<std::uint32_t> all = [] {
    std::vector<std::uint32_t> valid;
    valid.reserve(kNumbers);
    for (std::uint32_t body = 0; body < 1'000'000; ++body) {
      if (collection::nhs_number_check_digit(std::string(kPrefix) + six_digits(body))) valid.push_back(body);
    }
    CANDOUR_CHECK(valid.size() == kNumbers);
    return valid;
  }();
  return all;
}

}  // namespace

People::People(std::uint64_t seed, base::Date born_before) : seed_(seed), born_before_(born_before) {
  base::SeededRandom random(seed, "people");
  multiplier_ = 1 + random.below(kNumbers - 1);
  offset_ = random.below(kNumbers);
}

Person People::person(std::uint64_t index) const {
  CANDOUR_CHECK(index < kPeople);
  // A permutation of the numbers, and a second step where the first leads to the filler, whose own index is
  // nobody's.
  std::uint64_t number = (multiplier_ * index + offset_) % kNumbers;
  if (number == kNumbers - 1) number = (multiplier_ * number + offset_) % kNumbers;
  Person person;
  person.nhs_number = std::string(kPrefix) + six_digits(bodies()[number]);
  person.nhs_number += static_cast<char>('0' + *collection::nhs_number_check_digit(person.nhs_number));
  base::SeededRandom random(seed_, "person/" + std::to_string(index));
  const auto age_days =
      kYoungestDays +
      static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(kOldestDays - kYoungestDays)));
  person.birth_date = born_before_.plus_days(-age_days);
  person.postcode_row = random.below(kPostcodes);
  return person;
}

Patients::Patients(std::uint64_t seed, std::string_view submitter, std::uint64_t pool) : pool_(pool) {
  base::SeededRandom random(seed, "patients/" + std::string(submitter));
  random.fill(key_);
  multiplier_ = 1 + random.below(kIdentifiers - 1);
  offset_ = random.below(kIdentifiers);
}

std::uint64_t Patients::person_of(std::uint64_t member) const {
  std::uint8_t message[sizeof member];
  std::memcpy(message, &member, sizeof member);
  const crypto::ShortDigest digest = crypto::short_digest(key_, message);
  std::uint64_t number = 0;
  std::memcpy(&number, digest.data(), sizeof number);
  return number % kPeople;
}

std::string Patients::local_identifier(char letter, std::uint64_t number) const {
  std::string digits = std::to_string((multiplier_ * (number % kIdentifiers) + offset_) % kIdentifiers);
  return letter + std::string(8 - digits.size(), '0') + digits;
}

std::string synthetic_postcode(std::uint64_t index) {
  constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";
  return "ZZ" + std::to_string(index / 1000 + 1) + " " + std::to_string(index % 1000 / 100) +
         kLetters[index % 100 / 5] + kLetters[7 * index % 20];
}

std::string postcode_lookup() {
  std::string text = "postcode,lsoa\n";
  for (std::uint64_t i = 0; i < kPostcodes; ++i) {
    text += synthetic_postcode(i) + ",E01" + std::to_string(900'000 + i / 4) + "\n";
  }
  return text;
}

}  // namespace candour::synth
