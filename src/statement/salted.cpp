#include "candour/statement/salted.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"

namespace candour::statement {

void refuse_opening(base::Literal rule) {
  throw base::Error("CND-2005", "What was given does not open what a signed statement commits to.")
      .with("rule", base::Label(rule.view()));
}

Salt random_salt(base::Random& random) {
  Salt salt{};
  random.fill(salt);
  return salt;
}

base::Digest commit_digest(const Salt& salt, const base::Digest& digest) {
  return crypto::hmac_sha256(salt, digest);
}

FreeText commit_text(std::string_view text, const Salt& salt) {
  if (text.empty() || text.size() > kFreeTextAtMostBytes) refuse_opening("a text has 1 to 65,536 bytes");
  return {.commitment = commit_digest(salt, base::sha256(base::as_bytes(text))),
          .bytes = static_cast<std::uint32_t>(text.size())};
}

std::string free_text_body(std::string_view text, const Salt& salt) {
  return std::string(base::as_text(salt)).append(text);
}

std::string open_text(std::string_view body, const FreeText& committed) {
  Salt salt{};
  if (body.size() <= salt.size()) refuse_opening("a body has 32 bytes of salt and a text");
  std::ranges::copy(base::as_bytes(body.substr(0, salt.size())), salt.begin());
  const std::string_view text = body.substr(salt.size());
  if (commit_text(text, salt) != committed) refuse_opening("salt and text are others");
  return std::string(text);
}

void put_free_text(base::Json::Object& payload, std::string_view key, const FreeText& text) {
  payload.emplace_back(std::string(key) + "_commitment", base::to_hex(text.commitment));
  payload.emplace_back(std::string(key) + "_bytes", std::int64_t{text.bytes});
}

FreeText read_free_text(PayloadReader& reader, std::string_view key) {
  const std::string name(key);
  return {.commitment = reader.digest(name + "_commitment"),
          .bytes = static_cast<std::uint32_t>(
              reader.integer(name + "_bytes", 1, std::int64_t{kFreeTextAtMostBytes}))};
}

}  // namespace candour::statement
