#include "candour/base/random.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "candour/base/error.h"
#include "candour/base/sha256.h"

namespace candour::base {
namespace {

// Little-endian by hand, so that a seed gives the same bytes on every machine.
std::array<std::uint8_t, 8> little_endian(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

}  // namespace

std::uint64_t Random::next_u64() {
  std::array<std::uint8_t, 8> bytes;
  fill(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  CANDOUR_CHECK(bound >= 1);
  // 2^64 is rarely a multiple of the bound: the first 2^64 mod bound values are drawn again, or the low
  // results would be a little likelier than the high ones.
  const std::uint64_t unfair = (0 - bound) % bound;
  std::uint64_t value = next_u64();
  while (value < unfair) value = next_u64();
  return value % bound;
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  CANDOUR_CHECK(sodium_init() >= 0);
  randombytes_buf(out.data(), out.size());
}

SeededRandom::SeededRandom(std::uint64_t seed, std::string_view substream) {
  Sha256 hash;
  hash.update(little_endian(seed));
  hash.update(as_bytes(substream));
  const Digest key = hash.finish();
  std::copy(key.begin(), key.end(), key_);
}

SeededRandom::~SeededRandom() {
  wipe(key_, sizeof(key_));
  wipe(buffer_, sizeof(buffer_));
}

void SeededRandom::refill() {
  // The buffer's number is the nonce: each buffer is a ChaCha20 stream of its own under the same key.
  crypto_stream_chacha20(buffer_, sizeof(buffer_), little_endian(block_).data(), key_);
  ++block_;
  used_ = 0;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == sizeof(buffer_)) refill();
    const std::size_t take = std::min(out.size(), sizeof(buffer_) - used_);
    std::copy_n(buffer_ + used_, take, out.begin());
    used_ += take;
    out = out.subspan(take);
  }
}

}  // namespace candour::base
