// Writes COUNT lines `KEY INPUT TOKEN`: the token of INPUT as a provider makes it, in padded batches, with
// two of three guardians that have shares of KEY. KEY is what no party of a federation ever has.
//
// usage: random_inputs COUNT
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "candour/crypto/shares.h"
#include "candour/pseudonym/batch.h"

namespace {

using namespace candour;  // NOLINT(google-build-using-namespace): a program's own file

constexpr std::size_t kInputsOfKey = 1000;

std::vector<std::string> draw_inputs(std::size_t count, base::Random& random) {
  std::set<std::string> inputs;
  while (inputs.size() < count) {
    std::string input(pseudonym::kIdentifierBytes, '0');
    for (char& digit : input) digit = static_cast<char>('0' + random.below(10));
    inputs.insert(input);
  }
  return {inputs.begin(), inputs.end()};
}

void write_tokens(std::size_t count, base::Random& random) {
  const std::vector<std::string> inputs = draw_inputs(count, random);
  const std::vector<pseudonym::Identifier> identifiers(inputs.begin(), inputs.end());
  const crypto::Polynomial shared(crypto::Scalar::random(random), 2, random);
  base::Bytes seed(pseudonym::kPlanSeedBytes);
  random.fill(seed);
  std::vector<pseudonym::Token> tokens(count);
  for (const pseudonym::BatchPlan& plan : pseudonym::plan_batches(count, seed)) {
    std::vector<crypto::ShareIndex> asked = {1, 2, 3};
    asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(random.below(3)));
    const crypto::Points blinded = pseudonym::blind(plan, identifiers);
    std::vector<crypto::Points> evaluated;
    for (const crypto::ShareIndex index : asked) {
      evaluated.push_back(
          crypto::multiply_all(crypto::lagrange_at_zero(asked, index) * shared.share_of(index), blinded));
    }
    pseudonym::combine(plan, identifiers, shared.commitments()[0], evaluated, tokens);
  }
  const std::string key = base::to_hex(shared.secret().bytes());
  for (std::size_t i = 0; i < count; ++i) {
    std::printf("%s %s %s\n", key.c_str(), inputs[i].c_str(), base::to_hex(tokens[i].bytes()).c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  base::SeededRandom random(1, "random inputs");
  for (std::size_t left = std::strtoul(argv[1], nullptr, 10); left > 0;) {
    const std::size_t count = std::min(left, kInputsOfKey);
    write_tokens(count, random);
    left -= count;
  }
}
