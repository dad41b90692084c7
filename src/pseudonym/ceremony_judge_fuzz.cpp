// Whatever a guardian signs, judge() either blames that guardian or finds nothing, and a transcript that
// nobody made is never verified.
//
//   cmake --preset fuzz && ninja -C build/fuzz ceremony_judge_fuzz
//   mkdir -p build/corpus && build/fuzz/ceremony_judge_fuzz -max_len=8192 build/corpus
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_judge.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

using namespace candour;

namespace {

const crypto::SigningKey& key_of(crypto::ShareIndex index) {
  static const std::array<crypto::SigningKey, 2> keys = {
      crypto::SigningKey(base::sha256(base::as_bytes("guardian 1"))),
      crypto::SigningKey(base::sha256(base::as_bytes("guardian 2")))};
  return keys.at(index - 1U);
}

instruction::Charter charter() {
  instruction::Charter charter;
  charter.header.log = "candour.example/log";
  for (crypto::ShareIndex index = 1; index <= 2; ++index) {
    instruction::Guardian guardian;
    guardian.index = index;
    guardian.signing_key = key_of(index).public_key();
    charter.guardians.push_back(guardian);
  }
  return charter;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const instruction::Charter kCharter = charter();
  static const statement::CeremonyPlan kPlan = [] {
    pseudonym::CeremonyRequest request;
    request.domain = "d";
    request.threshold = 2;
    return pseudonym::plan_ceremony(kCharter, request);
  }();
  const std::string payload(base::as_text({data, size}));
  for (const std::string_view kind : {statement::kCommitKind, statement::kDealKind, statement::kComplaintKind,
                                      statement::kCeremonyKind, statement::kAbortedKind}) {
    try {
      statement::Envelope envelope = statement::sign(kind, payload, key_of(1));
      const auto blame =
          pseudonym::judge(kPlan, kCharter, {{1, std::string(kind), statement::write_envelope(envelope)}});
      CANDOUR_CHECK(!blame || blame->guardian == 1);
      statement::add_signature(envelope, key_of(2));
      if (kind != statement::kCeremonyKind) continue;
      // To find one that holds is to find logarithms.
      (void)pseudonym::verify_ceremony(statement::write_envelope(envelope), kCharter);
      CANDOUR_CHECK(false);
    } catch (const base::Error&) {
      continue;
    }
  }
  return 0;
}
