// The protocol under valgrind with every secret marked as undefined: memcheck then names each jump and each
// address that depends on one (Langley's ctgrind, 2010). What a party gives out is marked as defined where it
// is given out. tools/memcheck.supp declares the questions whose answers everybody may have.
//
// Not covered: the order of a batch (plan_batches moves places as its secret seed says), which who measures
// the provider's own cache could learn. Run by `tools/slow valgrind`; without valgrind nothing would be seen.
#include <valgrind/memcheck.h>

#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/crypto/batch_proof.h"
#include "candour/crypto/key.h"
#include "candour/crypto/mac.h"
#include "candour/crypto/seal.h"
#include "candour/crypto/sealed_file.h"
#include "candour/crypto/signature.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/share.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

void hide(base::ByteView bytes) { VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size()); }
void show(base::ByteView bytes) { VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()); }
void show(bool& answer) { VALGRIND_MAKE_MEM_DEFINED(&answer, sizeof answer); }

// All that it gives is secret.
class SecretRandom final : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    random_.fill(out);
    hide(out);
  }

 private:
  base::SeededRandom random_{1, "memcheck"};
};

base::SecretBytes secret_bytes(std::size_t size, SecretRandom& random) {
  base::SecretBytes bytes(size);
  random.fill(bytes.span());
  return bytes;
}

std::vector<Identifier> secret_identifiers() {
  std::vector<Identifier> identifiers;
  for (std::string digits : {"9434765919", "4010232137", "9876543210"}) {
    hide(base::as_bytes(digits));
    identifiers.emplace_back(std::move(digits));
  }
  return identifiers;
}

void compute_with_scalars(SecretRandom& random) {
  const auto a = crypto::Scalar::random(random);
  const auto b = crypto::Scalar::random(random);
  const auto c = a * b + a - b.inverse();
  bool same = c == a;
  show(same);
  CANDOUR_CHECK(!same);
  const auto read = crypto::Scalar::parse(c.bytes());
  CANDOUR_CHECK(read.has_value());
}

void deal_a_key(SecretRandom& random) {
  const crypto::Polynomial polynomial(crypto::Scalar::random(random), 2, random);
  const crypto::Points commitments = polynomial.commitments();
  show(crypto::bytes_of(commitments));
  const auto proof = crypto::prove_knowledge(polynomial.secret(), {}, "tag", random);
  show(proof.challenge.bytes());
  show(proof.response.bytes());
  CANDOUR_CHECK(crypto::verify_knowledge(commitments[0], proof, {}, "tag"));
  for (crypto::ShareIndex index = 1; index <= 3; ++index) {
    const crypto::Point given = crypto::multiply_base(polynomial.share_of(index));
    show(given.bytes());
    CANDOUR_CHECK(given == crypto::committed_share(commitments, index));
  }
}

// One guardian's answer; what it gives out is checked as anybody would.
crypto::Points evaluate(const crypto::Polynomial& key, crypto::ShareIndex index,
                        const crypto::Points& blinded, SecretRandom& random) {
  const std::vector<crypto::ShareIndex> asked = {1, 3};
  const crypto::Scalar weighted = crypto::lagrange_at_zero(asked, index) * key.share_of(index);
  const base::SecretBytes nonce_key = secret_bytes(kNonceKeyBytes, random);
  crypto::BatchProofContext context{.federation = {},
                                    .domain = "domain",
                                    .batch_leaf = {},
                                    .guardian = index,
                                    .asked = asked,
                                    .weighted_key = {}};
  context.weighted_key = crypto::multiply_base(weighted);
  show(context.weighted_key.bytes());
  crypto::Points evaluated = crypto::multiply_all(weighted, blinded);
  show(crypto::bytes_of(evaluated));
  const auto proof = crypto::prove_batch(context, weighted, blinded, evaluated, nonce_key.view(), random);
  show(proof.challenge.bytes());
  show(proof.response.bytes());
  CANDOUR_CHECK(crypto::verify_batch(context, blinded, evaluated, proof));
  return evaluated;
}

void make_tokens(SecretRandom& random) {
  const crypto::Polynomial key(crypto::Scalar::random(random), 2, random);
  const crypto::Point domain_key = crypto::multiply_base(key.secret());
  show(domain_key.bytes());
  const std::vector<Identifier> identifiers = secret_identifiers();
  BatchPlan plan{.id = {},
                 .seed = secret_bytes(kPlanSeedBytes, random),
                 .places = {1, BatchPlan::kPadding, 0, BatchPlan::kPadding, 2, BatchPlan::kPadding}};
  const crypto::Points blinded = blind(plan, identifiers);
  show(crypto::bytes_of(blinded));
  const std::vector<crypto::Points> answers = {evaluate(key, 1, blinded, random),
                                               evaluate(key, 3, blinded, random)};
  std::vector<Token> tokens(identifiers.size());
  combine(plan, identifiers, domain_key, answers, tokens);
  // The hub's keyed step, and the two ways in which a token and a pseudonym are written.
  const base::SecretBytes hub_key = secret_bytes(crypto::kKeyBytes, random);
  const std::string pseudonym = base::to_hex(crypto::hmac_sha256(hub_key.view(), tokens[0].bytes()));
  const auto back = base::from_hex(base::to_hex(tokens[1].bytes()));
  CANDOUR_CHECK(back.has_value());
  bool same = base::equal_in_constant_time(*back, tokens[1].bytes());
  show(same);
  CANDOUR_CHECK(same);
}

void sign(SecretRandom& random) {
  const crypto::SigningKey key = crypto::SigningKey::random(random);
  const crypto::Signature signature = key.sign(base::as_bytes("a statement"));
  show(key.public_key());
  show(signature);
  CANDOUR_CHECK(crypto::verify_signature(key.public_key(), base::as_bytes("a statement"), signature));
}

void seal(SecretRandom& random) {
  const crypto::SealKey receiver = crypto::SealKey::random(random);
  const crypto::SealKey ephemeral = crypto::SealKey::random(random);
  show(receiver.public_key());
  show(ephemeral.public_key());
  const base::SecretBytes content = secret_bytes(100, random);
  crypto::SealContext sending(receiver.public_key(), ephemeral, {});
  const base::Bytes sealed = sending.seal({}, content.view());
  show(sealed);
  crypto::SealContext receiving(base::ByteView(ephemeral.public_key()), receiver, {});
  bool same = base::equal_in_constant_time(receiving.open({}, sealed), content.view());
  show(same);
  CANDOUR_CHECK(same);
}

void keep_in_a_sealed_file(SecretRandom& random) {
  base::SimulatedDisk disk;
  base::SeededRandom nonce(1, "nonce");  // stands in the file
  const base::SecretBytes key = secret_bytes(crypto::kKeyBytes, random);
  const base::SecretBytes secret = secret_bytes(32, random);
  // Seen from outside the file is what it is: its bytes may be looked at, though they follow from a key.
  crypto::store_new_sealed(disk, "sealed", "share", secret.view(), key, nonce);
  const base::SecretBytes opened = crypto::load_sealed(disk, "sealed", "share", key);
  bool same = base::equal_in_constant_time(opened.view(), secret.view());
  show(same);
  CANDOUR_CHECK(same);
}

// What this program must find.
void compare_until_they_differ(SecretRandom& random) {
  const base::SecretBytes a = secret_bytes(32, random);
  const base::SecretBytes b = secret_bytes(32, random);
  std::size_t at = 0;
  while (at < a.size() && a.view()[at] == b.view()[at]) ++at;
  show({reinterpret_cast<const std::uint8_t*>(&at), sizeof at});
  CANDOUR_CHECK(at < a.size());
}

void look_up_at_a_secret_place(SecretRandom& random) {
  static const std::string kDigits = "0123456789abcdef";
  const base::SecretBytes a = secret_bytes(1, random);
  const volatile char digit = kDigits.data()[a.view()[0] & 0x0fU];
  (void)digit;
}

enum class Expected { kNothing, kSomething };

bool run(std::string_view name, Expected expected, const std::function<void(SecretRandom&)>& part) {
  SecretRandom random;
  const auto before = VALGRIND_COUNT_ERRORS;
  part(random);
  const auto found = VALGRIND_COUNT_ERRORS - before;
  const bool as_expected = (found != 0) == (expected == Expected::kSomething);
  std::cout << (as_expected ? "as it must be: " : "WRONG: ") << name << ": " << found
            << " uses of a secret in a jump or an address" << std::endl;
  return as_expected;
}

}  // namespace

int main() {
  if (RUNNING_ON_VALGRIND == 0) {
    std::cerr << "Run me under valgrind: tools/slow valgrind\n";
    return 64;
  }
  bool good = run("control: a comparison that stops at the first difference", Expected::kSomething,
                  compare_until_they_differ);
  good &= run("control: a table is read at a secret place", Expected::kSomething, look_up_at_a_secret_place);
  good &= run("scalars", Expected::kNothing, compute_with_scalars);
  good &= run("a key is dealt", Expected::kNothing, deal_a_key);
  good &= run("numbers become tokens, and a token a pseudonym", Expected::kNothing, make_tokens);
  good &= run("signatures", Expected::kNothing, sign);
  good &= run("sealing to a receiver", Expected::kNothing, seal);
  good &= run("sealed files", Expected::kNothing, keep_in_a_sealed_file);
  return good ? 0 : 1;
}
