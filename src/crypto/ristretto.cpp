#include "candour/crypto/ristretto.h"

#include <sodium.h>

#include <algorithm>

#include "candour/base/error.h"

namespace candour::crypto {
namespace {

static_assert(crypto_core_ristretto255_SCALARBYTES == kScalarBytes);
static_assert(crypto_core_ristretto255_BYTES == kPointBytes);
static_assert(sizeof(Point) == kPointBytes, "a vector of points is their encodings one after another");

constexpr std::size_t kUniformBytes = 64;

// ℓ, the least significant byte first (RFC 9496, 4).
constexpr std::array<std::uint8_t, kScalarBytes> kOrder = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

// Whether the integer is below ℓ: subtracts byte by byte and looks at the borrow alone.
bool is_below_order(base::ByteView bytes) {
  std::uint32_t borrow = 0;
  for (std::size_t i = 0; i < kScalarBytes; ++i) {
    borrow = (std::uint32_t{bytes[i]} - kOrder[i] - borrow) >> 31U;
  }
  return borrow == 1;
}

}  // namespace

Scalar::Scalar(std::uint64_t value) {
  for (std::size_t i = 0; i < sizeof value; ++i) bytes_[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

Scalar::~Scalar() { base::wipe(bytes_.data(), bytes_.size()); }

std::optional<Scalar> Scalar::parse(base::ByteView bytes) {
  if (bytes.size() != kScalarBytes || !is_below_order(bytes)) return std::nullopt;
  Scalar scalar;
  std::copy(bytes.begin(), bytes.end(), scalar.bytes_.begin());
  return scalar;
}

Scalar Scalar::reduce(base::ByteView bytes) {
  CANDOUR_CHECK(bytes.size() == crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  Scalar scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.bytes_.data(), bytes.data());
  return scalar;
}

Scalar Scalar::random(base::Random& random) {
  base::SecretBytes uniform(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  random.fill(uniform.span());
  return reduce(uniform.view());
}

bool Scalar::is_zero() const { return sodium_is_zero(bytes_.data(), bytes_.size()) == 1; }

Scalar Scalar::inverse() const {
  Scalar inverse;
  CANDOUR_CHECK(crypto_core_ristretto255_scalar_invert(inverse.bytes_.data(), bytes_.data()) == 0);
  return inverse;
}

Scalar operator+(const Scalar& a, const Scalar& b) {
  Scalar sum;
  crypto_core_ristretto255_scalar_add(sum.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return sum;
}

Scalar operator-(const Scalar& a, const Scalar& b) {
  Scalar difference;
  crypto_core_ristretto255_scalar_sub(difference.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return difference;
}

Scalar operator*(const Scalar& a, const Scalar& b) {
  Scalar product;
  crypto_core_ristretto255_scalar_mul(product.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return product;
}

bool operator==(const Scalar& a, const Scalar& b) { return base::equal_in_constant_time(a.bytes_, b.bytes_); }

std::optional<Point> Point::parse(base::ByteView bytes) {
  if (bytes.size() != kPointBytes) return std::nullopt;
  // libsodium 1.0.18 does not look at the highest bit: with it set, a point would have a second encoding.
  if (bytes.back() >= 0x80) return std::nullopt;
  if (crypto_core_ristretto255_is_valid_point(bytes.data()) != 1) return std::nullopt;
  Point point;
  std::copy(bytes.begin(), bytes.end(), point.bytes_.begin());
  if (point.is_identity()) return std::nullopt;
  return point;
}

Point Point::from_uniform(base::ByteView bytes) {
  CANDOUR_CHECK(bytes.size() == kUniformBytes);
  static_assert(crypto_core_ristretto255_HASHBYTES == kUniformBytes);
  Point point;
  CANDOUR_CHECK(crypto_core_ristretto255_from_hash(point.bytes_.data(), bytes.data()) == 0);
  return point;
}

bool Point::is_identity() const { return sodium_is_zero(bytes_.data(), bytes_.size()) == 1; }

Point operator+(const Point& a, const Point& b) {
  Point sum;
  CANDOUR_CHECK(crypto_core_ristretto255_add(sum.bytes_.data(), a.bytes_.data(), b.bytes_.data()) == 0);
  return sum;
}

Point operator-(const Point& a, const Point& b) {
  Point difference;
  CANDOUR_CHECK(crypto_core_ristretto255_sub(difference.bytes_.data(), a.bytes_.data(), b.bytes_.data()) ==
                0);
  return difference;
}

base::ByteView bytes_of(std::span<const Point> points) {
  return {reinterpret_cast<const std::uint8_t*>(points.data()), points.size() * kPointBytes};
}

std::optional<Points> parse_points(base::ByteView bytes) {
  if (bytes.size() % kPointBytes != 0) return std::nullopt;
  Points points;
  points.reserve(bytes.size() / kPointBytes);
  for (std::size_t at = 0; at < bytes.size(); at += kPointBytes) {
    const std::optional<Point> point = Point::parse(bytes.subspan(at, kPointBytes));
    if (!point) return std::nullopt;
    points.push_back(*point);
  }
  return points;
}

// Of canonical scalars and points libsodium refuses a product only because it is the identity; it has written
// the encoding then, zeros. Not to look at what it says keeps a jump on a secret out of here.
Point multiply(const Scalar& scalar, const Point& point) {
  Point product;
  [[maybe_unused]] const int refused =
      crypto_scalarmult_ristretto255(product.bytes_.data(), scalar.bytes().data(), point.bytes_.data());
  return product;
}

Point multiply_base(const Scalar& scalar) {
  Point product;
  [[maybe_unused]] const int refused =
      crypto_scalarmult_ristretto255_base(product.bytes_.data(), scalar.bytes().data());
  return product;
}

Points add_base_multiples(std::span<const Point> points, std::span<const Scalar> scalars) {
  CANDOUR_CHECK(points.size() == scalars.size());
  Points sums;
  sums.reserve(points.size());
  for (std::size_t j = 0; j < points.size(); ++j) sums.push_back(points[j] + multiply_base(scalars[j]));
  return sums;
}

Points subtract_multiples(std::span<const Point> points, std::span<const Scalar> scalars,
                          const Point& other) {
  CANDOUR_CHECK(points.size() == scalars.size());
  Points differences;
  differences.reserve(points.size());
  for (std::size_t j = 0; j < points.size(); ++j) {
    differences.push_back(points[j] - multiply(scalars[j], other));
  }
  return differences;
}

Points multiply_all(const Scalar& scalar, std::span<const Point> points) {
  Points products;
  products.reserve(points.size());
  for (const Point& point : points) products.push_back(multiply(scalar, point));
  return products;
}

Point public_weighted_sum(std::span<const PublicWeight> weights, std::span<const Point> points) {
  CANDOUR_CHECK(weights.size() == points.size());
  Point sum;
  for (std::size_t j = 0; j < points.size(); ++j) {
    std::array<std::uint8_t, kScalarBytes> wide{};
    std::copy(weights[j].begin(), weights[j].end(), wide.begin());
    sum = sum + multiply(Scalar::parse(wide).value(), points[j]);
  }
  return sum;
}

}  // namespace candour::crypto
