// Salted commitments: how the log names what can be guessed. A plain digest of a small file, of a query's
// parameters or of a sentence is found by trying them all; HMAC-SHA-256 under 32 random bytes is not, until
// whoever has the salt opens it. Free text is such a commitment and a body beside the log that can be taken
// away; how large it was stays public. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/statement/payload.h"

namespace candour::statement {

/// A new one for each commitment: under one salt, equal things have equal commitments.
using Salt = std::array<std::uint8_t, 32>;
[[nodiscard]] Salt random_salt(base::Random& random);

/// HMAC-SHA-256(salt, digest).
[[nodiscard]] base::Digest commit_digest(const Salt& salt, const base::Digest& digest);

inline constexpr std::size_t kFreeTextAtMostBytes = 65'536;

/// What the log has of a text: HMAC-SHA-256(salt, SHA-256(text)), and its size in bytes.
struct FreeText {
  base::Digest commitment{};
  std::uint32_t bytes = 0;
  friend bool operator==(const FreeText&, const FreeText&) = default;
};

/// Commits to a text. Errors: CND-2005 (it does not have 1 to kFreeTextAtMostBytes bytes).
[[nodiscard]] FreeText commit_text(std::string_view text, const Salt& salt);
/// The body beside the log: salt ‖ text. It is served under the commitment in hexadecimal, as other bodies
/// are under their digest.
[[nodiscard]] std::string free_text_body(std::string_view text, const Salt& salt);
/// The text of a body, whatever its bytes are: who signed it chose them. Errors: CND-2005 (it is not what
/// was committed to).
[[nodiscard]] std::string open_text(std::string_view body, const FreeText& committed);

/// Writes and reads the members `KEY_commitment` and `KEY_bytes` of a payload. Errors: CND-2004.
void put_free_text(base::Json::Object& payload, std::string_view key, const FreeText& text);
[[nodiscard]] FreeText read_free_text(PayloadReader& reader, std::string_view key);

/// Refuses what does not open a commitment: CND-2005 with the rule that it breaks.
[[noreturn]] void refuse_opening(base::Literal rule);

}  // namespace candour::statement
