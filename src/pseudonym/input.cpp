#include "candour/pseudonym/input.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::pseudonym {
namespace {

// "HashToGroup-" ‖ "OPRFV1-" ‖ I2OSP(0x01, 1) ‖ "-ristretto255-SHA512" (RFC 9497, 3.1 and 4.1).
constexpr std::string_view kHashTag = "HashToGroup-OPRFV1-\x01-ristretto255-SHA512";

base::ByteView digits_of(const Identifier& identifier) {
  const std::string& digits = identifier.reveal();
  CANDOUR_CHECK(digits.size() == kIdentifierBytes &&
                std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }));
  return base::as_bytes(digits);
}

}  // namespace

Token::Token(base::ByteView bytes) {
  CANDOUR_CHECK(bytes.size() == kBytes);
  std::ranges::copy(bytes, bytes_.begin());
}

crypto::Point hash_to_group(const Identifier& identifier) {
  return crypto::hash_to_group(digits_of(identifier), kHashTag);
}

crypto::Scalar blind_of(base::ByteView batch_seed, std::uint32_t place, const Identifier* identifier) {
  const base::ByteView digits = identifier == nullptr ? base::ByteView() : digits_of(*identifier);
  crypto::Digest512 wide = crypto::hmac_sha512(batch_seed, {crypto::octets(place), digits});
  const crypto::Scalar blind = crypto::Scalar::reduce(wide);
  base::wipe(wide.data(), wide.size());
  return blind;
}

crypto::Digest512 finalize(base::ByteView input, const crypto::Point& unblinded) {
  CANDOUR_CHECK(input.size() <= 0xffff);
  return crypto::sha512({crypto::octets(static_cast<std::uint16_t>(input.size())), input,
                         crypto::octets(static_cast<std::uint16_t>(crypto::kPointBytes)), unblinded.bytes(),
                         base::as_bytes("Finalize")});
}

Token token_of(const Identifier& identifier, const crypto::Point& unblinded) {
  crypto::Digest512 output = finalize(digits_of(identifier), unblinded);
  const Token token(base::ByteView(output).first(Token::kBytes));
  base::wipe(output.data(), output.size());
  return token;
}

}  // namespace candour::pseudonym
