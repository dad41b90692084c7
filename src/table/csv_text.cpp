#include "candour/table/csv_text.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "candour/base/printable.h"

namespace candour::table {
namespace {

// Windows-1252, bytes 80 to 9F (https://encoding.spec.whatwg.org/#windows-1252, less the five that have no
// character in Microsoft's table); 0 where there is none. From A0 on the byte is the code point.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_ascii(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t seen = 0;
  for (; left >= sizeof(std::uint64_t); at += sizeof(std::uint64_t), left -= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    seen |= word;
  }
  for (; left > 0; ++at, --left) seen |= static_cast<unsigned char>(*at);
  return (seen & kHighBits) == 0;
}

// The code point of a byte of Windows-1252, all of which are under U+FFFF; 0 where there is none.
char16_t windows_1252_character(unsigned char byte) {
  return byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80U] : byte;
}

void append_utf8(char16_t character, std::string& out) {
  const auto code = static_cast<unsigned>(character);
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0U | code >> 6U));
    out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xE0U | code >> 12U));
    out.push_back(static_cast<char>(0x80U | (code >> 6U & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  }
}

std::optional<std::string_view> decode_windows_1252(std::string_view bytes, std::string& storage) {
  storage.clear();
  for (const char byte : bytes) {
    const char16_t character = windows_1252_character(static_cast<unsigned char>(byte));
    if (character == 0 && byte != '\0') return std::nullopt;
    append_utf8(character, storage);
  }
  return storage;
}

}  // namespace

std::optional<std::string_view> TextDecoder::decode(std::string_view bytes, std::string& storage) {
  if (is_ascii(bytes)) return bytes;
  if (encoding_ == Encoding::kWindows1252) return decode_windows_1252(bytes, storage);
  if (base::is_utf8(bytes)) {
    encoding_ = Encoding::kUtf8;
    return bytes;
  }
  if (encoding_ == Encoding::kUtf8) return std::nullopt;
  encoding_ = Encoding::kWindows1252;
  return decode_windows_1252(bytes, storage);
}

}  // namespace candour::table
