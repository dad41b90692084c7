// What a manifest commits to: the RFC 6962 root over the submission's rows, each with a salt of its own, so
// that a person can be shown that a row of theirs was in the submission and nobody can guess one.
//
//   salt_j = HMAC-SHA-256(salt seed, I2OSP(j, 8))[0..16)        j from 0, in the package's order
//   leaf_j = SHA-256(0x00 ‖ salt_j ‖ row_j)                     row_j: the record without token and line end
//   node   = SHA-256(0x01 ‖ left ‖ right)
//   none   = SHA-256(0x02 ‖ salt_0)                             the root of no rows: nobody sees that there
//   is none
//
// https://www.rfc-editor.org/rfc/rfc6962#section-2.1; docs/reference/formats/submission.md.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"

namespace candour::submission {

inline constexpr std::size_t kSeedBytes = 32;
using RowSalt = std::array<std::uint8_t, 16>;

/// The salt of row `index`. `seed` has kSeedBytes.
[[nodiscard]] RowSalt row_salt(base::ByteView seed, std::uint64_t index);

/// The root, row by row, in memory that grows with the logarithm of their number.
class Commitment {
 public:
  explicit Commitment(base::ByteView seed) : seed_(seed) {}
  /// The next row's record: without its token, without its line end.
  void add(std::string_view record);
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] base::Digest root() const;

 private:
  base::SecretBytes seed_;
  std::uint64_t rows_ = 0;
  /// Roots of whole subtrees, the largest first: one for each bit that is set in rows_.
  std::vector<base::Digest> subtrees_;
};

}  // namespace candour::submission
