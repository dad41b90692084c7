#include "candour/pseudonym/evaluate.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

bool tokens_are_right(const Evaluation& evaluation, const Federation& federation,
                      std::span<const Identifier> identifiers) {
  if (evaluation.tokens.size() != identifiers.size()) return false;
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    if (evaluation.tokens[i] != token_by_whole_key(identifiers[i], federation.polynomial.secret()))
      return false;
  }
  return true;
}

TEST_CASE("every two of three guardians give the tokens that the whole key would give") {
  Federation federation;
  const auto identifiers = identifiers_of(5);
  for (const AskedSet& order : {AskedSet{1, 2, 3}, AskedSet{3, 1, 2}, AskedSet{3, 2, 1}}) {
    Network network(federation);
    network.order = order;
    const Evaluation evaluation = network.evaluate(identifiers);
    CHECK(tokens_are_right(evaluation, federation, identifiers));
    CHECK(network.failures.empty());
    CHECK(network.ports[order[2] - 1U]->asked == 0);
    REQUIRE(evaluation.batches.size() == 1);
    CHECK(evaluation.batches[0].attestations.size() == 2);
  }
}

}  // namespace
}  // namespace candour::pseudonym
