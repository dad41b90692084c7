// Whatever is given as an envelope or a payload of each kind: it is refused with an error, or comes back the
// same.
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/submission.h"

namespace {

template <typename Parse>
void check(std::string_view payload, const Parse& parse) {
  using namespace candour;
  try {
    const auto statement = parse(payload);
    CANDOUR_CHECK(parse(statement::write_payload(statement)) == statement);
  } catch (const base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  const std::string_view text = base::as_text({data, size});
  try {
    CANDOUR_CHECK(statement::write_envelope(statement::parse_envelope(text, "batch")) == text);
  } catch (const base::Error&) {
  }
  check(text, statement::parse_batch);
  check(text, statement::parse_attestation);
  check(text, statement::parse_submission);
  check(text, statement::parse_receipt);
  check(text, statement::parse_sealing_key);
  return 0;
}
