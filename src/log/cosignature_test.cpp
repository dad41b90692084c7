#include "candour/log/cosignature.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/base/random.h"
#include "candour/log/log_testing.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using candour::testing::code_of;

// C2SP tlog-cosignature's example of the message, and its time; the key is not published.
TEST_CASE("the standard's example of what is signed") {
  const std::string_view text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  CHECK(cosigned_message(text, 1'679'315'147) == "cosignature/v1\ntime 1679315147\n" + std::string(text));
}

TEST_CASE("a cosignature is over the time, and of two by one key the later counts") {
  base::SeededRandom random(5, "cosignature");
  const crypto::SigningKey key = crypto::SigningKey::random(random);
  const VerifierKey known[] = {{"w.example", KeyType::kCosignature, key.public_key()}};
  Note note{.text = "origin\n1\nroot\n"};
  CHECK(cosigned_message(note.text, 1679315147) == "cosignature/v1\ntime 1679315147\norigin\n1\nroot\n");
  note.signatures.push_back(cosign("w.example", key, note.text, 2000));
  note.signatures.push_back(cosign("w.example", key, note.text, 1000));
  CHECK(verify_note(note, known).front().time == 2000);
  for (std::size_t bit = 0; bit < 72 * 8; ++bit) {
    Note changed = note;
    changed.signatures[0].signature[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(code_of([&] { (void)verify_note(changed, known); }) == "CND-2502");
  }
  // The log's signature over the same text is none of a witness.
  Note confused{note.text, {sign_note("w.example", key, note.text)}};
  confused.signatures[0].key_id = note_key_id(known[0]);
  CHECK(code_of([&] { (void)verify_note(confused, known); }) == "CND-2502");
}

TEST_CASE("a cosignature without a time, or of another size, is none") {
  base::SeededRandom random(6, "cosignature");
  const crypto::SigningKey key = crypto::SigningKey::random(random);
  const std::string text = "origin\n1\nroot\n";
  const crypto::Signature timeless = key.sign(base::as_bytes(cosigned_message(text, 0)));
  base::Bytes blob(8 + timeless.size(), 0);
  std::ranges::copy(timeless, blob.begin() + 8);
  CHECK_FALSE(verify_cosignature(key.public_key(), text, blob));
  const base::Bytes right = cosign("w", key, text, 1).signature;
  CHECK(verify_cosignature(key.public_key(), text, right) == 1);
  CHECK_FALSE(verify_cosignature(key.public_key(), text, base::ByteView(right).first(71)));
  CHECK_FALSE(verify_cosignature(key.public_key(), text, {}));
  CHECK_FALSE(verify_cosignature(key.public_key(), text + "more\n", right));
}

}  // namespace
}  // namespace candour::log
