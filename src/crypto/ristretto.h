// ristretto255 (RFC 9496) over libsodium: scalars modulo the group's order, points, and whole batches of
// both, so that a faster engine can replace what is inside.
//
// Scalars and points are canonical or they do not exist: libsodium 1.0.18 takes scalars that are not reduced,
// and tells a product that is the identity by a return value alone. What works on scalars takes the same time
// whatever their values are, but for the one question whether a product is the identity; what is named public
// does not.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/random.h"

namespace candour::crypto {

inline constexpr std::size_t kScalarBytes = 32;
inline constexpr std::size_t kPointBytes = 32;

/// An integer modulo ℓ = 2^252 + 27742317777372353535851937790883648493, the order of the group. Wiped when
/// destroyed: most scalars are secrets.
class Scalar {
 public:
  Scalar() = default;  ///< zero
  explicit Scalar(std::uint64_t value);
  ~Scalar();
  Scalar(const Scalar&) = default;
  Scalar& operator=(const Scalar&) = default;

  /// Reads 32 bytes, the least significant first; nothing where they are not the canonical form of a scalar.
  [[nodiscard]] static std::optional<Scalar> parse(base::ByteView bytes);
  /// The little-endian integer of 64 bytes, modulo ℓ.
  [[nodiscard]] static Scalar reduce(base::ByteView bytes);
  /// Uniform.
  [[nodiscard]] static Scalar random(base::Random& random);

  [[nodiscard]] base::ByteView bytes() const { return bytes_; }
  [[nodiscard]] bool is_zero() const;
  /// 1/x; the scalar must not be zero.
  [[nodiscard]] Scalar inverse() const;

  friend Scalar operator+(const Scalar& a, const Scalar& b);
  friend Scalar operator-(const Scalar& a, const Scalar& b);
  friend Scalar operator*(const Scalar& a, const Scalar& b);
  /// In constant time.
  friend bool operator==(const Scalar& a, const Scalar& b);

 private:
  std::array<std::uint8_t, kScalarBytes> bytes_{};
};

/// A point of the group, as its canonical encoding. Points are public, or hidden by what made them.
class Point {
 public:
  Point() = default;  ///< the identity

  /// Reads 32 bytes from outside; nothing where they are not the canonical encoding of a point, or are that
  /// of the identity, which nobody may send.
  [[nodiscard]] static std::optional<Point> parse(base::ByteView bytes);
  /// The one-way map of RFC 9496, 4.3.4, of 64 uniform bytes.
  [[nodiscard]] static Point from_uniform(base::ByteView bytes);

  [[nodiscard]] base::ByteView bytes() const { return bytes_; }
  /// In constant time: an unblinded element, which is no longer hidden, is asked too.
  [[nodiscard]] bool is_identity() const;

  friend Point operator+(const Point& a, const Point& b);
  friend Point operator-(const Point& a, const Point& b);
  friend auto operator<=>(const Point&, const Point&) = default;

 private:
  friend Point multiply(const Scalar& scalar, const Point& point);
  friend Point multiply_base(const Scalar& scalar);
  std::array<std::uint8_t, kPointBytes> bytes_{};
};

using Points = std::vector<Point>;

/// The encodings of points, one after another, as they lie in memory.
[[nodiscard]] base::ByteView bytes_of(std::span<const Point> points);
/// Reads points from outside; nothing where the size is no multiple of kPointBytes or one is refused.
[[nodiscard]] std::optional<Points> parse_points(base::ByteView bytes);

/// scalar·point, which may be the identity.
[[nodiscard]] Point multiply(const Scalar& scalar, const Point& point);
/// scalar·B.
[[nodiscard]] Point multiply_base(const Scalar& scalar);

/// points[j] + scalars[j]·B. As many of the one as of the other.
[[nodiscard]] Points add_base_multiples(std::span<const Point> points, std::span<const Scalar> scalars);
/// points[j] − scalars[j]·other.
[[nodiscard]] Points subtract_multiples(std::span<const Point> points, std::span<const Scalar> scalars,
                                        const Point& other);
/// scalar·points[j].
[[nodiscard]] Points multiply_all(const Scalar& scalar, std::span<const Point> points);

/// An integer below 2^128, the least significant byte first.
using PublicWeight = std::array<std::uint8_t, 16>;
/// Σ weights[j]·points[j], for weights that everybody knows.
[[nodiscard]] Point public_weighted_sum(std::span<const PublicWeight> weights, std::span<const Point> points);

}  // namespace candour::crypto
