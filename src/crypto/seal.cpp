#include "candour/crypto/seal.h"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "candour/base/error.h"
#include "candour/crypto/hash_to_group.h"
#include "candour/crypto/mac.h"

namespace candour::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kDigestBytes = 32;
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kSealTagBytes);
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == kDigestBytes);
static_assert(crypto_scalarmult_curve25519_BYTES == sizeof(SealPublicKey));

// RFC 9180, 4.1 and 5.1: the identifiers of the KEM, and of the whole suite.
constexpr std::string_view kKem("KEM\x00\x20", 5);
constexpr std::string_view kSuite("HPKE\x00\x20\x00\x01\x00\x03", 10);
constexpr std::array<std::uint8_t, 1> kModeBase{0};

base::Bytes joined(Pieces pieces) {
  base::Bytes all;
  for (const base::ByteView piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

// A secret out of pieces; the buffer that joins them is wiped.
base::SecretBytes extract(base::ByteView salt, Pieces pieces) {
  base::Bytes input = joined(pieces);
  base::Digest digest = hmac_sha256(salt, input);
  base::SecretBytes secret{base::ByteView(digest)};
  base::wipe(digest.data(), digest.size());
  base::wipe(input.data(), input.size());
  return secret;
}

base::SecretBytes labeled_extract(std::string_view suite, base::ByteView salt, std::string_view label,
                                  base::ByteView input) {
  return extract(salt, {base::as_bytes("HPKE-v1"), base::as_bytes(suite), base::as_bytes(label), input});
}

// HKDF-Expand (RFC 5869, 2.3) to one block at most: no secret of this suite is longer.
base::SecretBytes labeled_expand(std::string_view suite, base::ByteView secret, std::string_view label,
                                 base::ByteView info, std::size_t size_bytes) {
  CANDOUR_CHECK(size_bytes <= kDigestBytes);
  const base::SecretBytes block =
      extract(secret, {octets(static_cast<std::uint16_t>(size_bytes)), base::as_bytes("HPKE-v1"),
                       base::as_bytes(suite), base::as_bytes(label), info, octet(1)});
  return base::SecretBytes(block.view().first(size_bytes));
}

[[noreturn]] void fail_key() {
  throw base::Error("CND-1021", "A key that something is sealed to or with is none.");
}

// RFC 9180, 4.1: ExtractAndExpand over the Diffie–Hellman value. libsodium refuses the all-zero value.
base::SecretBytes shared_secret(const SealKey& ours, const SealPublicKey& theirs, const SealPublicKey& enc,
                                const SealPublicKey& receiver) {
  base::SecretBytes dh(crypto_scalarmult_curve25519_BYTES);
  if (crypto_scalarmult_curve25519(dh.span().data(), ours.secret().data(), theirs.data()) != 0) fail_key();
  const base::SecretBytes prk = labeled_extract(kKem, {}, "eae_prk", dh.view());
  return labeled_expand(kKem, prk.view(), "shared_secret", joined({enc, receiver}), kDigestBytes);
}

SealPublicKey key_of(base::ByteView bytes) {
  SealPublicKey key;
  if (bytes.size() != key.size()) fail_key();
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

base::SecretBytes random_secret(base::Random& random) {
  base::SecretBytes secret(crypto_scalarmult_curve25519_SCALARBYTES);
  random.fill(secret.span());
  return secret;
}

// The associated data of a chunk.
enum class Chunk : std::uint8_t { kMore = 0, kLast = 1 };
std::array<std::uint8_t, 1> associated(Chunk chunk) { return {static_cast<std::uint8_t>(chunk)}; }

}  // namespace

SealKey::SealKey(base::ByteView secret) : secret_(secret) {
  CANDOUR_CHECK(secret.size() == crypto_scalarmult_curve25519_SCALARBYTES);
  CANDOUR_CHECK(crypto_scalarmult_curve25519_base(public_.data(), secret_.view().data()) == 0);
}

SealKey SealKey::random(base::Random& random) {
  const base::SecretBytes secret = random_secret(random);
  return SealKey(secret.view());
}

SealContext::SealContext(const SealPublicKey& receiver, const SealKey& ephemeral, base::ByteView info)
    : key_(kDigestBytes) {
  schedule(shared_secret(ephemeral, receiver, ephemeral.public_key(), receiver).view(), info);
}

SealContext::SealContext(base::ByteView enc, const SealKey& receiver, base::ByteView info)
    : key_(kDigestBytes) {
  const SealPublicKey sent = key_of(enc);
  schedule(shared_secret(receiver, sent, sent, receiver.public_key()).view(), info);
}

// RFC 9180, 5.1: KeySchedule of the base mode, whose pre-shared key and its name are empty.
void SealContext::schedule(base::ByteView secret, base::ByteView info) {
  const base::SecretBytes name_hash = labeled_extract(kSuite, {}, "psk_id_hash", {});
  const base::SecretBytes info_hash = labeled_extract(kSuite, {}, "info_hash", info);
  const base::Bytes context = joined({kModeBase, name_hash.view(), info_hash.view()});
  const base::SecretBytes prk = labeled_extract(kSuite, secret, "secret", {});
  key_ = labeled_expand(kSuite, prk.view(), "key", context, kDigestBytes);
  const base::SecretBytes nonce = labeled_expand(kSuite, prk.view(), "base_nonce", context, kNonceBytes);
  std::copy(nonce.view().begin(), nonce.view().end(), base_nonce_.begin());
}

std::array<std::uint8_t, 12> SealContext::next_nonce() {
  static_assert(kNonceBytes == 12);
  CANDOUR_CHECK(sequence_ != UINT64_MAX);
  std::array<std::uint8_t, kNonceBytes> nonce = base_nonce_;
  for (std::size_t i = 0; i < sizeof sequence_; ++i) {
    nonce[kNonceBytes - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  }
  ++sequence_;
  return nonce;
}

base::Bytes SealContext::seal(base::ByteView associated, base::ByteView plain) {
  base::Bytes sealed(plain.size() + kSealTagBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                            associated.data(), associated.size(), nullptr,
                                            next_nonce().data(), key_.view().data());
  return sealed;
}

base::Bytes SealContext::open(base::ByteView associated, base::ByteView sealed) {
  if (sealed.size() >= kSealTagBytes) {
    base::Bytes plain(sealed.size() - kSealTagBytes);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                  sealed.size(), associated.data(), associated.size(),
                                                  next_nonce().data(), key_.view().data()) == 0) {
      return plain;
    }
  }
  throw base::Error("CND-1022", "What was sealed does not open.");
}

struct SealingSink::State {
  base::ByteSink& out;
  SealContext context;
  base::Bytes waiting;  ///< at most one chunk: which one is the last is known only at the end
};

SealingSink::SealingSink(base::ByteSink& out, const SealPublicKey& receiver, base::ByteView info,
                         base::Random& random) {
  const SealKey ephemeral = SealKey::random(random);
  state_ = std::make_unique<State>(State{out, SealContext(receiver, ephemeral, info), {}});
  state_->waiting.reserve(kSealedChunkBytes);
  out.write(ephemeral.public_key());
}

SealingSink::~SealingSink() { base::wipe(state_->waiting.data(), state_->waiting.size()); }

void SealingSink::write(base::ByteView bytes) {
  base::Bytes& waiting = state_->waiting;
  while (!bytes.empty()) {
    if (waiting.size() == kSealedChunkBytes) {
      state_->out.write(state_->context.seal(associated(Chunk::kMore), waiting));
      waiting.clear();
    }
    const std::size_t taken = std::min(bytes.size(), kSealedChunkBytes - waiting.size());
    waiting.insert(waiting.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
  }
}

void SealingSink::finish() {
  state_->out.write(state_->context.seal(associated(Chunk::kLast), state_->waiting));
}

struct OpeningSource::State {
  // Reads as much as is there, up to `size` bytes.
  base::Bytes take(std::size_t size) {
    base::Bytes taken(size);
    std::size_t got = 0;
    while (got < size) {
      const std::size_t more = sealed.read(std::span(taken).subspan(got));
      if (more == 0) break;
      got += more;
    }
    taken.resize(got);
    return taken;
  }
  void open_next();

  base::ByteSource& sealed;
  const SealKey& receiver;
  base::Bytes info;
  std::optional<SealContext> context;
  base::Bytes
      next;  ///< sealed, read ahead by one byte more than a chunk: whether it is the last shows in that
  base::Bytes plain;
  std::size_t at = 0;
  bool ended = false;
};

void OpeningSource::State::open_next() {
  constexpr std::size_t kWhole = kSealedChunkBytes + kSealTagBytes;
  if (!context) {
    context.emplace(take(sizeof(SealPublicKey)), receiver, info);
    next = take(kWhole);
  }
  base::Bytes after = next.size() == kWhole ? take(kWhole) : base::Bytes();
  ended = after.empty();
  base::wipe(plain.data(), plain.size());
  plain = context->open(associated(ended ? Chunk::kLast : Chunk::kMore), next);
  at = 0;
  next = std::move(after);
}

OpeningSource::OpeningSource(base::ByteSource& sealed, const SealKey& receiver, base::ByteView info)
    : state_(std::make_unique<State>(
          State{sealed, receiver, base::Bytes(info.begin(), info.end()), std::nullopt, {}, {}, 0, false})) {}

OpeningSource::~OpeningSource() { base::wipe(state_->plain.data(), state_->plain.size()); }

std::size_t OpeningSource::read(std::span<std::uint8_t> out) {
  State& state = *state_;
  while (state.at == state.plain.size()) {
    if (state.ended) return 0;
    state.open_next();
  }
  const std::size_t size = std::min(out.size(), state.plain.size() - state.at);
  std::copy_n(state.plain.begin() + static_cast<std::ptrdiff_t>(state.at), size, out.begin());
  state.at += size;
  return size;
}

}  // namespace candour::crypto
