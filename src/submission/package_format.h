// The package: what a submission carries. Provider and hub share these names; the grammar and a worked
// example are in docs/reference/formats/submission.md.
//
//   sealed   = crypto::SealingSink over the content, with package_info()
//   content  = header ‖ frame ‖ zeros, together padded_bytes(of header and frame)
//   header   = rows ‖ rows refused ‖ opened bytes ‖ frame bytes, each I2OSP(·, 8)
//   frame    = one zstd frame of: salt seed (32 bytes) ‖ canonical CSV
//   CSV      = header `token,` and the names of Table::minimised_schema(), then a record a row
//   order    = by token, then by the record's bytes behind it; rows without a token last
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"
#include "candour/crypto/seal.h"
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
inline constexpr std::uint64_t kRowsRefusedAtMost = 1'000'000'000'000;
inline constexpr std::size_t kRecordBytesAtMost = std::size_t{64} << 10;
/// A package travels and rests in pieces of this size, the last perhaps smaller.
inline constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
inline constexpr std::size_t kAttestationsAtMostBytes = std::size_t{8} << 20;

/// What a package says of itself, inside the seal: the manifest, which is public, says none of it.
struct PackageHeader {
  std::uint64_t rows = 0;
  std::uint64_t rows_refused = 0;  ///< rows of the slice that wait in the provider's quarantine
  std::uint64_t opened_bytes = 0;  ///< of the frame's content
  std::uint64_t frame_bytes = 0;
  friend bool operator==(const PackageHeader&, const PackageHeader&) = default;
};
inline constexpr std::size_t kHeaderBytes = 32;

/// The size to which a content is padded: at least 64 KiB, and of more only the three bits behind the first
/// are kept, rounded up. So there are eight sizes between a power of two and the next, of which each covers
/// hundreds of rows, and no more than an eighth is added.
[[nodiscard]] constexpr std::uint64_t padded_bytes(std::uint64_t size) {
  constexpr std::uint64_t kLeast = std::uint64_t{64} << 10;
  if (size <= kLeast) return kLeast;
  const std::uint64_t step = std::bit_floor(size - 1) / 8;
  return (size + step - 1) / step * step;
}

/// The size of the package that a content of so many bytes is sealed to.
[[nodiscard]] constexpr std::uint64_t sealed_bytes(std::uint64_t content) {
  const std::uint64_t chunks = (content + crypto::kSealedChunkBytes - 1) / crypto::kSealedChunkBytes;
  return sizeof(crypto::SealPublicKey) + content + chunks * crypto::kSealTagBytes;
}

/// Whether a package may have this size: that of a padded content.
[[nodiscard]] constexpr bool is_package_size(std::uint64_t size) {
  constexpr std::uint64_t kChunk = crypto::kSealedChunkBytes + crypto::kSealTagBytes;
  if (size <= sizeof(crypto::SealPublicKey)) return false;
  const std::uint64_t chunks = (size - sizeof(crypto::SealPublicKey) + kChunk - 1) / kChunk;
  const std::uint64_t around = sizeof(crypto::SealPublicKey) + chunks * crypto::kSealTagBytes;
  return size > around && padded_bytes(size - around) == size - around;
}

inline constexpr std::uint64_t kLeastPackageBytes = sealed_bytes(padded_bytes(0));
/// No frame is larger by more than this than what is in it, also where nothing of it can be compressed.
inline constexpr std::uint64_t kFrameOverheadBytesAtMost = std::uint64_t{4} << 20;
inline constexpr std::uint64_t kPackageBytesAtMost =
    sealed_bytes(padded_bytes(kHeaderBytes + kOpenedBytesAtMost + kFrameOverheadBytesAtMost));

/// What the package is sealed as: it opens as this submission of this provider in this federation, under the
/// hub's key that the manifest names, and as nothing else.
///   "candour/v1/package" ‖ federation ‖ submission's id ‖ sealing key's id ‖ provider
[[nodiscard]] base::Bytes package_info(const statement::Submission& manifest);

}  // namespace candour::submission
