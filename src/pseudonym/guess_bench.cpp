// What one guess of an NHS number costs whoever has t shares of a domain's key and the hub's key, and what
// all valid numbers cost: the figures of docs/explanation/threat-model.md. Beside it, what the same guess
// costs where the number was hashed with a salt.
//
//   ninja -C build/release pseudonym_guess_bench && build/release/pseudonym_guess_bench [GUESSES, default
//   20000]
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "candour/crypto/batch_proof.h"
#include "candour/crypto/hash_to_group.h"
#include "candour/crypto/shares.h"
#include "candour/pseudonym/hub.h"
#include "candour/pseudonym/input.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

constexpr double kValidNumbers = 909'090'910;

/// Ten digits; that the check digit holds changes no cost.
Identifier number_of(std::uint64_t guess) {
  std::string digits = std::to_string(4'000'000'000 + guess);
  return Identifier(std::move(digits));
}

/// Prints what one takes, and all numbers on one processor. `work` does so many.
template <typename Work>
void measure(const char* what, std::uint64_t count, const Work& work) {
  const std::clock_t begin = std::clock();  // of the processor: others may be at work
  const unsigned used = work(count);        // so that nothing is left out
  const double each = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / static_cast<double>(count);
  std::printf("%-58s %7.2f us; all numbers: %7.0f processor seconds, %5.1f hours (%u)\n", what, 1e6 * each,
              each * kValidNumbers, each * kValidNumbers / 3600, used & 1U);
}

template <typename Guess>
void measure_guesses(const char* what, std::uint64_t count, const Guess& guess) {
  measure(what, count, [&](std::uint64_t guesses) {
    unsigned used = 0;
    for (std::uint64_t i = 0; i < guesses; ++i) used ^= guess(number_of(i));
    return used;
  });
}

/// What a guardian does with each place of a full batch: one multiplication, and the sums of its proof.
void measure_guardian(base::Random& random, const crypto::Scalar& key) {
  constexpr std::uint64_t kPlaces = 16'384;
  crypto::Points blinded(kPlaces, crypto::multiply_base(key));
  crypto::BatchProofContext context;
  context.domain = "bench";
  context.asked = {1, 2};
  context.weighted_key = blinded.front();
  measure("a guardian's work for one place", kPlaces, [&](std::uint64_t) {
    const crypto::Points evaluated = crypto::multiply_all(key, blinded);
    const std::array<std::uint8_t, 32> nonce_key{1};
    return crypto::prove_batch(context, key, blinded, evaluated, nonce_key, random).bytes()[0];
  });
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t guesses = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 20'000;
  base::SeededRandom random(1, "guess");
  // Two of three shares give the key: it is assembled once, so that a guess costs one multiplication.
  const crypto::Scalar key = crypto::Scalar::random(random);
  std::array<std::uint8_t, kPseudonymKeyBytes> z_lake{};
  random.fill(z_lake);

  measure_guesses("salted hash: SHA-256(salt || number)", 50 * guesses, [&](const Identifier& number) {
    base::Bytes message(z_lake.begin(), z_lake.begin() + 16);
    const base::ByteView digits = base::as_bytes(number.reveal());
    message.insert(message.end(), digits.begin(), digits.end());
    return base::sha256(message)[0];
  });
  measure_guesses("hash to the group", guesses,
                  [&](const Identifier& number) { return hash_to_group(number).bytes()[0]; });
  const crypto::Point point = hash_to_group(number_of(0));
  measure_guesses("one multiplication", guesses,
                  [&](const Identifier&) { return crypto::multiply(key, point).bytes()[0]; });
  measure_guesses("one guess: number, token, pseudonym of the lake", guesses, [&](const Identifier& number) {
    const Token token = token_of(number, crypto::multiply(key, hash_to_group(number)));
    return lake_pseudonym(z_lake, token)[0];
  });
  measure_guardian(random, key);
  return 0;
}
