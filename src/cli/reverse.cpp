#include "candour/cli/reverse.h"

#include <array>
#include <atomic>
#include <cstring>
#include <unordered_set>

#include "candour/base/parallel.h"

namespace candour::cli {
namespace {

constexpr std::uint64_t kBlock = 1'000'000;
constexpr std::uint64_t kValidNumbers = 909'090'909;  // 10 in 11 of 10^9, to the nearest

// Puts the ten digits of the number with these first nine; false where it has no check digit.
// https://www.datadictionary.nhs.uk/attributes/nhs_number.html
bool digits_of(std::uint64_t prefix, std::array<char, 10>& digits) {
  std::uint64_t sum = 0;
  for (std::size_t i = 9; i-- > 0; prefix /= 10) {
    digits[i] = static_cast<char>('0' + prefix % 10);
    sum += prefix % 10 * (10 - i);
  }
  const std::uint64_t check = (11 - sum % 11) % 11;
  digits[9] = static_cast<char>('0' + check);
  return check != 10;
}

std::uint64_t beginning_of(const base::Digest& digest) {
  std::uint64_t beginning = 0;
  std::memcpy(&beginning, digest.data(), sizeof beginning);
  return beginning;
}

}  // namespace

base::Digest salted_hash(base::ByteView salt, std::string_view nhs_number) {
  base::Bytes message(salt.begin(), salt.end());
  const base::ByteView digits = base::as_bytes(nhs_number);
  message.insert(message.end(), digits.begin(), digits.end());
  return base::sha256(message);
}

Reversal reverse_salted_hashes(const std::vector<base::Digest>& hashes, base::ByteView salt,
                               std::uint64_t prefixes, int threads, const base::Clock& clock,
                               base::Progress& progress) {
  std::unordered_set<std::uint64_t> wanted;
  for (const base::Digest& hash : hashes) wanted.insert(beginning_of(hash));
  std::atomic<std::uint64_t> tried = 0, found = 0;
  const std::int64_t start = clock.monotonic_ns();
  const std::uint64_t blocks = (prefixes + kBlock - 1) / kBlock;
  progress.begin("trying every NHS number", blocks, "million numbers");
  base::for_each_on_threads(static_cast<std::size_t>(blocks), threads, [&](std::size_t block) {
    base::Bytes message(salt.begin(), salt.end());
    message.resize(salt.size() + 10);
    std::array<char, 10> digits{};
    std::uint64_t tried_here = 0, found_here = 0;
    const std::uint64_t last = std::min(prefixes, (block + 1) * kBlock);
    for (std::uint64_t i = block * kBlock; i < last; ++i) {
      if (!digits_of(kNhsPrefixes - 1 - i, digits)) continue;
      std::memcpy(message.data() + salt.size(), digits.data(), digits.size());
      ++tried_here;
      found_here += wanted.contains(beginning_of(base::sha256(message))) ? 1U : 0U;
    }
    tried += tried_here;
    found += found_here;
    progress.advance(1);
  });
  progress.end();
  return {tried, found, static_cast<double>(clock.monotonic_ns() - start) / 1e9, threads};
}

double days_to_try_all(std::uint64_t numbers_a_day) {
  return static_cast<double>(kValidNumbers) / static_cast<double>(numbers_a_day);
}

}  // namespace candour::cli
