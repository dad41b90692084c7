// Any bytes as the attestations of a submission: split and written again as they were, or refused; and never
// accepted by the hub, whose guardians' keys the fuzzer does not have.
#include <cstddef>
#include <cstdint>

#include "candour/pseudonym/hub.h"
#include "candour/pseudonym/pseudonym_testing.h"

using namespace candour;
using namespace candour::pseudonym;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const pseudonym::testing::Federation federation;
  const std::string_view body = base::as_text({data, size});
  try {
    const auto batches = parse_attestations(body, 2);
    CANDOUR_CHECK(write_attestations(batches) == body);
    statement::Submission submission;
    submission.instruction = federation.charter->instructions[0].id;
    submission.provider = pseudonym::testing::kProvider;
    submission.attestations_sha256 = base::sha256({data, size});
    for (const AttestedBatch& one : batches) submission.batches.push_back(one.leaf);
    const std::uint64_t places = verify_attestations(
        *federation.charter, submission, body, pseudonym::testing::kNow, [](const auto&) { return false; });
    CANDOUR_CHECK(places == 0);
  } catch (const base::Error&) {
  }
  return 0;
}
