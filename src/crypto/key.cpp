#include "candour/crypto/key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"

namespace candour::crypto {
namespace {

constexpr std::size_t kKeyFileBytes = 2 * kKeyBytes + 1;  // the digits and a line end

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void throw_no_key_file(const std::filesystem::path& path) {
  throw base::Error("CND-1011", "The file is not a key file.").with("path", path);
}

}  // namespace

base::SecretBytes load_key_file(const std::filesystem::path& path) {
  // Of a pipe that nobody writes to, the opening alone would wait for ever.
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (number < 0) {
    throw base::Error("CND-1002", "The file or folder is missing or cannot be read.")
        .with("path", path)
        .with("errno", errno);
  }
  const Descriptor file(number);
  // The open file is asked for its mode, not the path: the two could differ a moment later.
  struct stat status;
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) throw_no_key_file(path);
  if ((status.st_mode & 077) != 0) {
    throw base::Error("CND-1012", "The key file may be read by others than its owner.").with("path", path);
  }
  base::SecretBytes text(kKeyFileBytes + 1);
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.number(), text.span().data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size != kKeyFileBytes || text.view()[kKeyFileBytes - 1] != '\n') throw_no_key_file(path);
  auto bytes = base::from_hex(base::as_text(text.view().first(2 * kKeyBytes)));
  if (!bytes) throw_no_key_file(path);
  base::SecretBytes key{base::ByteView(*bytes)};
  base::wipe(bytes->data(), bytes->size());
  return key;
}

void store_new_key_file(const std::filesystem::path& path, base::Random& random) {
  base::SecretBytes key(kKeyBytes);
  random.fill(key.span());
  std::string text = base::to_hex(key.view());
  text.push_back('\n');
  const struct Wiper {
    std::string& text;
    ~Wiper() { base::wipe(text); }
  } wiper{text};
  base::PosixDisk disk;
  disk.store_new(path, text);
}

base::SecretBytes key_from_passphrase(const base::SecretBytes& passphrase,
                                      const std::array<std::uint8_t, kSaltBytes>& salt) {
  static_assert(crypto_pwhash_argon2id_SALTBYTES == kSaltBytes);
  CANDOUR_CHECK(sodium_init() >= 0);
  base::SecretBytes key(kKeyBytes);
  const auto text = base::as_text(passphrase.view());
  // Fixed here, not taken from the library's "moderate": a vault must open after an upgrade of the library.
  constexpr unsigned long long kPasses = 3;
  constexpr std::size_t kMemoryBytes = std::size_t{256} << 20;
  if (crypto_pwhash_argon2id(key.span().data(), key.size(), text.data(), text.size(), salt.data(), kPasses,
                             kMemoryBytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    throw base::Error("CND-1013", "There is not enough memory to turn the passphrase into a key.")
        .with("bytes", kMemoryBytes);
  }
  return key;
}

base::SecretBytes derive_key(const base::SecretBytes& key, std::string_view purpose) {
  base::Digest digest = hmac_sha256(key.view(), base::as_bytes(purpose));
  base::SecretBytes derived{base::ByteView(digest)};
  base::wipe(digest.data(), digest.size());
  return derived;
}

}  // namespace candour::crypto
