#include "candour/pseudonym/plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace candour::pseudonym {
namespace {

const base::Bytes kSeed(kPlanSeedBytes, 0x31);

TEST_CASE("a batch is padded to the next of 256, 512 and so on, and none is larger than 16,384") {
  for (const auto& [identifiers, size] : {std::pair{1U, 256U},
                                          {255U, 256U},
                                          {256U, 256U},
                                          {257U, 512U},
                                          {8192U, 8192U},
                                          {8193U, 16384U},
                                          {16384U, 16384U}}) {
    CAPTURE(identifiers);
    CHECK(padded_size(identifiers) == size);
    CHECK(padded_total(identifiers) == size);
    CHECK(is_batch_size(size));
  }
  for (const std::uint64_t size : {0, 1, 128, 255, 257, 768, 32768}) CHECK_FALSE(is_batch_size(size));
  CHECK(padded_total(0) == 256);  // of padding alone
  CHECK(padded_total(16'384) == 16'384);
  CHECK(padded_total(16'385) == 16'384 + 256);
  CHECK(padded_total(50'000) == 3 * 16'384 + 1'024);
}

TEST_CASE("each identifier stands at one place of one batch, and the rest is padding") {
  for (const std::size_t identifiers :
       {std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{16'384}, std::size_t{20'000}}) {
    CAPTURE(identifiers);
    std::set<std::uint32_t> seen;
    std::size_t padding = 0;
    const auto plans = plan_batches(identifiers, kSeed);
    for (std::size_t b = 0; b < plans.size(); ++b) {
      CHECK(is_batch_size(plans[b].places.size()));
      if (b + 1 < plans.size()) CHECK(plans[b].places.size() == kFullBatch);
      for (const std::uint32_t index : plans[b].places) {
        if (index == BatchPlan::kPadding) {
          ++padding;
        } else {
          CHECK(index < identifiers);
          CHECK(seen.insert(index).second);
        }
      }
    }
    CHECK(seen.size() == identifiers);
    CHECK(seen.size() + padding == padded_total(identifiers));
  }
}

TEST_CASE("a plan is a function of its seed, and each batch has an id and a seed of its own") {
  const auto one = plan_batches(20'000, kSeed), again = plan_batches(20'000, kSeed);
  const auto other = plan_batches(20'000, base::Bytes(kPlanSeedBytes, 0x32));
  REQUIRE(one.size() == 2);
  for (std::size_t b = 0; b < one.size(); ++b) {
    CHECK(one[b].places == again[b].places);
    CHECK(one[b].id == again[b].id);
    CHECK(base::equal_in_constant_time(one[b].seed.view(), again[b].seed.view()));
    CHECK(one[b].places != other[b].places);
    CHECK(one[b].id != other[b].id);
    CHECK_FALSE(base::equal_in_constant_time(one[b].seed.view(), other[b].seed.view()));
  }
  CHECK(one[0].id != one[1].id);
  CHECK_FALSE(base::equal_in_constant_time(one[0].seed.view(), one[1].seed.view()));
}

TEST_CASE("padding stands in every batch, and not at an end of one") {
  const auto plans = plan_batches(17'000, kSeed);  // 16,384 and 1,024 places, 408 of them padding
  const auto padding_in = [](auto begin, auto end) { return std::count(begin, end, BatchPlan::kPadding); };
  const auto& first = plans[0].places;
  CHECK(padding_in(first.begin(), first.begin() + 8'192) > 100);
  CHECK(padding_in(first.begin() + 8'192, first.end()) > 100);
  CHECK(padding_in(plans[1].places.begin(), plans[1].places.end()) > 5);
}

}  // namespace
}  // namespace candour::pseudonym
