// Whatever a provider sends as its batch of erasure orders: it is refused with CND-2561, or is written as it
// was read; and what is written is read as it was.
//
//   cmake --preset fuzz && ninja -C build/fuzz withdraw_wire_fuzz
//   mkdir -p build/corpus && build/fuzz/withdraw_wire_fuzz build/corpus tests/fuzz/withdraw_wire
#include <algorithm>
#include <cstdint>
#include <string>

#include "candour/base/error.h"
#include "candour/node/withdraw_wire.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes(data, size);
  try {
    const node::WithdrawRequest request = node::parse_withdraw_request(bytes);
    CANDOUR_CHECK(std::ranges::equal(node::write_withdraw_request(request), bytes));
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code() == base::ErrorCode("CND-2561"));
  }
  const std::size_t half = size / 2;
  const node::WithdrawRequest made{.envelope = std::string(base::as_text(bytes.first(half))),
                                   .attestations = std::string(base::as_text(bytes.subspan(half))),
                                   .sealed = base::Bytes(node::kSealedTokensBytes, 7)};
  const node::WithdrawRequest read = node::parse_withdraw_request(node::write_withdraw_request(made));
  CANDOUR_CHECK(read.envelope == made.envelope && read.attestations == made.attestations);
  CANDOUR_CHECK(read.sealed == made.sealed);
  return 0;
}
