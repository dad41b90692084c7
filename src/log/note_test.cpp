#include "candour/log/note.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/random.h"
#include "candour/log/cosignature.h"
#include "candour/log/log_testing.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

struct Example {
  std::string_view key;
  std::string_view note;
};

constexpr Example kExamples[] = {
    // C2SP signed-note, its example.
    {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "This is an example message.\n\n"
     "— example.com/foo "
     "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"},
    // golang.org/x/mod, sumdb/note, example_test.go.
    {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
     "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
     "— PeterNeumann "
     "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"}};

std::size_t verified_by(std::string_view note, std::string_view key) {
  const VerifierKey known[] = {parse_verifier_key(key)};
  return verify_note(parse_note(note), known).size();
}

// Whether the note is refused: as no note, or for its signature, or because nobody known signed it.
bool is_refused(std::string_view note, std::string_view key) {
  try {
    return verified_by(note, key) == 0;
  } catch (const base::Error&) {
    return true;
  }
}

TEST_CASE("the notes of the standard and of Go verify, and are written as they were read") {
  for (const Example& example : kExamples) {
    CHECK(verified_by(example.note, example.key) == 1);
    CHECK(write_note(parse_note(example.note)) == example.note);
    CHECK(write_verifier_key(parse_verifier_key(example.key)) == example.key);
  }
}

TEST_CASE("a note with any one bit changed is refused") {
  for (const Example& example : kExamples) {
    for (std::size_t bit = 0; bit < example.note.size() * 8; ++bit) {
      std::string note(example.note);
      note[bit / 8] = static_cast<char>(note[bit / 8] ^ (1 << (bit % 8)));
      CAPTURE(bit);
      CHECK(is_refused(note, example.key));
    }
  }
}

TEST_CASE("Go's signing key of PeterNeumann signs the note as Go did") {
  const auto seed = base::from_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").value();
  const crypto::SigningKey key{base::ByteView(seed).subspan(1)};
  Note note = parse_note(kExamples[1].note);
  const NoteSignature expected = note.signatures.front();
  CHECK(sign_note("PeterNeumann", key, note.text) == expected);
}

TEST_CASE("the text ends at the last empty line") {
  // The standard's own example has an empty line in its text.
  const std::string_view note =
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
      "— quasimodo.example/salvatore "
      "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
  const Note parsed = parse_note(note);
  CHECK(parsed.text.ends_with("\n\ned è subito sera.\n"));
  CHECK(parsed.signatures.size() == 1);
  CHECK(write_note(parsed) == note);
}

std::string with_lines(std::string_view lines) { return "text\n\n" + std::string(lines); }

TEST_CASE("what is no note is refused") {
  const std::string_view line = "— name AAAAAAA=\n";
  CHECK(code_of([&] { (void)parse_note(with_lines(line)); }) == "none");
  const std::string refused[] = {
      "",
      "\n",
      "text\n",
      "text\n\n",
      "text\n— name AAAAAAA=\n",
      with_lines("— name AAAAAAA="),          // no LF at its end
      with_lines("- name AAAAAAA=\n"),        // a hyphen
      with_lines("—name AAAAAAA=\n"),         // no space
      with_lines("—  AAAAAAA=\n"),            // no name
      with_lines("— name  AAAAAAA=\n"),       // two spaces
      with_lines("— name AAAAAAA= \n"),       // a space after it
      with_lines("— name\n"),                 // no signature
      with_lines("— name \n"),                // an empty one
      with_lines("— name AAAAAA==\n"),        // a key id and nothing more
      with_lines("— name AAAAAAB=\n"),        // unused bits that are not zero
      with_lines("— name AAAAAAA\n"),         // no padding
      with_lines("— name AAAAAA_=\n"),        // URL-safe base64
      with_lines("— na+me AAAAAAA=\n"),       // a plus in the name
      with_lines("— na\u00A0me AAAAAAA=\n"),  // Unicode spaces in it
      with_lines("— na\u3000me AAAAAAA=\n"),
      with_lines("— na\u2028me AAAAAAA=\n"),
      with_lines("— na\tme AAAAAAA=\n"),
      with_lines("— name AAAAAAA=\r\n"),
      with_lines("more text\n" + std::string(line)),
      "te\txt\n\n" + std::string(line),
      "te\rxt\n\n" + std::string(line),
      std::string("te\0xt\n\n", 7) + std::string(line),
      "te\xFFxt\n\n" + std::string(line),
      "te\xC0\xAFxt\n\n" + std::string(line),
      "te\xED\xA0\x80xt\n\n" + std::string(line),
      std::string(kNoteAtMostBytes, 'x') + "\n\n" + std::string(line),
  };
  for (const std::string& note : refused) {
    CAPTURE(note.substr(0, 80));
    CHECK(code_of([&] { (void)parse_note(note); }) == "CND-2501");
  }
}

TEST_CASE("sixteen signatures and up to a hundred are accepted, and not more") {
  std::string note = "text\n\n";
  for (int i = 0; i < 16; ++i) note += "— name AAAAAAA=\n";
  CHECK(parse_note(note).signatures.size() == 16);
  for (int i = 16; i < 100; ++i) note += "— name AAAAAAA=\n";
  CHECK(parse_note(note).signatures.size() == 100);
  note += "— name AAAAAAA=\n";
  CHECK(code_of([&] { (void)parse_note(note); }) == "CND-2501");
}

struct TwoKeys {
  base::SeededRandom random{5, "note"};
  crypto::SigningKey first = crypto::SigningKey::random(random), second = crypto::SigningKey::random(random);
  VerifierKey first_known{"log.example", KeyType::kEd25519, first.public_key()};
  VerifierKey second_known{"log.example", KeyType::kEd25519, second.public_key()};
};

TEST_CASE("lines of unknown keys are passed over, whether they share a name or an id, and are kept") {
  TwoKeys keys;
  Note note{.text = "text\n"};
  note.signatures.push_back(sign_note("other.example", keys.first, note.text));
  note.signatures.push_back(sign_note("log.example", keys.second, note.text));
  note.signatures.push_back({"ml-dsa.example", 0x12345678, base::Bytes(2428, 6)});
  const VerifierKey known[] = {keys.first_known};
  CHECK(verify_note(note, known).empty());
  note.signatures.push_back(sign_note("log.example", keys.first, note.text));
  CHECK(verify_note(parse_note(write_note(note)), known).size() == 1);
  CHECK(parse_note(write_note(note)) == note);
  // The known key's id under another name: another key.
  note.signatures[0].key_id = note.signatures[3].key_id;
  CHECK(verify_note(note, known).size() == 1);
}

TEST_CASE("a known key's signature that does not hold refuses the note, whoever else signed it well") {
  TwoKeys keys;
  Note note{.text = "text\n"};
  note.signatures.push_back(sign_note("log.example", keys.first, note.text));
  note.signatures.push_back(sign_note("log.example", keys.second, note.text));
  const VerifierKey known[] = {keys.first_known, keys.second_known};
  CHECK(verify_note(note, known).size() == 2);
  note.signatures[1].signature[5] ^= 1;
  CHECK(code_of([&] { (void)verify_note(note, known); }) == "CND-2502");
  CHECK(verify_note(note, std::span(known).first(1)).size() == 1);
  // Also where the same key's good signature stands before it.
  note.signatures[1] = sign_note("log.example", keys.second, note.text);
  note.signatures.push_back(note.signatures[1]);
  CHECK(verify_note(note, known).size() == 2);
  note.signatures[2].signature.pop_back();
  CHECK(code_of([&] { (void)verify_note(note, known); }) == "CND-2502");
}

TEST_CASE("what is no verifier key is refused") {
  const std::string good(kExamples[0].key);
  const std::string refused[] = {
      "",
      "example.com/foo",
      "example.com/foo+530d903a",
      "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // the id is another name's
      "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // another id
      "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // capitals
      "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA==",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
      "example.com/foo+530d903a+BekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // type 05
      "example.com/f oo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      good + "\n",
      " " + good,
  };
  CHECK(code_of([&] { (void)parse_verifier_key(good); }) == "none");
  for (const std::string& key : refused) {
    CAPTURE(key);
    CHECK(code_of([&] { (void)parse_verifier_key(key); }) == "CND-2503");
  }
}

TEST_CASE("every key and note is read back as it was written") {
  rc::check([] {
    base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>(), "note");
    const crypto::SigningKey key = crypto::SigningKey::random(random);
    const auto letter = rc::gen::elementOf(std::string("abc./-09ABC"));
    const std::string name = *rc::gen::nonEmpty(rc::gen::container<std::string>(letter));
    const std::string text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n"))) + "\n";
    const VerifierKey known[] = {{name, KeyType::kEd25519, key.public_key()},
                                 {name, KeyType::kCosignature, key.public_key()}};
    RC_ASSERT(note_key_id(known[0]) != note_key_id(known[1]));
    for (const VerifierKey& one : known) RC_ASSERT(parse_verifier_key(write_verifier_key(one)) == one);
    const Note note{text, {sign_note(name, key, text), cosign(name, key, text, 1'700'000'000)}};
    RC_ASSERT(parse_note(write_note(note)) == note);
    const auto verified = verify_note(note, known);
    RC_ASSERT(verified.size() == 2U);
    RC_ASSERT(verified[0].time == 0);
    RC_ASSERT(verified[1].time == 1'700'000'000);
  });
}

}  // namespace
}  // namespace candour::log
