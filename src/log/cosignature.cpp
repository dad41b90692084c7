#include "candour/log/cosignature.h"

#include "candour/base/error.h"

namespace candour::log {
namespace {

constexpr std::size_t kTimeBytes = 8;

}  // namespace

std::string cosigned_message(std::string_view text, std::int64_t time) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

NoteSignature cosign(std::string_view name, const crypto::SigningKey& key, std::string_view text,
                     std::int64_t time) {
  CANDOUR_CHECK(is_key_name(name) && text.ends_with('\n') && time > 0);
  NoteSignature line{.name = std::string(name),
                     .key_id = note_key_id({std::string(name), KeyType::kCosignature, key.public_key()})};
  for (std::size_t i = kTimeBytes; i-- > 0;) {
    line.signature.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(time) >> (8 * i)));
  }
  const crypto::Signature signature = key.sign(base::as_bytes(cosigned_message(text, time)));
  line.signature.insert(line.signature.end(), signature.begin(), signature.end());
  return line;
}

std::optional<std::int64_t> verify_cosignature(const crypto::SigningPublicKey& key, std::string_view text,
                                               base::ByteView signature) {
  if (signature.size() != kTimeBytes + sizeof(crypto::Signature)) return std::nullopt;
  std::uint64_t time = 0;
  for (const std::uint8_t byte : signature.first(kTimeBytes)) time = time << 8U | byte;
  if (time == 0 || time > INT64_MAX) return std::nullopt;
  const std::string message = cosigned_message(text, static_cast<std::int64_t>(time));
  if (!crypto::verify_signature(key, base::as_bytes(message), signature.subspan(kTimeBytes)))
    return std::nullopt;
  return static_cast<std::int64_t>(time);
}

}  // namespace candour::log
