#include "candour/log/proof.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/random.h"
#include "candour/log/cosignature.h"
#include "candour/log/log_testing.h"
#include "candour/log/text_lines.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// A log of 11 entries with one witness, and the proof of the eighth.
struct Receipt {
  Receipt() {
    MemoryTree tree(entries);
    const VerifierKey log{"log.example", KeyType::kEd25519, log_key.public_key()};
    const VerifierKey witness{"w.example", KeyType::kCosignature, witness_key.public_key()};
    policy = parse_policy("log " + write_verifier_key(log) + "\nwitness w " + write_verifier_key(witness) +
                          "\nquorum w\n");
    proof.index = 7;
    proof.path = prove_inclusion(tree, 7, 11);
    proof.checkpoint = sign_checkpoint({.origin = "log.example", .head = tree.head(11)}, log_key);
    proof.checkpoint.note.signatures.push_back(
        cosign("w.example", witness_key, proof.checkpoint.note.text, 1'700'000'000));
  }
  [[nodiscard]] base::ByteView entry() const { return base::as_bytes(entries[7]); }

  base::SeededRandom random{9, "proof"};
  crypto::SigningKey log_key = crypto::SigningKey::random(random),
                     witness_key = crypto::SigningKey::random(random);
  std::vector<std::string> entries = vector_entries(11);
  Policy policy;
  Proof proof;
};

TEST_CASE("a proof holds for its entry, read back from its text") {
  const Receipt receipt;
  const std::string text = write_proof(receipt.proof);
  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nindex 7\n"));
  const Proof proof = parse_proof(text);
  CHECK(proof == receipt.proof);
  const ProofVerdict verdict = verify_proof(receipt.entry(), proof, receipt.policy);
  CHECK(verdict.holds());
  CHECK(verdict.checkpoint.cosigned == std::vector<Cosigned>{{"w", 1'700'000'000}});
  CHECK_FALSE(verify_proof(base::as_bytes(receipt.entries[6]), proof, receipt.policy).included);
}

TEST_CASE("extra data is carried, and changes nothing") {
  Receipt receipt;
  receipt.proof.extra = std::string("\0any bytes\xFF", 11);
  const Proof proof = parse_proof(write_proof(receipt.proof));
  CHECK(proof == receipt.proof);
  CHECK(verify_proof(receipt.entry(), proof, receipt.policy).holds());
}

TEST_CASE("a log of one entry has a proof without hashes") {
  const Receipt receipt;
  MemoryTree tree({receipt.entries[0]});
  Proof proof{.checkpoint =
                  sign_checkpoint({.origin = "log.example", .head = tree.head(1)}, receipt.log_key)};
  proof = parse_proof(write_proof(proof));
  const ProofVerdict verdict = verify_proof(base::as_bytes(receipt.entries[0]), proof, receipt.policy);
  CHECK(verdict.included);
  CHECK_FALSE(verdict.checkpoint.quorum_met);
  CHECK_FALSE(verdict.holds());
}

// Also the size: it stands in what is signed.
TEST_CASE("a proof with any one bit changed is refused") {
  const Receipt receipt;
  const std::string right = write_proof(receipt.proof);
  for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
    CAPTURE(bit);
    std::string text = right;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    bool holds = false;
    const std::string code =
        code_of([&] { holds = verify_proof(receipt.entry(), parse_proof(text), receipt.policy).holds(); });
    CHECK_FALSE(holds);
    CHECK((code == "none" || code == "CND-2501" || code == "CND-2502" || code == "CND-2504" ||
           code == "CND-2506"));
  }
}

TEST_CASE("what is no proof is refused") {
  const Receipt receipt;
  const std::string first = "c2sp.org/tlog-proof@v1\n", path = write_path(receipt.proof.path) + "\n",
                    checkpoint = write_note(receipt.proof.checkpoint.note);
  CHECK(code_of([&] { (void)parse_proof(first + "index 7\n" + path + checkpoint); }) == "none");
  std::string hashes;
  for (int i = 0; i < 64; ++i) hashes += base::to_base64(empty_root()) + "\n";
  const std::string refused[] = {
      "",
      first,
      "c2sp.org/tlog-proof@v2\nindex 7\n" + path + checkpoint,
      first + path + checkpoint,
      first + "index\n" + path + checkpoint,
      first + "index 07\n" + path + checkpoint,
      first + "index  7\n" + path + checkpoint,
      first + "index -7\n" + path + checkpoint,
      first + "index 9223372036854775808\n" + path + checkpoint,
      first + "extra \nindex 7\n" + path + checkpoint,
      first + "extra AB\nindex 7\n" + path + checkpoint,
      first + "extra AA==\nextra AA==\nindex 7\n" + path + checkpoint,
      first + "index 7\nextra AA==\n" + path + checkpoint,
      first + "index 7\nAAAA\n" + path + checkpoint,
      first + "index 7\n" + hashes + "\n" + checkpoint,
      first + "index 7\n" + hashes,
  };
  for (const std::string& text : refused) {
    CAPTURE(text);
    CHECK(code_of([&] { (void)parse_proof(text); }) == "CND-2506");
  }
  CHECK(code_of([&] { (void)parse_proof(first + "index 7\n" + path); }) == "CND-2501");
  CHECK(code_of([&] { (void)parse_proof(first + "index 7\n\n" + path + checkpoint); }) == "CND-2504");
}

TEST_CASE("every entry of a log of any size has a proof that holds") {
  const Receipt receipt;
  rc::check([&] {
    const std::vector<std::string> entries = vector_entries(*rc::gen::inRange<std::size_t>(1, 400));
    MemoryTree tree(entries);
    Proof proof{.index = *rc::gen::inRange<std::uint64_t>(0, entries.size())};
    proof.path = prove_inclusion(tree, proof.index, entries.size());
    proof.checkpoint = sign_checkpoint({"log.example", tree.head(entries.size())}, receipt.log_key);
    proof.checkpoint.note.signatures.push_back(
        cosign("w.example", receipt.witness_key, proof.checkpoint.note.text, 1));
    const Proof read = parse_proof(write_proof(proof));
    RC_ASSERT(read == proof);
    RC_ASSERT(verify_proof(base::as_bytes(entries[proof.index]), read, receipt.policy).holds());
  });
}

}  // namespace
}  // namespace candour::log
