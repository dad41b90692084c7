#include "candour/table/csv_text.h"

#include <array>
#include <cstddef>
#include <cstring>

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

// The bytes that may follow a lead byte of UTF-8: how many, and the range of the first of them, which is
// what keeps overlong forms, surrogates and code points over U+10FFFF out (RFC 3629, section 4).
struct Tail {
  std::size_t bytes;
  unsigned char first_low;
  unsigned char first_high;
};

std::optional<Tail> tail_of(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return Tail{1, 0x80, 0xBF};
  if (lead == 0xE0) return Tail{2, 0xA0, 0xBF};
  if (lead == 0xED) return Tail{2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return Tail{2, 0x80, 0xBF};
  if (lead == 0xF0) return Tail{3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return Tail{3, 0x80, 0xBF};
  if (lead == 0xF4) return Tail{3, 0x80, 0x8F};
  return std::nullopt;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    ++at;
    if (lead < 0x80) continue;
    const std::optional<Tail> tail = tail_of(lead);
    if (!tail || bytes.size() - at < tail->bytes) return false;
    const auto first = static_cast<unsigned char>(bytes[at]);
    if (first < tail->first_low || first > tail->first_high) return false;
    for (std::size_t index = 1; index < tail->bytes; ++index) {
      if ((static_cast<unsigned char>(bytes[at + index]) & 0xC0U) != 0x80U) return false;
    }
    at += tail->bytes;
  }
  return true;
}

std::optional<std::string_view> TextDecoder::decode(std::string_view bytes, std::string& storage) {
  if (is_ascii(bytes)) return bytes;
  if (encoding_ == Encoding::kWindows1252) return decode_windows_1252(bytes, storage);
  if (is_utf8(bytes)) {
    encoding_ = Encoding::kUtf8;
    return bytes;
  }
  if (encoding_ == Encoding::kUtf8) return std::nullopt;
  encoding_ = Encoding::kWindows1252;
  return decode_windows_1252(bytes, storage);
}

}  // namespace candour::table
