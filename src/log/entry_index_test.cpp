#include "candour/log/entry_index.h"

#include <doctest/doctest.h>

using namespace candour;
using namespace candour::log;

namespace {

base::Digest digest_of(std::uint64_t number) {
  return base::sha256({reinterpret_cast<const std::uint8_t*>(&number), sizeof(number)});
}

}  // namespace

TEST_CASE("an entry is found by its digest among many, and what is not there is not found") {
  constexpr std::uint64_t kMany = 100'000;
  EntryIndex index;
  CHECK(index.find(digest_of(0), [](std::uint64_t) { return true; }) == std::nullopt);
  for (std::uint64_t i = 0; i < kMany; ++i) index.insert(digest_of(i), i);
  CHECK(index.size() == kMany);
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < 2 * kMany; ++i) {
    const auto found =
        index.find(digest_of(i), [&](std::uint64_t at) { return digest_of(at) == digest_of(i); });
    if (found != (i < kMany ? std::optional(i) : std::nullopt)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("two entries with the same first bytes are both candidates") {
  EntryIndex index;
  base::Digest one = digest_of(1);
  index.insert(one, 10);
  one[31] ^= 1;
  index.insert(one, 11);
  std::vector<std::uint64_t> candidates;
  (void)index.find(one, [&](std::uint64_t at) {
    candidates.push_back(at);
    return false;
  });
  CHECK(candidates == std::vector<std::uint64_t>{10, 11});
}
