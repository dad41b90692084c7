#include "candour/crypto/seal.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/error.h"
#include "candour/crypto/group_testing.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

// RFC 9180, A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode.
constexpr std::string_view kEphemeralSecret =
    "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600";
constexpr std::string_view kEnc = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
constexpr std::string_view kReceiverSecret =
    "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
constexpr std::string_view kReceiverPublic =
    "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
constexpr std::string_view kSealed =
    "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";

std::string read_all(base::ByteSource& source, std::size_t piece_bytes) {
  std::string text;
  std::vector<std::uint8_t> piece(piece_bytes);
  while (const std::size_t size = source.read(piece))
    text += base::as_text(base::ByteView(piece).first(size));
  return text;
}

std::string code_of(const auto& work) {
  try {
    static_cast<void>(work());
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "";
}

struct Pair {
  explicit Pair(std::uint64_t seed) : random(seed, "seal"), key(SealKey::random(random)) {}
  std::string sealed(std::string_view plain, std::size_t piece_bytes = 70'000,
                     std::string_view info = "package") {
    base::TextSink out;
    SealingSink sink(out, key.public_key(), base::as_bytes(info), random);
    for (std::size_t at = 0; at < plain.size(); at += piece_bytes)
      sink.write_text(plain.substr(at, piece_bytes));
    sink.finish();
    return out.take();
  }
  std::string opened(std::string_view sealed, std::size_t piece_bytes = 70'000,
                     std::string_view info = "package") {
    base::MemorySource source(sealed);
    OpeningSource opening(source, key, base::as_bytes(info));
    return read_all(opening, piece_bytes);
  }
  std::string refusal(std::string_view sealed, std::string_view info = "package") {
    return code_of([&] { return opened(sealed, 70'000, info); });
  }
  base::SeededRandom random;
  SealKey key;
};

TEST_CASE("RFC 9180, A.2.1: keys, and the first message both ways") {
  const SealKey ephemeral{base::ByteView(hex(kEphemeralSecret))},
      receiver{base::ByteView(hex(kReceiverSecret))};
  CHECK(shown(ephemeral.public_key()) == kEnc);
  CHECK(shown(receiver.public_key()) == kReceiverPublic);
  const base::ByteView info = base::as_bytes("Ode on a Grecian Urn"), count = base::as_bytes("Count-0"),
                       plain = base::as_bytes("Beauty is truth, truth beauty");
  SealContext sender(receiver.public_key(), ephemeral, info), opener(hex(kEnc), receiver, info);
  const base::Bytes sealed = sender.seal(count, plain);
  CHECK(shown(sealed) == kSealed);
  CHECK(base::as_text(opener.open(count, sealed)) == base::as_text(plain));
  // The next message has the next nonce.
  const base::Bytes next = sender.seal(base::as_bytes("Count-1"), plain);
  CHECK(next != sealed);
  CHECK(base::as_text(opener.open(base::as_bytes("Count-1"), next)) == base::as_text(plain));
  CHECK(code_of([&] { return opener.open(count, sealed); }) == "CND-1022");
}

TEST_CASE("what was sealed opens, whatever its length and however it is cut into pieces") {
  Pair pair(1);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kSealedChunkBytes - 1, kSealedChunkBytes,
                                 kSealedChunkBytes + 1, 2 * kSealedChunkBytes, 3 * kSealedChunkBytes + 7}) {
    CAPTURE(size);
    std::string plain(size, 'a');
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<char>(i * 31 % 251);
    const std::string sealed = pair.sealed(plain, 1 + size / 3);
    const std::size_t chunks = size == 0 ? 1 : (size + kSealedChunkBytes - 1) / kSealedChunkBytes;
    CHECK(sealed.size() == 32 + size + chunks * kSealTagBytes);
    CHECK(pair.opened(sealed, 4'099) == plain);
    CHECK(pair.opened(sealed, std::size_t{1} << 20) == plain);
  }
}

TEST_CASE("one that was changed in a bit, cut anywhere, lengthened or put in another order does not open") {
  Pair pair(2);
  const std::string plain(2 * kSealedChunkBytes + 100, 'p');
  const std::string sealed = pair.sealed(plain);
  constexpr std::size_t kWhole = kSealedChunkBytes + kSealTagBytes;
  CHECK(pair.refusal(sealed) == "");
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{31}, std::size_t{32}, kWhole, 32 + kWhole, sealed.size() - 1}) {
    CAPTURE(at);
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(pair.refusal(changed) == "CND-1022");
  }
  for (const std::size_t size :
       {std::size_t{32}, std::size_t{33}, 32 + kWhole, 32 + 2 * kWhole, sealed.size() - 1}) {
    CAPTURE(size);
    CHECK(pair.refusal(sealed.substr(0, size)) == "CND-1022");
  }
  CHECK(pair.refusal(sealed.substr(0, 31)) == "CND-1021");
  CHECK(pair.refusal("") == "CND-1021");
  CHECK(pair.refusal(sealed + "x") == "CND-1022");
  CHECK(pair.refusal(sealed + sealed.substr(32 + 2 * kWhole)) == "CND-1022");
  CHECK(pair.refusal(sealed.substr(0, 32) + sealed.substr(32 + kWhole, kWhole) + sealed.substr(32, kWhole) +
                     sealed.substr(32 + 2 * kWhole)) == "CND-1022");
  // A whole number of chunks, without the last.
  const std::string even = pair.sealed(std::string(2 * kSealedChunkBytes, 'e'));
  CHECK(pair.refusal(even.substr(0, 32 + kWhole)) == "CND-1022");
}

TEST_CASE("it opens for its receiver and as what it was sealed alone, and a key that is none is refused") {
  Pair pair(3), other(4);
  const std::string sealed = pair.sealed("rows");
  CHECK(other.refusal(sealed) == "CND-1022");
  CHECK(pair.refusal(sealed, "receipt") == "CND-1022");
  CHECK(pair.sealed("rows") != sealed);  // a fresh ephemeral key each time
  CHECK(code_of([&] { return SealContext(SealPublicKey{}, pair.key, {}).seal({}, {}); }) == "CND-1021");
  CHECK(pair.refusal(std::string(32, '\0') + sealed.substr(32)) == "CND-1021");
}

TEST_CASE("nothing is handed out before it was authenticated") {
  Pair pair(5);
  std::string sealed = pair.sealed(std::string(kSealedChunkBytes + 10, 'x'));
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  base::MemorySource source(sealed);
  OpeningSource opening(source, pair.key, base::as_bytes("package"));
  std::vector<std::uint8_t> piece(2 * kSealedChunkBytes);
  CHECK(opening.read(piece) == kSealedChunkBytes);
  CHECK(code_of([&] { return opening.read(piece); }) == "CND-1022");
}

}  // namespace
}  // namespace candour::crypto
