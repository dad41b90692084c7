// The worked examples of docs/reference/formats/log.md are what this code makes.
#include <doctest/doctest.h>

#include "candour/log/cosignature.h"
#include "candour/log/log_testing.h"
#include "candour/log/proof.h"
#include "candour/log/witness_wire.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words

// A text as a block of the page: each line four spaces in.
std::string block(std::string_view text) {
  std::string result = "\n";
  bool begins = true;
  for (const char c : text) {
    if (begins && c != '\n') result += "    ";
    result += c;
    begins = c == '\n';
  }
  return result;
}

TEST_CASE("the page of the log's formats shows a log of three entries, file by file") {
  const std::string page = base::load_text(base::PosixDisk(), "docs/reference/formats/log.md");
  const auto shown = [&](std::string_view what, const std::string& text) {
    CAPTURE(what);
    CAPTURE(text);
    CHECK(page.find(block(text)) != std::string::npos);
  };
  const std::vector<std::string> entries = {"alpha", "bravo", "charlie"};
  const crypto::SigningKey log_key{base::ByteView(base::Bytes(32, 1))},
      witness_key{base::ByteView(base::Bytes(32, 2))};
  MemoryTree tree(entries);
  MemoryFiles files = files_of(entries);
  shown("bundle", base::to_hex(base::as_bytes(files.files["tile/entries/000.p/3"])) + "\n");
  std::string leaves;
  for (const Digest& leaf : tree.leaves()) leaves += base::to_hex(leaf) + "\n";
  shown("tile", leaves);

  SignedCheckpoint checkpoint =
      sign_checkpoint({.origin = "log.example/health", .head = tree.head(3)}, log_key);
  const AddCheckpoint request{2, prove_consistency(tree, 2, 3), checkpoint};
  shown("request", write_add_checkpoint(request));
  shown("size", write_witness_size(2));
  checkpoint.note.signatures.push_back(
      cosign("witness.example/w1", witness_key, checkpoint.note.text, 1'767'225'600));
  shown("answer", write_signature_line(checkpoint.note.signatures.back()));
  shown("checkpoint", write_note(checkpoint.note));

  Policy policy{
      .logs = {{.key = {"log.example/health", KeyType::kEd25519, log_key.public_key()},
                .url = "https://log.example/"}},
      .witnesses = {{.name = "w1",
                     .key = {"witness.example/w1", KeyType::kCosignature, witness_key.public_key()}}},
      .groups = {{.name = "witnesses", .members = {"w1"}}},
      .quorum = "witnesses"};
  shown("policy", write_policy(policy));
  const Proof proof{.index = 1, .path = prove_inclusion(tree, 1, 3), .checkpoint = checkpoint};
  shown("proof", write_proof(proof));
  CHECK(verify_proof(base::as_bytes("bravo"), proof, policy).holds());
}

}  // namespace
}  // namespace candour::log
