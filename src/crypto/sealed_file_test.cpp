#include "candour/crypto/sealed_file.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/crypto/key.h"

namespace candour::crypto {
namespace {

std::string code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

base::SecretBytes key_of(std::uint8_t byte) { return base::SecretBytes(base::Bytes(kKeyBytes, byte)); }

const std::string kSecret = "thirty-two bytes of a signing key";

// A disk with one sealed file, and what opening it raises.
struct Sealed {
  Sealed() {
    base::SeededRandom random(1, "sealed");
    store_new_sealed(disk, "key", "signing-key", base::as_bytes(kSecret), key_of(7), random);
  }
  [[nodiscard]] std::string code(std::string_view file, std::string_view purpose = "signing-key",
                                 std::uint8_t key = 7) {
    disk.remove("other");
    disk.store_new("other", file);
    return code_of([&] { (void)load_sealed(disk, "other", purpose, key_of(key)); });
  }
  base::SimulatedDisk disk;
};

TEST_CASE("a secret that was sealed is loaded with the key and the purpose that sealed it") {
  Sealed sealed;
  CHECK(base::as_text(load_sealed(sealed.disk, "key", "signing-key", key_of(7)).view()) == kSecret);
  const std::string file = base::load_text(sealed.disk, "key");
  CHECK(file.size() == 22 + 24 + kSecret.size() + 16);
  CHECK(file.find(kSecret) == std::string::npos);
  CHECK(sealed.code(file) == "none");
  CHECK(sealed.code(file, "signing-key", 8) == "CND-1024");
  CHECK(sealed.code(file, "share") == "CND-1024");
  CHECK(sealed.code(file, "signing-key2") == "CND-1024");
  CHECK(sealed.code(file, "") == "CND-1024");
}

TEST_CASE("a sealed file is never replaced, and one that is missing is said to be") {
  Sealed sealed;
  base::SeededRandom random(2, "sealed");
  CHECK(code_of([&] {
          store_new_sealed(sealed.disk, "key", "signing-key", base::as_bytes("x"), key_of(7), random);
        }) == "CND-1005");
  CHECK(code_of([&] { (void)load_sealed(sealed.disk, "none", "signing-key", key_of(7)); }) == "CND-1002");
}

TEST_CASE("a sealed file with any bit changed, cut or lengthened does not open") {
  Sealed sealed;
  const std::string file = base::load_text(sealed.disk, "key");
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    CAPTURE(bit);
    std::string changed = file;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    CHECK(sealed.code(changed) == (bit / 8 < 22 ? "CND-1023" : "CND-1024"));
  }
  for (std::size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK(sealed.code(file.substr(0, size)) == (size <= 22 + 24 + 16 ? "CND-1023" : "CND-1024"));
  }
  CHECK(sealed.code(file + "x") == "CND-1024");
  CHECK(sealed.code(file + std::string(kSealedSecretAtMostBytes, 'x')) == "CND-1007");
}

TEST_CASE("a secret that is sealed twice gives two files") {
  base::SimulatedDisk disk;
  base::SeededRandom random(1, "sealed");
  store_new_sealed(disk, "one", "share", base::as_bytes(kSecret), key_of(7), random);
  store_new_sealed(disk, "two", "share", base::as_bytes(kSecret), key_of(7), random);
  CHECK(base::load_text(disk, "one") != base::load_text(disk, "two"));
}

TEST_CASE("the largest secret and the least are sealed") {
  base::SimulatedDisk disk;
  base::SeededRandom random(1, "sealed");
  for (const std::size_t size : {std::size_t{1}, kSealedSecretAtMostBytes}) {
    CAPTURE(size);
    const base::Bytes secret(size, 0x5a);
    disk.remove("file");
    store_new_sealed(disk, "file", "share", secret, key_of(7), random);
    CHECK(base::equal_in_constant_time(load_sealed(disk, "file", "share", key_of(7)).view(), secret));
  }
}

// Computed with Python's hmac, an HChaCha20 written for it and the ChaCha20-Poly1305 of its cryptography
// package.
TEST_CASE("the worked example of docs/reference/formats/sealed-file.md opens") {
  base::SimulatedDisk disk;
  const auto rest = base::from_hex(
      "000102030405060708090a0b0c0d0e0f10111213141516179e40e8"
      "f241adace9af6c3d2298b7332e6b5d94e9b5c2c7adc1f92a353e18");
  disk.store_new("example", std::string("candour-sealed-file-1\n").append(base::as_text(rest.value())));
  CHECK(base::as_text(load_sealed(disk, "example", "signing-key", key_of(7)).view()) == "a small secret");
}

}  // namespace
}  // namespace candour::crypto
