#include "candour/crypto/signature.h"

#include <doctest/doctest.h>

#include "candour/crypto/group_testing.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("RFC 8032, 7.1: keys and signatures of the first two tests") {
  struct Vector {
    std::string_view seed, key, message, signature;
  };
  const Vector vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"}};
  for (const Vector& vector : vectors) {
    const SigningKey key{base::ByteView(hex(vector.seed))};
    CHECK(shown(key.public_key()) == vector.key);
    const base::Bytes message = hex(vector.message);
    const Signature signature = key.sign(message);
    CHECK(shown(signature) == vector.signature);
    CHECK(verify_signature(key.public_key(), message, signature));
  }
}

TEST_CASE("a signature holds for its key and message alone, and another size is none") {
  base::SeededRandom random(1, "signature");
  const SigningKey key = SigningKey::random(random), other = SigningKey::random(random);
  const base::ByteView message = base::as_bytes("batch");
  Signature signature = key.sign(message);
  CHECK(verify_signature(key.public_key(), message, signature));
  CHECK_FALSE(verify_signature(other.public_key(), message, signature));
  CHECK_FALSE(verify_signature(key.public_key(), base::as_bytes("batcH"), signature));
  CHECK_FALSE(verify_signature(key.public_key(), message, base::ByteView(signature).first(63)));
  CHECK_FALSE(verify_signature(base::ByteView(key.public_key()).first(31), message, signature));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature changed = signature;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    CHECK_FALSE(verify_signature(key.public_key(), message, changed));
  }
}

TEST_CASE("Wycheproof's verdicts") {
  const auto path = candour::testing::shared_file("bad-input/wycheproof/testvectors_v1/ed25519_test.json");
  if (!path) return;
  const base::Json file = base::parse_json(base::load_text(base::PosixDisk(), *path));
  std::size_t checked = 0;
  for (const base::Json& group : list(file, "testGroups")) {
    const base::Bytes key = hex(at(group, "publicKey"), "pk");
    for (const base::Json& test : list(group, "tests")) {
      CAPTURE(*at(test, "tcId").integer());
      CHECK(verify_signature(key, hex(test, "msg"), hex(test, "sig")) == (text(test, "result") == "valid"));
      ++checked;
    }
  }
  CHECK(checked == 151);
}

TEST_CASE("CCTV's 914 edge cases: 43 are accepted, and which they are never changes") {
  const auto path = candour::testing::shared_file("bad-input/cctv/ed25519/ed25519vectors.json");
  if (!path) return;
  const base::Json file = base::parse_json(base::load_text(base::PosixDisk(), *path));
  std::string accepted;
  std::size_t count = 0;
  for (const base::Json& vector : *file.array()) {
    const bool holds =
        verify_signature(hex(vector, "key"), base::as_bytes(text(vector, "msg")), hex(vector, "sig"));
    if (!holds) continue;
    ++count;
    accepted += std::to_string(*at(vector, "number").integer()) + " ";
    const base::Json* flags = vector.find("flags");
    if (flags == nullptr || flags->array() == nullptr) continue;
    for (const base::Json& flag : *flags->array()) {
      CHECK(flag.text()->find("low_order_A") == std::string::npos);
      CHECK(flag.text()->find("low_order_R") == std::string::npos);
      CHECK(flag.text()->find("non_canonical") == std::string::npos);
    }
  }
  CHECK(file.array()->size() == 914);
  CHECK(count == 43);
  CHECK(shown(base::sha256(base::as_bytes(accepted))) ==
        "63f4f608982e645018e4d3b5e66ad3a95d56806b1f58c0281a63584e494363e7");
}

}  // namespace
}  // namespace candour::crypto
