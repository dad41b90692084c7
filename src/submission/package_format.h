// The package: what a submission carries. Provider and hub share these names; the grammar and a worked
// example are in docs/reference/formats/submission.md.
//
//   sealed   = crypto::SealingSink over the compressed content, with package_info()
//   content  = one zstd frame of: salt seed (32 bytes) ‖ canonical CSV
//   CSV      = header `token,` and the names of Table::minimised_schema(), then a record a row
//   order    = by token, then by the record's bytes behind it; rows without a token last
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"
#include "candour/statement/submission.h"

namespace candour::submission {

/// What the guardians make of an NHS number. The hub makes a pseudonym of it and forgets it.
using Token = std::array<std::uint8_t, 32>;

/// SHA-256 of a manifest's envelope: what a submission is called everywhere.
using Identity = base::Digest;

inline constexpr const char* kTokenColumn = "token";
/// The hub's column of pseudonyms stands where the package has the token.
inline constexpr const char* kPseudonymColumn = "pseudonym";

/// A provider sorts its rows in memory, and so does nobody with more: about five million rows.
inline constexpr std::uint64_t kOpenedBytesAtMost = std::uint64_t{512} << 20;
/// What seals and compresses must not make larger than this: a package whose content cannot be compressed.
inline constexpr std::uint64_t kPackageBytesAtMost = kOpenedBytesAtMost + (std::uint64_t{8} << 20);
inline constexpr std::size_t kRecordBytesAtMost = std::size_t{64} << 10;
/// A package travels and rests in pieces of this size, the last perhaps smaller.
inline constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
inline constexpr std::size_t kAttestationsAtMostBytes = std::size_t{8} << 20;

/// What the package is sealed as: it opens as this submission of this provider in this federation, under the
/// hub's key that the manifest names, and as nothing else.
///   "candour/v1/package" ‖ federation ‖ submission's id ‖ sealing key's id ‖ provider
[[nodiscard]] base::Bytes package_info(const statement::Submission& manifest);

}  // namespace candour::submission
