// "erasure": what the hub deleted, from which versions of a table, and the keys that it destroyed with it.
// How many rows went is not said: the number of those who opted out is nobody's business.
// docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// Why it was deleted: the retention of an instruction ended, somebody's right to it, or an opt-out.
enum class ErasureGround { kExpiry, kOrder, kOptOut };
inline constexpr std::array<std::string_view, 3> kErasureGrounds{"expiry", "order", "opt-out"};

/// "erasure", signed by the hub.
struct Erasure {
  Header header{};
  Id instruction{};
  std::string collection{}, table{};
  std::uint64_t first_version = 0, last_version = 0;  ///< of the lake's table, both among them
  std::uint32_t keys_destroyed = 0;
  ErasureGround what = ErasureGround::kExpiry;
  std::int64_t done = 0;             ///< when; not after it was made
  base::Digest erased_commitment{};  ///< commit_digest of the list of the files that are gone
  friend bool operator==(const Erasure&, const Erasure&) = default;
};

[[nodiscard]] std::string write_payload(const Erasure& erasure);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Erasure parse_erasure(std::string_view payload);

}  // namespace candour::statement
