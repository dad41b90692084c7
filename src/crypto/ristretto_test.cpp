#include "candour/crypto/ristretto.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/crypto/group_testing.h"
#include "candour/crypto/hash_to_group.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

// ℓ, ℓ − 1 and ℓ + 1, the least significant byte first.
constexpr std::string_view kOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
constexpr std::string_view kOrderLess1 = "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
constexpr std::string_view kOrderPlus1 = "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
constexpr std::string_view kBase = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";

Scalar drawn(std::uint64_t seed) {
  base::SeededRandom random(seed, "scalar");
  return Scalar::random(random);
}

TEST_CASE("only the canonical form of a scalar is one") {
  CHECK(Scalar::parse(hex(kOrderLess1)));
  CHECK_FALSE(Scalar::parse(hex(kOrder)));
  CHECK_FALSE(Scalar::parse(hex(kOrderPlus1)));
  CHECK_FALSE(Scalar::parse(base::Bytes(32, 0xff)));
  CHECK_FALSE(Scalar::parse(base::Bytes(31, 0)));
  CHECK_FALSE(Scalar::parse(base::Bytes(33, 0)));
  // Above ℓ in a low byte alone, with a borrow to carry through the zeros.
  std::string above(kOrder);
  above[32] = '1';
  CHECK_FALSE(Scalar::parse(hex(above)));
  CHECK(Scalar::parse(base::Bytes(32, 0))->is_zero());
}

TEST_CASE("scalars are a field: reduced, added, subtracted, multiplied and inverted modulo the order") {
  base::Bytes wide = hex(kOrderPlus1);
  wide.resize(64);
  CHECK(Scalar::reduce(wide) == Scalar(1));
  CHECK(scalar(kOrderLess1) + Scalar(1) == Scalar());
  CHECK(Scalar() - Scalar(1) == scalar(kOrderLess1));
  CHECK(Scalar(0x0123456789abcdefU) * Scalar(2) == Scalar(0x02468acf13579bdeU));
  CHECK(rc::check([](std::uint64_t seed) {
    const Scalar a = drawn(seed), b = drawn(seed + 1), c = drawn(seed + 2);
    return (a + b) * c == a * c + b * c && a - b + b == a && a * a.inverse() == Scalar(1) && !(a == b);
  }));
}

TEST_CASE("RFC 9496, A.1: the multiples of the base point") {
  CHECK(shown(multiply_base(Scalar(1)).bytes()) == kBase);
  const auto file = vectors("rfc9496_libsodium.json");
  if (!file) return;
  const auto& multiples = list(*file, "small_multiples");
  REQUIRE(multiples.size() == 16);
  Point sum;
  for (std::size_t i = 0; i < multiples.size(); ++i) {
    CAPTURE(i);
    CHECK(shown(multiply_base(Scalar(i)).bytes()) == *multiples[i].text());
    CHECK(shown(multiply(Scalar(i), point(kBase)).bytes()) == *multiples[i].text());
    CHECK(shown(sum.bytes()) == *multiples[i].text());
    sum = sum + point(kBase);
  }
}

TEST_CASE("RFC 9496, A.2 and A.3: encodings that are refused, and the one-way map") {
  CHECK_FALSE(Point::parse(base::Bytes(32, 0)));  // the identity
  CHECK_FALSE(Point::parse(base::Bytes(31, 0)));
  const auto file = vectors("rfc9496_libsodium.json");
  if (!file) return;
  REQUIRE(list(*file, "invalid_encodings").size() == 30);
  for (const base::Json& invalid : list(*file, "invalid_encodings")) {
    CAPTURE(text(invalid, "category"));
    CHECK_FALSE(Point::parse(hex(invalid, "hex")));
  }
  REQUIRE(list(*file, "noncanonical_aliases").size() == 16);
  for (const base::Json& alias : list(*file, "noncanonical_aliases"))
    CHECK_FALSE(Point::parse(hex(*alias.text())));
  for (const base::Json& mapped : list(*file, "one_way_map")) {
    CHECK(shown(Point::from_uniform(hex(mapped, "uniform64")).bytes()) == text(mapped, "element"));
  }
}

TEST_CASE("a product that is the identity is the identity, and points add and subtract through it") {
  const Point p = multiply_base(drawn(1));
  CHECK(multiply(Scalar(), p).is_identity());
  CHECK(multiply_base(Scalar()).is_identity());
  CHECK(multiply(drawn(2), Point()).is_identity());
  CHECK((p - p).is_identity());
  CHECK(p + Point() == p);
  CHECK(Point() - p + p == Point());
}

TEST_CASE("a batch gives what its elements give one by one") {
  std::vector<Scalar> scalars;
  Points points;
  std::vector<PublicWeight> weights;
  Point sum;
  for (std::uint64_t j = 0; j < 5; ++j) {
    scalars.push_back(j == 3 ? Scalar() : drawn(j));
    points.push_back(multiply_base(drawn(100 + j)));
    PublicWeight weight{};
    weight[j] = static_cast<std::uint8_t>(j);  // the first weight is 0
    weight[15] = static_cast<std::uint8_t>(j * 60);
    weights.push_back(weight);
    base::Bytes wide(weight.begin(), weight.end());
    wide.resize(32);
    sum = sum + multiply(Scalar::parse(wide).value(), points.back());
  }
  const Point key = multiply_base(drawn(7));
  const Points added = add_base_multiples(points, scalars);
  const Points subtracted = subtract_multiples(points, scalars, key);
  const Points multiplied = multiply_all(scalars[0], points);
  for (std::size_t j = 0; j < points.size(); ++j) {
    CHECK(added[j] == points[j] + multiply_base(scalars[j]));
    CHECK(subtracted[j] == points[j] - multiply(scalars[j], key));
    CHECK(multiplied[j] == multiply(scalars[0], points[j]));
  }
  CHECK(public_weighted_sum(weights, points) == sum);
}

TEST_CASE("points travel as their encodings one after another, and one bad encoding refuses them all") {
  const Points points = {multiply_base(Scalar(2)), multiply_base(Scalar(3))};
  base::Bytes bytes(bytes_of(points).begin(), bytes_of(points).end());
  CHECK(bytes.size() == 64);
  CHECK(parse_points(bytes) == points);
  CHECK(parse_points({})->empty());
  CHECK_FALSE(parse_points(base::ByteView(bytes).first(63)));
  bytes[63] ^= 0x80;
  CHECK_FALSE(parse_points(bytes));
}

}  // namespace
}  // namespace candour::crypto
