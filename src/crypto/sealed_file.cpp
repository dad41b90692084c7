#include "candour/crypto/sealed_file.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "candour/base/error.h"
#include "candour/crypto/key.h"

namespace candour::crypto {
namespace {

constexpr std::string_view kFirstLine = "candour-sealed-file-1\n";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kOverheadBytes = kFirstLine.size() + kNonceBytes + kTagBytes;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kKeyBytes);

// The first line has a fixed size: no two purposes give the same bytes.
std::string associated_data(std::string_view purpose) { return std::string(kFirstLine).append(purpose); }

}  // namespace

void store_new_sealed(base::Disk& disk, const std::filesystem::path& path, std::string_view purpose,
                      base::ByteView secret, const base::SecretBytes& key, base::Random& random) {
  CANDOUR_CHECK(!secret.empty() && secret.size() <= kSealedSecretAtMostBytes && key.size() == kKeyBytes);
  CANDOUR_CHECK(sodium_init() >= 0);
  const base::SecretBytes sealing_key = derive_key(key, "sealed-file");
  const std::string associated = associated_data(purpose);
  base::Bytes file(kOverheadBytes + secret.size());
  std::ranges::copy(kFirstLine, file.begin());
  const std::span<std::uint8_t> nonce = std::span(file).subspan(kFirstLine.size(), kNonceBytes);
  random.fill(nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      file.data() + kFirstLine.size() + kNonceBytes, nullptr, secret.data(), secret.size(),
      base::as_bytes(associated).data(), associated.size(), nullptr, nonce.data(), sealing_key.view().data());
  disk.store_new(path, base::as_text(file));
}

base::SecretBytes load_sealed(const base::Disk& disk, const std::filesystem::path& path,
                              std::string_view purpose, const base::SecretBytes& key) {
  CANDOUR_CHECK(key.size() == kKeyBytes && sodium_init() >= 0);
  const std::string file = base::load_text(disk, path, kOverheadBytes + kSealedSecretAtMostBytes);
  if (!file.starts_with(kFirstLine) || file.size() <= kOverheadBytes) {
    throw base::Error("CND-1023", "The file is no sealed file, or was cut.").with("path", path);
  }
  const base::SecretBytes sealing_key = derive_key(key, "sealed-file");
  const std::string associated = associated_data(purpose);
  const base::ByteView nonce = base::as_bytes(file).subspan(kFirstLine.size(), kNonceBytes);
  const base::ByteView sealed = base::as_bytes(file).subspan(kFirstLine.size() + kNonceBytes);
  base::SecretBytes secret(sealed.size() - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.span().data(), nullptr, nullptr, sealed.data(),
                                                 sealed.size(), base::as_bytes(associated).data(),
                                                 associated.size(), nonce.data(),
                                                 sealing_key.view().data()) != 0) {
    throw base::Error("CND-1024", "The sealed file does not open with this key for this purpose.")
        .with("path", path)
        .with("purpose", base::Label(purpose));
  }
  return secret;
}

}  // namespace candour::crypto
