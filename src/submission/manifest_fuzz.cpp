// A manifest's payload, an envelope around it and a plan: what is read is written the same again, whatever
// else came is refused.
#include <cstdint>
#include <string>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"
#include "candour/submission/attestation_lines.h"
#include "candour/submission/plan.h"
#include "candour/submission/submission_testing.h"

namespace {

using namespace candour;
using namespace candour::submission;

template <typename Call>
void or_refused(const Call& call) {
  try {
    call();
  } catch (const base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  or_refused([&] {
    const statement::Submission read = statement::parse_submission(text);
    CANDOUR_CHECK(statement::parse_submission(statement::write_payload(read)) == read);
    const std::string envelope =
        statement::write_envelope(statement::sign("submission", std::string(text), testing::provider_key()));
    or_refused([&] {
      const auto verified = verified_manifest(envelope, testing::federation(), testing::sender());
      CANDOUR_CHECK(verified == read && verified.package_bytes <= kPackageBytesAtMost);
    });
  });
  or_refused([&] { (void)verified_manifest(text, testing::federation(), testing::sender()); });
  or_refused([&] {
    const std::string written = write_plan(parse_plan(text));
    CANDOUR_CHECK(write_plan(parse_plan(written)) == written);
  });
  or_refused([&] { (void)batch_leaves(text); });
  return 0;
}
