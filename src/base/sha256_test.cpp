#include "candour/base/sha256.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candour::base {
namespace {

struct Vector {
  std::string message;
  std::string digest;
};

// FIPS 180-4 examples, https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values.
const Vector kVectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

TEST_CASE("The digest of a source is that of its bytes, and a digesting source hands them on unchanged") {
  for (const Vector& vector : kVectors) {
    MemorySource whole(vector.message);
    CHECK(to_hex(sha256_of(whole)) == vector.digest);
    MemorySource again(vector.message);
    DigestingSource digesting(again);
    std::vector<std::uint8_t> piece(70'001);
    std::string passed;
    while (const std::size_t size = digesting.read(piece)) passed += as_text(ByteView(piece).first(size));
    CHECK(passed == vector.message);
    CHECK(to_hex(digesting.digest()) == vector.digest);
  }
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-4, whole and in pieces of any size") {
  for (const Vector& vector : kVectors) {
    CHECK(to_hex(sha256(as_bytes(vector.message))) == vector.digest);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65}}) {
      Sha256 hash;
      for (std::size_t at = 0; at < vector.message.size(); at += piece) {
        hash.update(as_bytes(vector.message).subspan(at, std::min(piece, vector.message.size() - at)));
      }
      CHECK(to_hex(hash.finish()) == vector.digest);
    }
  }
}

}  // namespace
}  // namespace candour::base
