// Whatever is given as an envelope or a payload of each kind: it is refused with an error, or comes back the
// same.
//
//   cmake --preset fuzz && ninja -C build/fuzz statement_fuzz
//   mkdir -p build/corpus && build/fuzz/statement_fuzz build/corpus tests/fuzz/statement
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"
#include "candour/statement/kinds_testing.h"
#include "candour/statement/sealed_secret.h"

using namespace candour;

namespace {

void check_envelope(std::string_view text) {
  try {
    const statement::Envelope envelope = statement::parse_any_envelope(text);
    CANDOUR_CHECK(statement::write_envelope(envelope) == text);
    CANDOUR_CHECK(envelope.payload_type == statement::payload_type_of(statement::statement_kind(text).name));
  } catch (const base::Error&) {
  }
}

// A body, whatever its bytes, opens the commitment that was made of its text, and no larger one.
void check_body(std::string_view body) {
  statement::Salt salt{};
  if (body.size() <= salt.size()) return;
  std::ranges::copy(base::as_bytes(body.substr(0, salt.size())), salt.begin());
  try {
    statement::FreeText committed = statement::commit_text(body.substr(salt.size()), salt);
    CANDOUR_CHECK(statement::open_text(body, committed) == body.substr(salt.size()));
    ++committed.bytes;
    (void)statement::open_text(body, committed);
    base::fail_check("a text of another size does not open", __FILE__, __LINE__);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code() == base::ErrorCode("CND-2005"));
  }
}

// A secret comes back the same, and what it commits to can be opened with it.
void check_secret(std::string_view text) {
  try {
    const statement::SealedSecret secret = statement::parse_secret(text);
    CANDOUR_CHECK(statement::parse_secret(statement::write_secret(secret)) == secret);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code() == base::ErrorCode("CND-2580"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  check_envelope(text);
  check_body(text);
  check_secret(text);
  statement::testing::each_parser([&](std::string_view, const auto& parse) {
    try {
      const auto statement = parse(text);
      CANDOUR_CHECK(parse(statement::write_payload(statement)) == statement);
    } catch (const base::Error& error) {
      CANDOUR_CHECK(error.code() == base::ErrorCode("CND-2004") ||
                    error.code() == base::ErrorCode("CND-1008"));
    }
  });
  return 0;
}
