#include "candour/base/random.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

namespace candour::base {
namespace {

// Gives the values that a test wants, one a call of next_u64().
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> values) : values_(std::move(values)) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::uint64_t value = values_.at(next_++);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  [[nodiscard]] std::size_t drawn() const { return next_; }

 private:
  std::vector<std::uint64_t> values_;
  std::size_t next_ = 0;
};

TEST_CASE("a seeded stream is ChaCha20 under SHA-256 of seed and substream, buffer by buffer") {
  // Made with Python's hashlib and openssl enc -chacha20; the second buffer has nonce 1.
  SeededRandom random(7, "demo");
  Bytes bytes(2048);
  random.fill(bytes);
  CHECK(to_hex(ByteView(bytes).first(16)) == "fd5f605f8c4463dfbac7f0fd1849993a");
  CHECK(to_hex(ByteView(bytes).subspan(1024, 16)) == "bbe5880e7a794a9f2694c8a73e681ffa");
}

TEST_CASE("a seeded stream does not depend on the pieces in which it is taken") {
  CHECK(rc::check([](std::uint64_t seed) {
    SeededRandom whole(seed, "s");
    SeededRandom parts(seed, "s");
    Bytes expected(3000);
    whole.fill(expected);
    Bytes got;
    while (got.size() < expected.size()) {
      const auto most = static_cast<int>(expected.size() - got.size());
      Bytes piece(static_cast<std::size_t>(*rc::gen::inRange(0, most + 1)));
      if (piece.empty()) piece.resize(1);
      parts.fill(piece);
      got.insert(got.end(), piece.begin(), piece.end());
    }
    return got == expected;
  }));
}

TEST_CASE("another seed or substream is another stream") {
  CHECK(SeededRandom(1, "a").next_u64() != SeededRandom(2, "a").next_u64());
  CHECK(SeededRandom(1, "a").next_u64() != SeededRandom(1, "b").next_u64());
}

TEST_CASE("below() draws again what would make low results likelier") {
  // 2^64 leaves 1 by 3, and 2^63 by 2^63 + 1 leaves 2^63 - 1.
  ScriptedRandom thirds({0, 5});
  CHECK(thirds.below(3) == 2);
  CHECK(thirds.drawn() == 2);
  const std::uint64_t half = std::uint64_t{1} << 63;
  ScriptedRandom halves({half - 2, half - 1});
  CHECK(halves.below(half + 1) == half - 1);
  CHECK(halves.drawn() == 2);
  ScriptedRandom powers({0});
  CHECK(powers.below(8) == 0);
  CHECK(rc::check([](std::uint64_t bound, std::uint64_t seed) {
    const std::uint64_t at_least_one = bound == 0 ? 1 : bound;
    return SeededRandom(seed, "below").below(at_least_one) < at_least_one;
  }));
}

TEST_CASE("the kernel's randomness fills all of the span and differs from call to call") {
  SystemRandom random;
  Bytes first(64);
  Bytes second(64);
  random.fill(first);
  random.fill(second);
  CHECK(first != second);
  CHECK(first != Bytes(64));
}

}  // namespace
}  // namespace candour::base
