// Signed notes (C2SP signed-note): a text and, after its last empty line, signature lines
// "— NAME BASE64(key id ‖ signature)". Checkpoints are notes. Lines of unknown keys and of types that are not
// known here (ML-DSA) are kept to the byte. https://c2sp.org/signed-note; docs/reference/formats/log.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/crypto/signature.h"

namespace candour::log {

inline constexpr std::size_t kNoteAtMostBytes = std::size_t{1} << 20;
/// The standard asks for at least 16.
inline constexpr std::size_t kNoteSignaturesAtMost = 100;

/// One signature line.
struct NoteSignature {
  std::string name = {};  ///< of the key
  std::uint32_t key_id = 0;
  base::Bytes signature = {};
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text = {};  ///< what is signed; ends with LF
  std::vector<NoteSignature> signatures = {};
  friend bool operator==(const Note&, const Note&) = default;
};

/// Whether it can name a key: UTF-8, not empty, without control characters, Unicode spaces and '+'.
[[nodiscard]] bool is_key_name(std::string_view name);

/// Reads a note; no signature is verified. Errors: CND-2501 (it is none).
[[nodiscard]] Note parse_note(std::string_view bytes);
[[nodiscard]] std::string write_note(const Note& note);
/// Reads signature lines, each ended by LF, at least one: the end of a note, or the answer of a witness.
/// Errors: CND-2501.
[[nodiscard]] std::vector<NoteSignature> parse_signature_lines(std::string_view bytes);
[[nodiscard]] std::string write_signature_line(const NoteSignature& signature);

/// The signature types that Candour makes and verifies.
enum class KeyType : std::uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

/// A key that notes are verified with: "NAME+KEYID+BASE64(type ‖ key)" as text, called vkey in the standard.
struct VerifierKey {
  std::string name = {};
  KeyType type = KeyType::kEd25519;
  crypto::SigningPublicKey key = {};
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

/// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key).
[[nodiscard]] std::uint32_t note_key_id(const VerifierKey& key);
/// Errors: CND-2503 (it is no such key, its id is not its own, or it is of a type that is not known here).
[[nodiscard]] VerifierKey parse_verifier_key(std::string_view text);
[[nodiscard]] std::string write_verifier_key(const VerifierKey& key);

/// The signature of type 0x01 over a note's text. `name` is a key name.
[[nodiscard]] NoteSignature sign_note(std::string_view name, const crypto::SigningKey& key,
                                      std::string_view text);

/// One key's signature that held.
struct VerifiedSignature {
  std::size_t key = 0;    ///< its place among the known keys
  std::int64_t time = 0;  ///< when a cosignature was made, in seconds since 1970; 0 for type 0x01
};

/// Which of the known keys signed, each once, in their order; of two cosignatures of one key, the later time.
/// One is known by name and key id; all others are passed over. Errors: CND-2502 (a known key's signature
/// does not hold: the whole note is refused then).
[[nodiscard]] std::vector<VerifiedSignature> verify_note(const Note& note,
                                                         std::span<const VerifierKey> known);

}  // namespace candour::log
