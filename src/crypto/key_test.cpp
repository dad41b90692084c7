#include "candour/crypto/key.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/testing/shared.h"

namespace candour::crypto {
namespace {

using testing::TemporaryFolder;

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

base::SecretBytes secret(std::string_view text) { return base::SecretBytes(base::as_bytes(text)); }

std::filesystem::path file_with(const TemporaryFolder& folder, const std::string& text, mode_t mode) {
  const auto path = folder.path() / "key";
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

TEST_CASE("a key file that was made is loaded, has mode 0600 and is never replaced") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "vault.key";
  base::SeededRandom random(1, "key");
  store_new_key_file(path, random);
  base::SeededRandom again(1, "key");
  base::Bytes expected(kKeyBytes);
  again.fill(expected);
  const base::SecretBytes key = load_key_file(path);
  CHECK(base::equal_in_constant_time(key.view(), expected));
  struct stat status;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(status.st_size == 65);
  CHECK(code_of([&] { store_new_key_file(path, random); }) == "CND-1005");
  CHECK(base::equal_in_constant_time(load_key_file(path).view(), expected));
}

TEST_CASE("a key file that group or others may use is refused, whatever they may do") {
  const TemporaryFolder folder;
  const std::string good = std::string(64, 'a') + "\n";
  for (const mode_t mode : {0640, 0620, 0610, 0604, 0602, 0601, 0644}) {
    CAPTURE(mode);
    CHECK(code_of([&] { (void)load_key_file(file_with(folder, good, mode)); }) == "CND-1012");
  }
  for (const mode_t mode : {0600, 0400}) {
    CHECK(code_of([&] { (void)load_key_file(file_with(folder, good, mode)); }) == "none");
  }
}

TEST_CASE("only 64 digits and a line end are a key file") {
  const TemporaryFolder folder;
  const std::string digits(64, 'a');
  for (const std::string& text : {std::string(), digits, digits + "\r\n", digits + "\n\n", digits + " ",
                                  digits.substr(1) + "\n", digits + "a\n", std::string(63, 'a') + "g\n",
                                  " " + digits.substr(1) + "\n", std::string(1000, 'a') + "\n"}) {
    CAPTURE(text);
    CHECK(code_of([&] { (void)load_key_file(file_with(folder, text, 0600)); }) == "CND-1011");
  }
  CHECK(code_of([&] { (void)load_key_file(folder.path()); }) == "CND-1011");
  CHECK(code_of([&] { (void)load_key_file(folder.path() / "absent"); }) == "CND-1002");
}

TEST_CASE("a passphrase gives its key under its salt, and one vector of it stays the same for ever") {
  // A vault made today opens in years only if this value never changes. Made with the reference libargon2 (t
  // 3, m 262144 KiB, p 1).
  const std::array<std::uint8_t, kSaltBytes> salt = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const base::SecretBytes key = key_from_passphrase(secret("correct horse"), salt);
  CHECK(base::to_hex(key.view()) == "eebe26b451a68d4c43a23f45a8df1386550eeacb028ed6209232f2875f938676");
}

TEST_CASE("a key derived for a purpose is the HMAC of its name, and each purpose has its own") {
  const base::SecretBytes key(base::as_bytes("Jefe"));
  CHECK(base::to_hex(derive_key(key, "what do ya want for nothing?").view()) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(!base::equal_in_constant_time(derive_key(key, "vault").view(),
                                      derive_key(key, "local-pseudonym").view()));
}

TEST_CASE("A pipe is no key file, and is not waited for") {
  const candour::testing::TemporaryFolder folder;
  const std::filesystem::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_AS(static_cast<void>(load_key_file(pipe)), base::Error);
}

}  // namespace
}  // namespace candour::crypto
