#include "candour/node/persons.h"

#include <algorithm>
#include <charconv>

namespace candour::node {
namespace {

constexpr std::uint64_t kNobody = ~std::uint64_t{0};

std::uint64_t digits_of(std::string_view text) {
  std::uint64_t digits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits);
  // The type of the field let nothing else into the vault.
  CANDOUR_CHECK(text.size() == pseudonym::kIdentifierBytes && error == std::errc() &&
                end == text.data() + text.size());
  return digits;
}

pseudonym::Identifier identifier_from(std::uint64_t digits) {
  std::string text(pseudonym::kIdentifierBytes, '0');
  for (std::size_t i = text.size(); i-- > 0; digits /= 10) text[i] = static_cast<char>('0' + digits % 10);
  return pseudonym::Identifier(std::move(text));
}

void wipe(std::vector<std::uint64_t>& numbers) {
  base::wipe(numbers.data(), numbers.size() * sizeof(std::uint64_t));
}

}  // namespace

Persons::Persons(std::optional<std::size_t> person, std::size_t rows) : person_(person) {
  digits_of_row_.reserve(rows);  // a vector that grew would leave numbers behind
}

Persons::~Persons() {
  wipe(digits_of_row_);
  wipe(distinct_);
}

void Persons::add(const table::IdentifiableChunk& rows) {
  const table::Chunk& chunk = rows.reveal();
  for (std::size_t row = 0; row < chunk.rows(); ++row) {
    const bool nobody = !person_ || chunk.column(*person_).is_null(row);
    digits_of_row_.push_back(nobody ? kNobody : digits_of(chunk.column(*person_).text(row)));
  }
}

void Persons::finish() {
  distinct_ = digits_of_row_;
  std::ranges::sort(distinct_);
  const auto repeats = std::ranges::unique(distinct_);
  // What is behind the end of a vector is wiped by nobody.
  base::wipe(distinct_.data() + (repeats.begin() - distinct_.begin()),
             repeats.size() * sizeof(std::uint64_t));
  distinct_.erase(repeats.begin(), repeats.end());
  if (!distinct_.empty() && distinct_.back() == kNobody) distinct_.pop_back();
  identifiers_.reserve(distinct_.size());
  for (const std::uint64_t digits : distinct_) identifiers_.push_back(identifier_from(digits));
}

std::optional<std::size_t> Persons::identifier_of(std::size_t row) const {
  if (digits_of_row_[row] == kNobody) return std::nullopt;
  const auto found = std::ranges::lower_bound(distinct_, digits_of_row_[row]);
  return static_cast<std::size_t>(found - distinct_.begin());
}

}  // namespace candour::node
