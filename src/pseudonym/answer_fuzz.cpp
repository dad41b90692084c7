// Any bytes as a guardian's answer: refused with an error, as the fuzzer has no guardian's key. With a first
// byte of 1 the bytes up to the next LF are a payload that the guardian signs, and the rest are its points.
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const pseudonym::testing::Federation federation;
  static const AskedSet asked = {1, 2};
  static const auto plans = plan_batches(3, base::Bytes(kPlanSeedBytes, 1));
  static const auto identifiers = pseudonym::testing::identifiers_of(3);
  static const BlindedBatch batch =
      make_batch(plans[0], identifiers, federation.purpose(), *federation.charter,
                 pseudonym::testing::key_of(pseudonym::testing::kProvider));
  static const AskedGuardian guardian{1, federation.charter->guardian(1)->signing_key,
                                      weighted_keys(federation.charter->domains[0], asked)[0]};
  const base::ByteView bytes(data, size);
  try {
    const base::Bytes answer =
        size > 0 && data[0] == 1 ? signed_answer(bytes.subspan(1)) : base::Bytes(bytes.begin(), bytes.end());
    (void)verify_answer(answer, batch, asked, guardian);
    CANDOUR_CHECK(false);  // a proof was forged
  } catch (const base::Error&) {
  }
  return 0;
}
