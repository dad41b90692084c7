// Cosignatures (C2SP tlog-cosignature, cosignature/v1, type 0x04): a witness says that at a time the largest
// tree that it had seen of a log, consistent with all before, had this root. Signed are two lines,
// "cosignature/v1" and "time SECONDS", and the checkpoint's text. https://c2sp.org/tlog-cosignature
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/log/note.h"

namespace candour::log {

/// The bytes that are signed. `text` is the checkpoint's, `time` in seconds since 1970.
[[nodiscard]] std::string cosigned_message(std::string_view text, std::int64_t time);

/// A witness's cosignature line. `name` is its key name; `time`, in seconds since 1970, is past 0.
[[nodiscard]] NoteSignature cosign(std::string_view name, const crypto::SigningKey& key,
                                   std::string_view text, std::int64_t time);

/// When `key` cosigned the text, in seconds since 1970; nothing where `signature` (u64 time ‖ Ed25519) does
/// not hold.
[[nodiscard]] std::optional<std::int64_t> verify_cosignature(const crypto::SigningPublicKey& key,
                                                             std::string_view text, base::ByteView signature);

}  // namespace candour::log
