// Random: the only way to randomness. SystemRandom is the kernel's; SeededRandom gives the same bytes for the
// same seed and substream (ChaCha20 under SHA-256 of both), for synthesis, tests and the demo.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "candour/base/bytes.h"

namespace candour::base {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
  [[nodiscard]] std::uint64_t next_u64();
  /// Uniform in [0, bound), without bias. `bound` is at least 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

class SeededRandom final : public Random {
 public:
  SeededRandom(std::uint64_t seed, std::string_view substream);
  ~SeededRandom() override;
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;
  void fill(std::span<std::uint8_t> out) override;

 private:
  void refill();
  std::uint8_t key_[32];
  std::uint64_t block_ = 0;
  std::uint8_t buffer_[1024];
  std::size_t used_ = sizeof(buffer_);
};

}  // namespace candour::base
