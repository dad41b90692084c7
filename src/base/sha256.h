// SHA-256 (FIPS 180-4, by libsodium) of bytes that come in pieces.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "candour/base/bytes.h"

namespace candour::base {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(ByteView bytes);
  /// The digest of all that was given. Call once.
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 of one piece.
[[nodiscard]] Digest sha256(ByteView bytes);

}  // namespace candour::base
