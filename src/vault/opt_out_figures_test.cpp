#include "candour/vault/opt_out_figures.h"

#include <doctest/doctest.h>

namespace candour::vault {
namespace {

TEST_CASE("a public count is rounded to 5 and not shown under 8, a nought neither") {
  const std::pair<std::uint64_t, std::optional<std::uint64_t>> cases[] = {
      {0, std::nullopt}, {1, std::nullopt}, {7, std::nullopt}, {8, 10},      {12, 10},
      {13, 15},          {17, 15},          {18, 20},          {1002, 1000}, {1003, 1005}};
  for (const auto& [exact, shown] : cases) {
    CAPTURE(exact);
    CHECK(public_count(exact) == shown);
  }
}

TEST_CASE("the figures of a month are sums over slices, rounded once") {
  const std::vector<KeptLeftOut> slices = {
      {{"c", "t", "RXX", "2025-09"}, {.national = 4, .type1 = 1, .waiting = 6, .without_number = 20}, 1},
      {{"c", "t", "RXX", "2025-10"}, {.national = 4, .type1 = 1, .waiting = 7, .without_number = 21}, 2}};
  CHECK(public_figures(slices) ==
        PublicLeftOut{.national = 10, .type1 = std::nullopt, .waiting = 15, .without_number = 40});
  CHECK(public_figures({}) == PublicLeftOut{});
}

}  // namespace
}  // namespace candour::vault
