#include "candour/pseudonym/wire.h"

#include <optional>

#include "candour/base/error.h"

namespace candour::pseudonym {
namespace {

void append(base::Bytes& out, base::ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// Takes pieces off the front of a message; nothing where too little is left.
class Pieces {
 public:
  explicit Pieces(base::ByteView rest) : rest_(rest) {}
  [[nodiscard]] std::optional<base::ByteView> take(std::size_t size) {
    if (size > rest_.size()) return std::nullopt;
    const base::ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  [[nodiscard]] std::optional<std::size_t> number(std::size_t size) {
    const auto bytes = take(size);
    if (!bytes) return std::nullopt;
    std::size_t number = 0;
    for (const std::uint8_t byte : *bytes) number = number << 8U | byte;
    return number;
  }
  [[nodiscard]] std::optional<std::string_view> envelope() {
    const auto size = number(4);
    if (!size || *size == 0 || *size > statement::kEnvelopeAtMostBytes) return std::nullopt;
    const auto bytes = take(*size);
    if (!bytes) return std::nullopt;
    return base::as_text(*bytes);
  }
  // All that is left, where it can be the encodings of a batch.
  [[nodiscard]] std::optional<base::ByteView> points() const {
    const std::size_t count = rest_.size() / crypto::kPointBytes;
    if (rest_.size() % crypto::kPointBytes != 0 || count == 0 || count > kFullBatch) return std::nullopt;
    return rest_;
  }

 private:
  base::ByteView rest_;
};

[[noreturn]] void refuse_request() {
  throw base::Error("CND-2104", "The bytes are no request for an evaluation.");
}
[[noreturn]] void refuse_answer() { throw base::Error("CND-2105", "The bytes are no answer of a guardian."); }

}  // namespace

base::Bytes write_request(std::string_view envelope, const AskedSet& asked,
                          std::span<const crypto::Point> blinded) {
  CANDOUR_CHECK(asked.size() <= kAskedAtMost);
  base::Bytes request;
  request.reserve(4 + envelope.size() + 2 + 2 * asked.size() + blinded.size() * crypto::kPointBytes);
  append(request, crypto::octets(static_cast<std::uint32_t>(envelope.size())));
  append(request, base::as_bytes(envelope));
  append(request, crypto::octets(static_cast<std::uint16_t>(asked.size())));
  for (const crypto::ShareIndex index : asked) append(request, crypto::octets(index));
  append(request, crypto::bytes_of(blinded));
  return request;
}

RequestParts parse_request(base::ByteView request) {
  Pieces pieces(request);
  const auto envelope = pieces.envelope();
  if (!envelope) refuse_request();
  const auto asked_size = pieces.number(2);
  if (!asked_size || *asked_size == 0 || *asked_size > kAskedAtMost) refuse_request();
  RequestParts parts{.envelope = *envelope, .asked = {}, .points = {}};
  for (std::size_t i = 0; i < *asked_size; ++i) {
    const auto index = pieces.number(2);
    if (!index) refuse_request();
    parts.asked.push_back(static_cast<crypto::ShareIndex>(*index));
  }
  const auto points = pieces.points();
  if (!points) refuse_request();
  parts.points = *points;
  return parts;
}

base::Bytes write_answer(std::string_view envelope, std::span<const crypto::Point> evaluated) {
  base::Bytes answer;
  answer.reserve(4 + envelope.size() + evaluated.size() * crypto::kPointBytes);
  append(answer, crypto::octets(static_cast<std::uint32_t>(envelope.size())));
  append(answer, base::as_bytes(envelope));
  append(answer, crypto::bytes_of(evaluated));
  return answer;
}

AnswerParts parse_answer(base::ByteView answer) {
  Pieces pieces(answer);
  const auto envelope = pieces.envelope();
  if (!envelope) refuse_answer();
  const auto points = pieces.points();
  if (!points) refuse_answer();
  return {.envelope = *envelope, .points = *points};
}

}  // namespace candour::pseudonym
