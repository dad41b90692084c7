// Sealing a stream of any length to the holder of an X25519 key: HPKE (RFC 9180) in its base mode with
// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, a message a chunk. The associated data of
// each chunk say whether it is the last, so that a stream that was cut, lengthened or put in another order
// does not open.
//
//   sealed = enc (32 bytes) ‖ chunk ‖ chunk …      chunk = ciphertext ‖ tag (16 bytes)
//   every chunk but the last holds kSealedChunkBytes; the last may hold fewer, or none
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "candour/base/bytes.h"
#include "candour/base/random.h"
#include "candour/base/stream.h"

namespace candour::crypto {

inline constexpr std::size_t kSealedChunkBytes = std::size_t{64} << 10;
inline constexpr std::size_t kSealTagBytes = 16;

using SealPublicKey = std::array<std::uint8_t, 32>;

/// An X25519 key pair that things are sealed to.
class SealKey {
 public:
  [[nodiscard]] static SealKey random(base::Random& random);
  /// From its 32 secret bytes.
  explicit SealKey(base::ByteView secret);

  [[nodiscard]] const SealPublicKey& public_key() const { return public_; }
  [[nodiscard]] base::ByteView secret() const { return secret_.view(); }

 private:
  base::SecretBytes secret_;
  SealPublicKey public_;
};

/// One HPKE context: encrypts or decrypts messages in their order.
class SealContext {
 public:
  /// The sender's. `ephemeral` is a key pair for this context alone; its public key is HPKE's `enc`. `info`
  /// says what is sealed: who opens it under another does not. Errors: CND-1021 (the receiver's key is none).
  SealContext(const SealPublicKey& receiver, const SealKey& ephemeral, base::ByteView info);
  /// The receiver's. Errors: CND-1021 (`enc` is no key).
  SealContext(base::ByteView enc, const SealKey& receiver, base::ByteView info);

  /// The next message, sealed: `plain` and a tag.
  [[nodiscard]] base::Bytes seal(base::ByteView associated, base::ByteView plain);
  /// The next message, opened. Errors: CND-1022 (it does not authenticate).
  [[nodiscard]] base::Bytes open(base::ByteView associated, base::ByteView sealed);

 private:
  void schedule(base::ByteView shared_secret, base::ByteView info);
  [[nodiscard]] std::array<std::uint8_t, 12> next_nonce();

  base::SecretBytes key_;
  std::array<std::uint8_t, 12> base_nonce_{};
  std::uint64_t sequence_ = 0;
};

/// Seals what is written to it, chunk by chunk. Without finish() what was written does not open.
class SealingSink final : public base::ByteSink {
 public:
  SealingSink(base::ByteSink& out, const SealPublicKey& receiver, base::ByteView info, base::Random& random);
  ~SealingSink() override;
  void write(base::ByteView bytes) override;
  /// Writes the last chunk. Call once, after the last write.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Opens a sealed stream and hands out only what was authenticated. A reader that does not come to the end
/// does not know that the stream was whole. Errors of read: CND-1021, CND-1022 (changed, cut, lengthened,
/// sealed to another key or as something else).
class OpeningSource final : public base::ByteSource {
 public:
  OpeningSource(base::ByteSource& sealed, const SealKey& receiver, base::ByteView info);
  ~OpeningSource() override;
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace candour::crypto
