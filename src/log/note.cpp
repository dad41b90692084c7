#include "candour/log/note.h"

#include <algorithm>
#include <optional>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/base/sha256.h"
#include "candour/log/cosignature.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

constexpr std::string_view kSignatureStart = "\u2014 ";
constexpr std::size_t kKeyIdBytes = 4;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2501", "This is no signed note.").with("rule", base::Label(rule.view()));
}

[[noreturn]] void refuse_key(base::Literal rule) {
  throw base::Error("CND-2503", "This is no key that signed notes can be verified with.")
      .with("rule", base::Label(rule.view()));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

std::uint32_t key_id_of(base::ByteView bytes) {
  std::uint32_t id = 0;
  for (const std::uint8_t byte : bytes.first(kKeyIdBytes)) id = id << 8U | byte;
  return id;
}

base::Bytes key_id_bytes(std::uint32_t id) {
  return {static_cast<std::uint8_t>(id >> 24U), static_cast<std::uint8_t>(id >> 16U),
          static_cast<std::uint8_t>(id >> 8U), static_cast<std::uint8_t>(id)};
}

NoteSignature parse_signature_line(std::string_view line) {
  if (!line.starts_with(kSignatureStart)) refuse("a signature line begins with an em dash and a space");
  line.remove_prefix(kSignatureStart.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) refuse("a signature line has a name, a space and a signature");
  NoteSignature signature{.name = std::string(line.substr(0, space))};
  if (!is_key_name(signature.name)) refuse("the name of a key is not empty and has no space and no plus");
  const auto bytes = base::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdBytes) refuse("a signature is base64 of a key id and more");
  signature.key_id = key_id_of(*bytes);
  signature.signature.assign(bytes->begin() + kKeyIdBytes, bytes->end());
  return signature;
}

// The time of a cosignature, 0 for another signature; nothing where it does not hold.
std::optional<std::int64_t> verified_time(const VerifierKey& key, std::string_view text,
                                          const NoteSignature& signature) {
  if (key.type == KeyType::kCosignature) return verify_cosignature(key.key, text, signature.signature);
  if (!crypto::verify_signature(key.key, base::as_bytes(text), signature.signature)) return std::nullopt;
  return 0;
}

}  // namespace

bool is_key_name(std::string_view name) {
  // Unicode's White_Space, those that ASCII has not.
  static constexpr std::string_view kSpaces[] = {
      "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
      "\u2007", "\u2008", "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  return !name.empty() && name.find_first_of(" +") == std::string_view::npos && base::is_utf8(name) &&
         std::ranges::none_of(name, is_control) && std::ranges::none_of(kSpaces, [&](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

Note parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteAtMostBytes) refuse("it is larger than 1 MiB");
  if (!base::is_utf8(bytes)) refuse("it is UTF-8");
  if (std::ranges::any_of(bytes, [](char c) { return is_control(c) && c != '\n'; })) {
    refuse("it has no control character but LF");
  }
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) refuse("an empty line stands between text and signatures");
  return {.text = std::string(bytes.substr(0, split + 1)),
          .signatures = parse_signature_lines(bytes.substr(split + 2))};
}

std::string write_note(const Note& note) {
  std::string bytes = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) bytes += write_signature_line(signature);
  return bytes;
}

std::vector<NoteSignature> parse_signature_lines(std::string_view bytes) {
  std::vector<NoteSignature> signatures;
  TextLines lines(bytes);
  while (const auto line = lines.next()) {
    if (signatures.size() == kNoteSignaturesAtMost) refuse("it has more than 100 signatures");
    signatures.push_back(parse_signature_line(*line));
  }
  if (!lines.rest().empty()) refuse("each signature line ends with LF");
  if (signatures.empty()) refuse("it has a signature");
  return signatures;
}

std::string write_signature_line(const NoteSignature& signature) {
  base::Bytes bytes = key_id_bytes(signature.key_id);
  bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
  return std::string(kSignatureStart) + signature.name + " " + base::to_base64(bytes) + "\n";
}

std::uint32_t note_key_id(const VerifierKey& key) {
  std::string bytes = key.name + "\n" + static_cast<char>(key.type);
  bytes += base::as_text(key.key);
  return key_id_of(base::sha256(base::as_bytes(bytes)));
}

VerifierKey parse_verifier_key(std::string_view text) {
  // Base64 may have a plus, a name may not: the first two are what separates.
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) refuse_key("it is a name, a key id and a key, with + between");
  VerifierKey key{.name = std::string(text.substr(0, first))};
  if (!is_key_name(key.name)) refuse_key("the name of a key is not empty and has no space and no plus");
  const auto bytes = base::from_base64(text.substr(second + 1));
  if (!bytes || bytes->size() != 1 + key.key.size()) refuse_key("a key is base64 of a type and 32 bytes");
  key.type = static_cast<KeyType>(bytes->front());
  if (key.type != KeyType::kEd25519 && key.type != KeyType::kCosignature) {
    refuse_key("its type is 01 (Ed25519) or 04 (cosignature/v1)");
  }
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (text.substr(first + 1, second - first - 1) != base::to_hex(key_id_bytes(note_key_id(key)))) {
    refuse_key("the key id is that of this name and key, in eight lower-case digits");
  }
  return key;
}

std::string write_verifier_key(const VerifierKey& key) {
  base::Bytes bytes{static_cast<std::uint8_t>(key.type)};
  bytes.insert(bytes.end(), key.key.begin(), key.key.end());
  return key.name + "+" + base::to_hex(key_id_bytes(note_key_id(key))) + "+" + base::to_base64(bytes);
}

NoteSignature sign_note(std::string_view name, const crypto::SigningKey& key, std::string_view text) {
  CANDOUR_CHECK(is_key_name(name) && text.ends_with('\n'));
  const crypto::Signature signature = key.sign(base::as_bytes(text));
  return {.name = std::string(name),
          .key_id = note_key_id({std::string(name), KeyType::kEd25519, key.public_key()}),
          .signature = {signature.begin(), signature.end()}};
}

std::vector<VerifiedSignature> verify_note(const Note& note, std::span<const VerifierKey> known) {
  std::vector<VerifiedSignature> verified;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const std::uint32_t id = note_key_id(known[i]);
    std::optional<std::int64_t> latest;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.key_id != id || signature.name != known[i].name) continue;
      const auto time = verified_time(known[i], note.text, signature);
      if (!time) {
        throw base::Error("CND-2502", "A note's signature of a known key does not hold.")
            .with("key", base::Label(write_verifier_key(known[i])));
      }
      latest = std::max(latest.value_or(0), *time);
    }
    if (latest) verified.push_back({i, *latest});
  }
  return verified;
}

}  // namespace candour::log
