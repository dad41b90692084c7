#include "candour/crypto/hash_to_group.h"

#include <doctest/doctest.h>

#include "candour/crypto/group_testing.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("SHA-512 and HMAC-SHA-512 give the published digests, whole and in pieces") {
  // FIPS 180-4, example "abc"; RFC 4231, case 2.
  CHECK(shown(sha512({base::as_bytes("a"), {}, base::as_bytes("bc")})) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  CHECK(shown(hmac_sha512(base::as_bytes("Jefe"),
                          {base::as_bytes("what do ya want "), base::as_bytes("for nothing?")})) ==
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("RFC 9380: expand_message_xmd") {
  const auto file = vectors("rfc9380_xmd_sha512.json");
  if (!file) return;
  std::size_t checked = 0;
  for (const base::Json& vector : list(*file, "vectors")) {
    if (text(vector, "dst").size() > 255) continue;  // longer tags are hashed; none of ours is
    const std::string& message = text(vector, "msg");
    CAPTURE(message.size());
    const auto size = static_cast<std::size_t>(*at(vector, "len").integer());
    CHECK(shown(expand_message_xmd({base::as_bytes(message)}, text(vector, "dst"), size)) ==
          text(vector, "uniform"));
    const std::string_view whole = message;
    const std::size_t half = whole.size() / 2;
    CHECK(
        shown(expand_message_xmd({base::as_bytes(whole.substr(0, half)), base::as_bytes(whole.substr(half))},
                                 text(vector, "dst"), size)) == text(vector, "uniform"));
    ++checked;
  }
  CHECK(checked >= 5);
}

// RFC 9497, 2.2: proofs as the RFC makes them, which weigh each element by itself. Only here, against its
// vectors: the same hashing and group must come out.
struct Rfc9497 {
  std::string context;

  [[nodiscard]] static base::Bytes prefixed(base::ByteView bytes) {
    const auto size = octets(static_cast<std::uint16_t>(bytes.size()));
    base::Bytes all(size.begin(), size.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
    return all;
  }
  [[nodiscard]] std::vector<Scalar> weights(const Point& key, const Points& blinded,
                                            const Points& evaluated) const {
    const Digest512 seed = sha512({prefixed(key.bytes()), prefixed(base::as_bytes("Seed-" + context))});
    std::vector<Scalar> all;
    for (std::size_t j = 0; j < blinded.size(); ++j) {
      all.push_back(
          hash_to_scalar({prefixed(seed), octets(static_cast<std::uint16_t>(j)), prefixed(blinded[j].bytes()),
                          prefixed(evaluated[j].bytes()), base::as_bytes("Composite")},
                         "HashToScalar-" + context));
    }
    return all;
  }
  [[nodiscard]] std::string proof(const Scalar& secret, const Points& blinded, const Points& evaluated,
                                  const Scalar& nonce) const {
    const Point key = multiply_base(secret);
    Point m, z;
    const std::vector<Scalar> all = weights(key, blinded, evaluated);
    for (std::size_t j = 0; j < blinded.size(); ++j) {
      m = m + multiply(all[j], blinded[j]);
      z = z + multiply(all[j], evaluated[j]);
    }
    const Scalar challenge =
        hash_to_scalar({prefixed(key.bytes()), prefixed(m.bytes()), prefixed(z.bytes()),
                        prefixed(multiply_base(nonce).bytes()), prefixed(multiply(nonce, m).bytes()),
                        base::as_bytes("Challenge")},
                       "HashToScalar-" + context);
    return shown(challenge.bytes()) + shown((nonce - challenge * secret).bytes());
  }
};

std::vector<std::string> parts(const std::string& joined) {
  std::vector<std::string> all(1);
  for (const char letter : joined) {
    if (letter == ',') {
      all.emplace_back();
    } else {
      all.back() += letter;
    }
  }
  return all;
}

TEST_CASE("RFC 9497, ristretto255-SHA512: blinded and evaluated elements, outputs and proofs") {
  const auto file = vectors("rfc9497_ristretto255_sha512.json");
  if (!file) return;
  std::size_t outputs = 0, proofs = 0;
  for (const base::Json& group : list(*file, "vectors")) {
    const std::int64_t mode = *at(group, "mode").integer();
    if (mode == 2) continue;  // POPRF: the key is another for each public input
    const std::string tag(base::as_text(hex(group, "groupDST")));
    const std::string context = tag.substr(std::string_view("HashToGroup-").size());
    const Scalar key = scalar(text(group, "skSm"));
    if (mode == 1) CHECK(shown(multiply_base(key).bytes()) == text(group, "pkSm"));
    for (const base::Json& vector : list(group, "vectors")) {
      const auto inputs = parts(text(vector, "Input")), blinds = parts(text(vector, "Blind")),
                 blinded = parts(text(vector, "BlindedElement")),
                 evaluated = parts(text(vector, "EvaluationElement")), output = parts(text(vector, "Output"));
      Points asked, answered;
      for (std::size_t j = 0; j < inputs.size(); ++j) {
        const base::Bytes input = hex(inputs[j]);
        const Scalar blind = scalar(blinds[j]);
        asked.push_back(multiply(blind, hash_to_group(input, tag)));
        answered.push_back(multiply(key, asked.back()));
        CHECK(shown(asked.back().bytes()) == blinded[j]);
        CHECK(shown(answered.back().bytes()) == evaluated[j]);
        const Point unblinded = multiply(blind.inverse(), answered.back());
        CHECK(shown(sha512({Rfc9497::prefixed(input), Rfc9497::prefixed(unblinded.bytes()),
                            base::as_bytes("Finalize")})) == output[j]);
        ++outputs;
      }
      if (mode == 0) continue;
      const base::Json& proof = at(vector, "Proof");
      CHECK(Rfc9497{context}.proof(key, asked, answered, scalar(text(proof, "r"))) == text(proof, "proof"));
      ++proofs;
    }
  }
  CHECK(outputs == 6);
  CHECK(proofs == 3);
}

}  // namespace
}  // namespace candour::crypto
