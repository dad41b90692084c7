// Any bytes as a request to a guardian: answered, or refused with an error. With a first byte of 1 the bytes
// up to the next LF are a payload that the provider signs, and the rest stands behind the envelope, so that
// the checks behind the signature are reached too. With a first byte of 2 the rest is laid over the points of
// a good request (exclusive or), and the provider signs what results: the points themselves are read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/pseudonym/pseudonym_testing.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

base::Bytes joined(std::string_view envelope, base::ByteView rest) {
  base::Bytes request;
  const auto append = [&](base::ByteView piece) {
    request.insert(request.end(), piece.begin(), piece.end());
  };
  append(crypto::octets(static_cast<std::uint32_t>(envelope.size())));
  append(base::as_bytes(envelope));
  append(rest);
  return request;
}

base::Bytes signed_request(base::ByteView bytes) {
  const auto end = std::ranges::find(bytes, std::uint8_t{'\n'});
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  const std::string payload(base::as_text(bytes.first(size)));
  const std::string envelope = statement::write_envelope(
      statement::sign("batch", payload, pseudonym::testing::key_of(pseudonym::testing::kProvider)));
  return joined(envelope, bytes.subspan(std::min(size + 1, bytes.size())));
}

base::Bytes request_over_points(const BlindedBatch& good, base::ByteView bytes) {
  const AskedSet asked = {1, 2};
  const base::Bytes request = write_request(good.envelope, asked, good.points);
  base::Bytes rest(request.begin() + static_cast<std::ptrdiff_t>(4 + good.envelope.size()), request.end());
  const std::span points = std::span(rest).last(crypto::bytes_of(good.points).size());
  for (std::size_t i = 0; i < std::min(bytes.size(), points.size()); ++i) points[i] ^= bytes[i];
  statement::Batch batch = good.statement;
  batch.points_sha256 = base::sha256(points);
  return joined(
      statement::write_envelope(statement::sign("batch", statement::write_payload(batch),
                                                pseudonym::testing::key_of(pseudonym::testing::kProvider))),
      rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static pseudonym::testing::Federation federation;
  static pseudonym::testing::GuardianNode node(federation, 1);
  static const auto plans = plan_batches(3, base::Bytes(kPlanSeedBytes, 1));
  static const auto identifiers = pseudonym::testing::identifiers_of(3);
  static const BlindedBatch good =
      make_batch(plans[0], identifiers, federation.purpose(), pseudonym::testing::kNow, *federation.charter,
                 pseudonym::testing::key_of(pseudonym::testing::kProvider));
  const base::ByteView bytes(data, size);
  try {
    base::Bytes request(bytes.begin(), bytes.end());
    if (size > 0 && data[0] == 1) request = signed_request(bytes.subspan(1));
    if (size > 0 && data[0] == 2) request = request_over_points(good, bytes.subspan(1));
    (void)node.guardian->evaluate(request, federation.peer());
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view() != "CND-1003");
  }
  return 0;
}
