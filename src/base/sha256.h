// SHA-256 (FIPS 180-4, by libsodium) of bytes that come in pieces.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/stream.h"

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

/// Hands on what another source gives and digests what passes.
class DigestingSource final : public ByteSource {
 public:
  explicit DigestingSource(ByteSource& source) : source_(source) {}
  std::size_t read(std::span<std::uint8_t> out) override;
  /// The digest of all that passed. Call once.
  [[nodiscard]] Digest digest() { return hash_.finish(); }

 private:
  ByteSource& source_;
  Sha256 hash_;
};

/// SHA-256 of all that a source gives.
[[nodiscard]] Digest sha256_of(ByteSource& source);

/// SHA-256 of one piece.
[[nodiscard]] Digest sha256(ByteView bytes);

}  // namespace candour::base
