// Any bytes as a guardian's answer: refused with an error, as the fuzzer has no guardian's key. With a first
// byte of 1 the bytes up to the next LF are a payload that the guardian signs, and the rest are its points.
// With a first byte of 2 the rest is laid over proof and points of a good answer (exclusive or), and the
// guardian signs what results: only the proof stands between it and the provider.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/pseudonym/pseudonym_testing.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

base::Bytes signed_answer(base::ByteView bytes) {
  const auto end = std::ranges::find(bytes, std::uint8_t{'\n'});
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  const std::string envelope =
      statement::write_envelope(statement::sign("attestation", std::string(base::as_text(bytes.first(size))),
                                                pseudonym::testing::key_of("guardian 1")));
  base::Bytes answer = write_answer(envelope, {});
  const base::ByteView points = bytes.subspan(std::min(size + 1, bytes.size()));
  answer.insert(answer.end(), points.begin(), points.end());
  return answer;
}

bool is_zero(base::ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

base::Bytes answer_over_points(const pseudonym::testing::Federation& federation, const BlindedBatch& batch,
                               const AskedSet& asked, base::ByteView bytes) {
  static const base::Bytes request = write_request(batch.envelope, asked, batch.points);
  static const base::Bytes good = pseudonym::testing::forged_answer(federation, request, {});
  const AnswerParts parts = parse_answer(good);
  statement::Attestation attestation =
      statement::parse_attestation(statement::parse_envelope(parts.envelope, "attestation").payload);
  base::Bytes points(parts.points.begin(), parts.points.end());
  const std::size_t of_proof = attestation.proof.size();
  for (std::size_t i = 0; i < std::min(bytes.size(), of_proof + points.size()); ++i) {
    (i < of_proof ? attestation.proof[i] : points[i - of_proof]) ^= bytes[i];
  }
  attestation.points_sha256 = base::sha256(points);
  base::Bytes answer = write_answer(
      statement::write_envelope(statement::sign("attestation", statement::write_payload(attestation),
                                                pseudonym::testing::key_of("guardian 1"))),
      {});
  answer.insert(answer.end(), points.begin(), points.end());
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const pseudonym::testing::Federation federation;
  static const AskedSet asked = {1, 2};
  static const auto plans = plan_batches(3, base::Bytes(kPlanSeedBytes, 1));
  static const auto identifiers = pseudonym::testing::identifiers_of(3);
  static const BlindedBatch batch =
      make_batch(plans[0], identifiers, federation.purpose(), pseudonym::testing::kNow, *federation.charter,
                 pseudonym::testing::key_of(pseudonym::testing::kProvider));
  static const AskedGuardian guardian{1, federation.charter->guardian(1)->signing_key,
                                      weighted_keys(federation.charter->domains[0], asked)[0]};
  const base::ByteView bytes(data, size);
  try {
    base::Bytes answer(bytes.begin(), bytes.end());
    if (size > 0 && data[0] == 1) answer = signed_answer(bytes.subspan(1));
    if (size > 0 && data[0] == 2) {
      const base::ByteView over = bytes.subspan(1);
      if (is_zero(
              over.first(std::min<std::size_t>(over.size(), 64 + crypto::bytes_of(batch.points).size())))) {
        return 0;  // it is the good answer
      }
      answer = answer_over_points(federation, batch, asked, over);
    }
    (void)verify_answer(answer, batch, asked, guardian);
    CANDOUR_CHECK(false);  // a proof was forged
  } catch (const base::Error&) {
  }
  return 0;
}
