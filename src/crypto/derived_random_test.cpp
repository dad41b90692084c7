#include "candour/crypto/derived_random.h"

#include <doctest/doctest.h>

namespace candour::crypto {
namespace {

const base::Bytes kSeed(32, 0x11);

base::Bytes drawn(base::ByteView seed, std::string_view label, std::size_t size) {
  DerivedRandom random(seed, label);
  base::Bytes bytes(size);
  random.fill(bytes);
  return bytes;
}

// hmac.new(b"\x11" * 32, b"salts\0" + bytes(3) + b"\x01", "sha512") of Python gives the second block.
TEST_CASE("derived randomness is HMAC-SHA-512 of label and block, whatever pieces it is drawn in") {
  const base::Bytes whole = drawn(kSeed, "salts", 128);
  CHECK(base::to_hex(base::ByteView(whole).subspan(64)) ==
        "494cf8399884c47a98c7c8d2f69876964ea3f46a310aaf6ae7273d747f35640b80e128ab4dd61570713a800c451004995d1d"
        "8c10"
        "f1ee6dc78111bcda5fce5fc9");
  DerivedRandom pieces(kSeed, "salts");
  base::Bytes joined;
  for (std::size_t size = 1; joined.size() < whole.size(); ++size) {
    base::Bytes piece(std::min(size, whole.size() - joined.size()));
    pieces.fill(piece);
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  CHECK(joined == whole);
}

TEST_CASE("another seed or label gives other randomness") {
  base::Bytes other = kSeed;
  other.back() ^= 1;
  CHECK(drawn(kSeed, "salts", 32) != drawn(other, "salts", 32));
  CHECK(drawn(kSeed, "salts", 32) != drawn(kSeed, "salts2", 32));
  CHECK(drawn(kSeed, "", 32) != drawn(kSeed, "salts", 32));
}

}  // namespace
}  // namespace candour::crypto
