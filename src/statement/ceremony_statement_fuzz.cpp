// Any payload of a ceremony is refused, or comes back from what the writer makes of it.
//
//   cmake --preset fuzz && ninja -C build/fuzz ceremony_statement_fuzz
//   mkdir -p build/corpus && build/fuzz/ceremony_statement_fuzz -max_len=8192 build/corpus
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/statement/ceremony.h"

using namespace candour;

namespace {

template <typename Parse>
void check(const Parse& parse, std::string_view payload) {
  try {
    const auto statement = parse(payload);
    CANDOUR_CHECK(parse(statement::write_payload(statement)) == statement);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code() == base::ErrorCode("CND-2004") || error.code() == base::ErrorCode("CND-1008"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload = base::as_text({data, size});
  check(statement::parse_ceremony_commit, payload);
  check(statement::parse_ceremony_deal, payload);
  check(statement::parse_ceremony_complaint, payload);
  check(statement::parse_ceremony, payload);
  check(statement::parse_ceremony_aborted, payload);
  return 0;
}
