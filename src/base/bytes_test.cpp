#include "candour/base/bytes.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cctype>
#include <type_traits>

namespace candour::base {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);

TEST_CASE("bytes survive the way to hexadecimal and back, in either case") {
  CHECK(rc::check([](const Bytes& bytes) {
    std::string upper = to_hex(bytes);
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    return from_hex(to_hex(bytes)) == bytes && from_hex(upper) == bytes;
  }));
  CHECK(to_hex(Bytes{0x00, 0x0f, 0xa5, 0xff}) == "000fa5ff");
}

TEST_CASE("what is not hexadecimal gives no bytes") {
  for (const char* text : {"0", "0g", "g0", "0x00", " 00", "00 ", "0/", "0:", "@0", "0G", "`0"}) {
    CAPTURE(text);
    CHECK(!from_hex(text));
  }
  CHECK(from_hex("")->empty());
}

TEST_CASE("a wiped text holds nothing of itself") {
  std::string text(100, 's');
  const char* memory = text.data();
  wipe(text);
  CHECK(text.empty());
  // The string keeps its memory: what was a secret there must be zeros.
  bool all_zero = true;
  for (int i = 1; i < 100; ++i) all_zero &= memory[i] == '\0';
  CHECK(all_zero);
}

TEST_CASE("secret bytes move and leave nothing behind") {
  const Bytes plain{1, 2, 3};
  SecretBytes first{ByteView(plain)};
  SecretBytes second(std::move(first));
  CHECK(Bytes(second.view().begin(), second.view().end()) == plain);
  SecretBytes third(std::size_t{8});
  CHECK(Bytes(third.view().begin(), third.view().end()) == Bytes(8, 0));
  third = std::move(second);
  CHECK(third.size() == 3);
  CHECK(third.view()[2] == 3);
}

TEST_CASE("equality in constant time is equality") {
  CHECK(rc::check([](const Bytes& a, const Bytes& b) {
    return equal_in_constant_time(a, b) == (a == b) && equal_in_constant_time(a, a);
  }));
  CHECK(!equal_in_constant_time(Bytes{1, 2}, Bytes{1, 2, 3}));
  CHECK(!equal_in_constant_time(Bytes{1, 2}, Bytes{1, 3}));
}

TEST_CASE("base64 is read in its one form and no other") {
  const std::vector<std::pair<std::string, std::string>> published = {
      // RFC 4648, 10
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : published) {
    CHECK(to_base64(as_bytes(plain)) == encoded);
    CHECK(as_text(from_base64(encoded).value()) == plain);
  }
  for (const std::string_view wrong :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Zm9-", "====", "Zg==Zg=="}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_base64(wrong));
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'Z', 'm', static_cast<char>(byte), 'v'};
    const bool letter = std::isalnum(byte) != 0 || byte == '+' || byte == '/';
    CAPTURE(byte);
    CHECK(from_base64(text).has_value() == letter);
  }
}

}  // namespace
}  // namespace candour::base
