// Bytes in memory: plain ones, and secret ones that are wiped when they go.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candour::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, without a copy.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// Bytes seen as a text, without a copy or a check of their encoding.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(ByteView bytes);
/// The bytes of lower- or upper-case hexadecimal; nothing where the text is odd or has another character.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

/// The same for a value of fixed size; nothing where the text has another.
template <std::size_t N>
[[nodiscard]] std::optional<std::array<std::uint8_t, N>> from_hex_exactly(std::string_view text) {
  const auto bytes = text.size() == 2 * N ? from_hex(text) : std::nullopt;
  if (!bytes) return std::nullopt;
  std::array<std::uint8_t, N> array{};
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return array;
}

/// Base64 with padding (RFC 4648, 4).
[[nodiscard]] std::string to_base64(ByteView bytes);
/// The bytes of base64 in its one form: padded, without white space, its unused bits zero. Nothing otherwise.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

/// Overwrites memory in a way that the compiler may not leave out.
void wipe(void* memory, std::size_t size_bytes);
inline void wipe(std::string& text) {
  wipe(text.data(), text.size());
  text.clear();
}

/// Secret bytes (a key, a passphrase): in locked, guarded memory of libsodium, wiped when destroyed, moved
/// but never copied, compared in constant time. They have no conversion to text: nothing can print one by
/// accident.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size_bytes);
  explicit SecretBytes(ByteView bytes);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  [[nodiscard]] std::span<std::uint8_t> span() { return {data_, size_}; }
  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Whether two byte strings are equal, in time that depends on their lengths alone.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace candour::base
