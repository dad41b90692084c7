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
    const instruction::Instruction& order = federation.members.order;
    BatchUse use{.instruction = order.id(),
                 .provider = std::string(pseudonym::testing::kProvider),
                 .collection = "",
                 .batches = {},
                 .attestations_sha256 = base::sha256({data, size})};
    for (const AttestedBatch& one : batches) use.batches.push_back(one.leaf);
    const std::uint64_t places = verify_attestations(
        *federation.charter, order, use, body, pseudonym::testing::kNow, [](const auto&) { return false; });
    CANDOUR_CHECK(places == 0);
  } catch (const base::Error&) {
  }
  return 0;
}
