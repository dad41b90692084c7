// What the tests of the group share: reading vectors.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/json.h"
#include "candour/base/sha256.h"
#include "candour/crypto/ristretto.h"
#include "candour/testing/shared.h"

namespace candour::crypto::testing {

/// A file of `../shared/vectors`, where it can be reached.
inline std::optional<base::Json> vectors(std::string_view name) {
  const auto path = candour::testing::shared_file("vectors/" + std::string(name));
  if (!path) return std::nullopt;
  return base::parse_json(base::load_text(base::PosixDisk(), *path));
}

/// The vectors that the second implementation made (tests/second).
inline base::Json extended_vectors() {
  return base::parse_json(base::load_text(base::PosixDisk(), "tests/data/candour_voprf_extended.json"));
}

inline const base::Json& at(const base::Json& json, std::string_view key) {
  const base::Json* member = json.find(key);
  REQUIRE_MESSAGE(member != nullptr, key);
  return *member;
}
inline const std::string& text(const base::Json& json, std::string_view key) { return *at(json, key).text(); }
inline const base::Json::Array& list(const base::Json& json, std::string_view key) {
  return *at(json, key).array();
}
inline std::int64_t number(const base::Json& json, std::string_view key) { return *at(json, key).integer(); }
inline base::Bytes hex(std::string_view digits) { return base::from_hex(digits).value(); }
inline base::Bytes hex(const base::Json& json, std::string_view key) { return hex(text(json, key)); }
inline Scalar scalar(std::string_view digits) { return Scalar::parse(hex(digits)).value(); }
inline Point point(std::string_view digits) { return Point::parse(hex(digits)).value(); }
inline Point point(const base::Json& json, std::string_view key) { return point(text(json, key)); }
inline std::string shown(base::ByteView bytes) { return base::to_hex(bytes); }
/// The points of a list of encodings, which no vector has the identity in.
inline Points points(const base::Json& json, std::string_view key) {
  Points points;
  for (const base::Json& one : list(json, key)) points.push_back(point(*one.text()));
  return points;
}
/// The numbers of guardians.
inline std::vector<std::uint16_t> indices(const base::Json& json, std::string_view key) {
  std::vector<std::uint16_t> indices;
  for (const base::Json& one : list(json, key)) indices.push_back(static_cast<std::uint16_t>(*one.integer()));
  return indices;
}
inline base::Digest digest(const base::Json& json, std::string_view key) {
  base::Digest digest{};
  std::ranges::copy(hex(json, key), digest.begin());
  return digest;
}

}  // namespace candour::crypto::testing
