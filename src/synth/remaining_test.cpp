#include "candour/synth/remaining.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace candour::synth {
namespace {

TEST_CASE("the chosen one is counted off in the order of the things") {
  const std::size_t owners[] = {1, 1, 3, 4, 4, 4};
  for (std::uint64_t chosen = 0; chosen < 6; ++chosen) {
    CAPTURE(chosen);
    Remaining remaining({0, 2, 0, 1, 3});
    REQUIRE(remaining.total() == 6);
    CHECK(remaining.take(chosen) == owners[chosen]);
    CHECK(remaining.total() == 5);
  }
}

TEST_CASE("property: every choice is the one that a plain count would make, until nothing is left") {
  CHECK(rc::check("as a plain count", [] {
    const auto sizes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 5));
    std::vector<std::uint64_t> left = sizes;
    Remaining remaining(sizes);
    while (remaining.total() > 0) {
      const auto chosen = *rc::gen::inRange<std::uint64_t>(0, remaining.total());
      std::size_t expected = 0;
      std::uint64_t before = 0;
      while (before + left[expected] <= chosen) before += left[expected++];
      if (remaining.take(chosen) != expected) return false;
      --left[expected];
    }
    return true;
  }));
}

}  // namespace
}  // namespace candour::synth
