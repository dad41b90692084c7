#include "candour/log/checkpoint.h"

#include <doctest/doctest.h>

#include "candour/log/cosignature.h"
#include "candour/log/log_testing.h"
#include "candour/log/tile_reader.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// C2SP tlog-checkpoint, its example; the key is not published.
constexpr std::string_view kExample =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

TEST_CASE("the standard's checkpoint is read and written") {
  const SignedCheckpoint checkpoint = parse_checkpoint(kExample);
  CHECK(checkpoint.checkpoint.origin == "example.com/behind-the-sofa");
  CHECK(checkpoint.checkpoint.head.size == 20852163);
  CHECK(base::to_hex(checkpoint.checkpoint.head.root).starts_with("0ac5186a91863e8e"));
  CHECK(write_note(checkpoint.note) == kExample);
  CHECK(write_checkpoint_text(checkpoint.checkpoint) == checkpoint.note.text);
}

TEST_CASE("lines of extension are kept, and nothing else may follow") {
  const std::string start = "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  CHECK(parse_checkpoint_text(start).head == Head{});
  const Checkpoint extended = parse_checkpoint_text(start + "one\ntwo \n");
  CHECK(extended.extensions == std::vector<std::string>{"one", "two "});
  CHECK(write_checkpoint_text(extended) == start + "one\ntwo \n");
  const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  const std::string refused[] = {"",
                                 "o\n",
                                 "o\n0\n",
                                 "\n0\n" + root,
                                 "o\n\n" + root,
                                 "o\n00\n" + root,
                                 "o\n01\n" + root,
                                 "o\n+1\n" + root,
                                 "o\n-1\n" + root,
                                 "o\n 1\n" + root,
                                 "o\n1 \n" + root,
                                 "o\n1.0\n" + root,
                                 "o\n0x1\n" + root,
                                 "o\n9223372036854775808\n" + root,
                                 "o\n18446744073709551616\n" + root,
                                 "o\n0\nAAAA\n",
                                 "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
                                 "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
                                 "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                                 start + "\n",
                                 start + "one\n\n",
                                 start + "one"};
  for (const std::string& text : refused) {
    CAPTURE(text);
    CHECK(code_of([&] { (void)parse_checkpoint_text(text); }) == "CND-2504");
  }
  CHECK(code_of([&] { (void)parse_checkpoint_text("o\n9223372036854775807\n" + root); }) == "none");
}

TEST_CASE("x/mod's signed checkpoint with a cosignature is made again, byte for byte, from the seeds") {
  const auto vectors = xmod_vectors();
  if (!vectors) return;
  const base::Json& vector = at(*vectors, "signed_checkpoint");
  const crypto::SigningKey log_key = key_of(vector, "log_seed"), witness_key = key_of(vector, "witness_seed");
  const VerifierKey known[] = {parse_verifier_key(text(vector, "log_vkey")),
                               parse_verifier_key(text(vector, "witness_vkey"))};
  CHECK(known[0] == VerifierKey{"log.candour.test/national", KeyType::kEd25519, log_key.public_key()});
  CHECK(known[1] == VerifierKey{"witness.candour.test/w1", KeyType::kCosignature, witness_key.public_key()});
  MemoryTree tree(vector_entries(600));
  SignedCheckpoint made = sign_checkpoint({.origin = known[0].name, .head = tree.head(600)}, log_key);
  CHECK(write_note(made.note) == text(vector, "checkpoint"));
  const auto time = static_cast<std::int64_t>(number(vector, "timestamp"));
  CHECK(cosigned_message(made.note.text, time) == text(vector, "cosigned_message"));
  made.note.signatures.push_back(cosign(known[1].name, witness_key, made.note.text, time));
  CHECK(write_signature_line(made.note.signatures.back()) == text(vector, "cosignature_line"));
  CHECK(write_note(made.note) == text(vector, "cosigned_checkpoint"));
  const auto verified = verify_note(parse_checkpoint(text(vector, "cosigned_checkpoint")).note, known);
  REQUIRE(verified.size() == 2);
  CHECK(verified[1].time == time);
}

TEST_CASE(
    "Tessera's fifteen checkpoints verify, are consistent, and their tiles and bundles are made again") {
  const auto folder = candour::testing::shared_file("vectors/tlog/tessera-log");
  if (!folder) return;
  const VerifierKey known[] = {
      parse_verifier_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")};
  FolderFiles files(*folder);
  SignedCheckpoint last = parse_checkpoint(files.fetch("checkpoint").value());
  CHECK(verify_note(last.note, known).size() == 1);
  TileReader whole(files, last.checkpoint.head);
  const std::vector<std::string> all = whole.bundle(0);
  REQUIRE(all.size() == 15);
  MemoryTree tree(all);
  for (std::size_t size = 0; size <= 15; ++size) {
    CAPTURE(size);
    const SignedCheckpoint one = parse_checkpoint(files.fetch("checkpoint." + std::to_string(size)).value());
    const Head& head = one.checkpoint.head;
    CHECK(verify_note(one.note, known).size() == 1);
    CHECK(one.checkpoint.origin == "example.com/log/testdata");
    CHECK(head == (size == 0 ? Head{} : tree.head(size)));
    CHECK(verify_consistency(head, last.checkpoint.head, prove_consistency(whole, size, 15)));
    MemoryFiles made = files_of({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size)});
    for (const auto& [path, bytes] : made.files) CHECK(files.fetch(path) == bytes);
    TileReader reader(files, head);
    for (std::size_t index = 0; index < size; ++index) CHECK(reader.entry(index).entry == all[index]);
  }
}

TEST_CASE("Sunlight's witnesses and mirror: cosignatures verify, and the mirrored log under the checkpoint") {
  struct Cosigner {
    std::string_view file, key;
  };
  const Cosigner cosigners[] = {
      {"sunlight-witness/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706/checkpoint",
       "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN"},
      {"sunlight-witness2/88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482/checkpoint",
       "witness2.example.org+2e55b896+BIZ7fpceQWd60IfqQeS9IAnmNOCZjMDne8lZuguz/bi9"},
      {"sunlight-witness/mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706/checkpoint",
       "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O"}};
  for (const Cosigner& cosigner : cosigners) {
    const auto bytes = shared_text(cosigner.file);
    if (!bytes) return;
    const SignedCheckpoint checkpoint = parse_checkpoint(*bytes);
    CHECK(write_note(checkpoint.note) == *bytes);
    CHECK(checkpoint.checkpoint.head.size == 300);
    // A witness's folder is named by the digest of the origin.
    const std::string origin = base::to_hex(base::sha256(base::as_bytes(checkpoint.checkpoint.origin)));
    CHECK(cosigner.file.find(origin) != std::string_view::npos);
    const VerifierKey known[] = {parse_verifier_key(cosigner.key)};
    const auto verified = verify_note(checkpoint.note, known);
    REQUIRE(verified.size() == 1);
    CHECK(verified[0].time == 1'767'139'200);
  }
  CHECK(code_of([&] { (void)parse_checkpoint(*shared_text("sunlight-witness/checkpoint")); }) == "CND-2501");
  const std::string mirror(cosigners[2].file.substr(0, cosigners[2].file.rfind('/')));
  FolderFiles files(*candour::testing::shared_file("vectors/tlog/" + mirror));
  const Head head = parse_checkpoint(files.fetch("checkpoint").value()).checkpoint.head;
  TileReader reader(files, head);
  // Its tiles are real; its bundles are stand-ins ("fake mirrored entry"), compressed.
  CHECK(root_of(reader, 300) == head.root);
  for (const std::uint64_t index : {0, 255, 256, 299}) {
    CHECK(verify_inclusion(reader.subtree(0, index), index, head, prove_inclusion(reader, index, 300)));
  }
  CHECK(code_of([&] { (void)reader.bundle(0); }) == "CND-2507");
}

}  // namespace
}  // namespace candour::log
