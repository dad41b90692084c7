#include "candour/crypto/mac.h"

#include <doctest/doctest.h>

#include <string>

#include "candour/base/disk.h"
#include "candour/base/json.h"
#include "candour/testing/shared.h"

namespace candour::crypto {
namespace {

base::Bytes bytes_of(std::string_view hex) { return base::from_hex(hex).value(); }

struct Vector {
  std::string key;
  std::string message;
  std::string_view digest;
};

// RFC 4231, section 4, cases 1 to 7; case 5 gives the first 128 bits only.
const Vector kHmacVectors[] = {
    {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
     std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
     "be "
     "hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

TEST_CASE("HMAC-SHA-256 gives the digests of RFC 4231") {
  for (const Vector& vector : kHmacVectors) {
    CAPTURE(vector.message);
    const auto digest = hmac_sha256(base::as_bytes(vector.key), base::as_bytes(vector.message));
    CHECK(base::to_hex(digest).substr(0, vector.digest.size()) == vector.digest);
  }
}

// A tag may be cut; it is then compared with as much of the digest.
bool tag_matches(const base::Json& test) {
  const auto digest = hmac_sha256(bytes_of(*test.find("key")->text()), bytes_of(*test.find("msg")->text()));
  const base::Bytes tag = bytes_of(*test.find("tag")->text());
  return base::equal_in_constant_time(base::ByteView(digest).first(tag.size()), tag);
}

TEST_CASE("HMAC-SHA-256 agrees with Wycheproof on what is valid and what is not") {
  const auto path = testing::shared_file("bad-input/wycheproof/testvectors_v1/hmac_sha256_test.json");
  if (!path) return;
  const base::Json file = base::parse_json(base::load_text(base::PosixDisk(), *path));
  std::int64_t run = 0;
  for (const base::Json& group : *file.find("testGroups")->array()) {
    for (const base::Json& test : *group.find("tests")->array()) {
      CAPTURE(*test.find("tcId")->integer());
      CHECK(tag_matches(test) == (*test.find("result")->text() == "valid"));
      ++run;
    }
  }
  CHECK(run == *file.find("numberOfTests")->integer());
  CHECK(run > 100);
}

TEST_CASE("SipHash-2-4-128 gives the digests of its authors' reference") {
  // github.com/veorq/SipHash, vectors.h, vectors_sip128: the key is 00 to 0f, the message 00, 01 and so on.
  struct ShortVector {
    std::size_t size_bytes;
    std::string_view digest;
  };
  const ShortVector vectors[] = {
      {0, "a3817f04ba25a8e66df67214c7550293"}, {1, "da87c1d86b99af44347659119b22fc45"},
      {2, "8177228da4a45dc7fca38bdef60affe4"}, {3, "9c70b60c5267a94e5f33b6b02985ed51"},
      {4, "f88164c12d9c8faf7d0f6e7c7bcd5579"}, {5, "1368875980776f8854527a07690e9627"},
      {6, "14eeca338b208613485ea0308fd7a15e"}, {7, "a1f1ebbed8dbc153c0b84aa61ff08239"},
      {8, "3b62a9ba6258f5610f83e264f31497b4"}, {15, "5493e99933b0a8117e08ec0f97cfc3d9"},
  };
  base::Bytes counted(16);
  for (std::size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<std::uint8_t>(i);
  for (const ShortVector& vector : vectors) {
    CAPTURE(vector.size_bytes);
    CHECK(base::to_hex(short_digest(counted, base::ByteView(counted).first(vector.size_bytes))) ==
          vector.digest);
  }
}

}  // namespace
}  // namespace candour::crypto
