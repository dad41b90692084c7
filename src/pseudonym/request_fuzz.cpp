// Any bytes as a request to a guardian: answered, or refused with an error. With a first byte of 1 the bytes
// up to the next LF are a payload that the provider signs, and the rest stands behind the envelope, so that
// the checks behind the signature are reached too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/pseudonym/pseudonym_testing.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

base::Bytes signed_request(base::ByteView bytes) {
  const auto end = std::ranges::find(bytes, std::uint8_t{'\n'});
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  const std::string payload(base::as_text(bytes.first(size)));
  const std::string envelope = statement::write_envelope(
      statement::sign("batch", payload, pseudonym::testing::key_of(pseudonym::testing::kProvider)));
  base::Bytes request;
  const auto append = [&](base::ByteView piece) {
    request.insert(request.end(), piece.begin(), piece.end());
  };
  append(crypto::octets(static_cast<std::uint32_t>(envelope.size())));
  append(base::as_bytes(envelope));
  append(bytes.subspan(std::min(size + 1, bytes.size())));
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static pseudonym::testing::Federation federation;
  static pseudonym::testing::GuardianNode node(federation, 1);
  const base::ByteView bytes(data, size);
  try {
    const base::Bytes request =
        size > 0 && data[0] == 1 ? signed_request(bytes.subspan(1)) : base::Bytes(bytes.begin(), bytes.end());
    (void)node.guardian->evaluate(request, federation.peer());
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view() != "CND-1003");
  }
  return 0;
}
