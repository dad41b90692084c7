#include "candour/base/bytes.h"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <utility>

#include "candour/base/error.h"

namespace candour::base {
namespace {

std::uint8_t* allocate_secret(std::size_t size_bytes) {
  // sodium_malloc works only after sodium_init, which may be called again and from any thread.
  CANDOUR_CHECK(sodium_init() >= 0);
  void* memory = sodium_malloc(size_bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::uint8_t*>(memory);
}

}  // namespace

// libsodium's conversions look nothing up at a place that a byte decides: keys and tokens pass here too.
std::string to_hex(ByteView bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();  // the NUL
  return text;
}

std::string to_base64(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the NUL
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 1);  // libsodium wants a place to write to, also for no bytes
  std::size_t size = 0;
  const char* end = nullptr;
  if (text.size() % 4 != 0 ||
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(size);
  // libsodium 1.0.18 reads each byte from 0x80 on as if it were '/'.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes bytes(text.size() / 2 + 1);  // as there
  // Without a place for the end it refuses what does not end the text.
  if (sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, nullptr, nullptr) != 0) {
    return std::nullopt;
  }
  bytes.pop_back();
  return bytes;
}

void wipe(void* memory, std::size_t size_bytes) { sodium_memzero(memory, size_bytes); }

SecretBytes::SecretBytes(std::size_t size_bytes) : data_(allocate_secret(size_bytes)), size_(size_bytes) {
  sodium_memzero(data_, size_);
}

SecretBytes::SecretBytes(ByteView bytes) : SecretBytes(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), data_);
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace candour::base
