#include "candour/table/csv_text.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

#include "candour/base/printable.h"

using namespace candour::table;

namespace {

std::optional<std::string> decode(TextDecoder& decoder, std::string_view bytes) {
  std::string storage;
  const auto text = decoder.decode(bytes, storage);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

TEST_CASE("ASCII decides nothing and is not copied") {
  TextDecoder decoder;
  std::string storage;
  const std::string_view field = "RX1 and twenty more bytes";
  const auto text = decoder.decode(field, storage);
  REQUIRE(text);
  CHECK(text->data() == field.data());
  CHECK(decoder.encoding() == Encoding::kAscii);
}

TEST_CASE("a high byte is seen at every place of a field") {
  for (std::size_t size = 1; size < 20; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string field(size, 'a');
      field[place] = '\xE9';
      TextDecoder decoder;
      CHECK(decode(decoder, field) ==
            std::string(place, 'a') + "\xC3\xA9" + std::string(size - place - 1, 'a'));
      CHECK(decoder.encoding() == Encoding::kWindows1252);
    }
  }
}

TEST_CASE("the first field that is not ASCII decides for UTF-8, and later fields must be") {
  TextDecoder decoder;
  CHECK(decode(decoder, "Zo\xC3\xAB") == "Zo\xC3\xAB");
  CHECK(decoder.encoding() == Encoding::kUtf8);
  CHECK(!decode(decoder, "Zo\xEB"));
  CHECK(decode(decoder, "plain") == "plain");
  CHECK(decoder.encoding() == Encoding::kUtf8);
}

TEST_CASE("the first field that is not ASCII decides for Windows-1252, and keeps to it") {
  TextDecoder decoder;
  CHECK(decode(decoder, "Zo\xEB") == "Zo\xC3\xAB");
  CHECK(decoder.encoding() == Encoding::kWindows1252);
  CHECK(decode(decoder, "\xC3\xAB") == "\xC3\x83\xC2\xAB");
}

TEST_CASE("what a byte-order mark settled stays settled") {
  TextDecoder decoder(Encoding::kUtf8);
  CHECK(!decode(decoder, "Zo\xEB"));
  CHECK(decoder.encoding() == Encoding::kUtf8);
}

TEST_CASE("Windows-1252 has the characters of Microsoft's table") {
  const std::pair<std::string_view, std::string_view> characters[] = {
      {"\x80", "€"}, {"\x82", "‚"},
      {"\x83", "ƒ"}, {"\x84", "„"},
      {"\x85", "…"}, {"\x86", "†"},
      {"\x87", "‡"}, {"\x88", "ˆ"},
      {"\x89", "‰"}, {"\x8A", "Š"},
      {"\x8B", "‹"}, {"\x8C", "Œ"},
      {"\x8E", "Ž"}, {"\x91", "‘"},
      {"\x92", "’"}, {"\x93", "“"},
      {"\x94", "”"}, {"\x95", "•"},
      {"\x96", "–"}, {"\x97", "—"},
      {"\x98", "˜"}, {"\x99", "™"},
      {"\x9A", "š"}, {"\x9B", "›"},
      {"\x9C", "œ"}, {"\x9E", "ž"},
      {"\x9F", "Ÿ"}, {"\xA0", "\xC2\xA0"},
      {"\xA3", "£"}, {"\xBF", "¿"},
      {"\xC0", "À"}, {"\xD7", "×"},
      {"\xFF", "ÿ"}, {"O\x92Neill", "O’Neill"}};
  for (const auto& [bytes, text] : characters) {
    TextDecoder decoder(Encoding::kWindows1252);
    CHECK(decode(decoder, bytes) == text);
  }
}

TEST_CASE("five bytes have no character, and what is neither encoding still decides") {
  for (const char* bytes : {"\x81", "\x8D", "\x8F", "\x90", "a\x9D"}) {
    TextDecoder decoder;
    CHECK(!decode(decoder, bytes));
    CHECK(decoder.encoding() == Encoding::kWindows1252);
  }
}

TEST_CASE("whatever is decoded is well-formed UTF-8") {
  CHECK(rc::check("decoded texts are UTF-8", [](const std::vector<std::string>& fields) {
    TextDecoder decoder;
    std::string storage;
    for (const std::string& field : fields) {
      const auto text = decoder.decode(field, storage);
      if (text && !candour::base::is_utf8(*text)) return false;
    }
    return true;
  }));
}
