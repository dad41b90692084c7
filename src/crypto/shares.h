// Shamir's shares of a scalar over the exponents 1..n, with Feldman's commitments, so that each receiver can
// check its share against what everybody was told (Feldman, FOCS 1987), and a Schnorr proof that a dealer
// knows what it shares.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "candour/crypto/hash_to_group.h"
#include "candour/crypto/ristretto.h"

namespace candour::crypto {

/// A guardian's number in its domain, from 1: the place where the polynomial gives its share.
using ShareIndex = std::uint16_t;

/// A secret polynomial a_0 + a_1·x + … of degree threshold − 1, whose value at 0 is what is shared.
class Polynomial {
 public:
  /// A polynomial with `secret` at 0 and the other coefficients uniform. `threshold` is at least 1.
  Polynomial(const Scalar& secret, std::size_t threshold, base::Random& random);
  /// From its coefficients, a_0 first; at least one. For vectors and tests.
  explicit Polynomial(std::vector<Scalar> coefficients);

  /// The share of one guardian: the polynomial's value there.
  [[nodiscard]] Scalar share_of(ShareIndex index) const;
  /// C_m = a_m·B.
  [[nodiscard]] Points commitments() const;
  [[nodiscard]] const Scalar& secret() const { return coefficients_.front(); }

 private:
  std::vector<Scalar> coefficients_;
};

/// What the commitments of one dealer say that a share's public value is: Σ index^m·C_m.
[[nodiscard]] Point committed_share(std::span<const Point> commitments, ShareIndex index);

/// The Lagrange coefficient of `index` among `asked` at 0: Π j / (j − index) over the others. `asked` are
/// distinct, not 0, and hold `index`.
[[nodiscard]] Scalar lagrange_at_zero(std::span<const ShareIndex> asked, ShareIndex index);

/// A proof that its maker knows the logarithm of a point: c ‖ s.
struct KnowledgeProof {
  Scalar challenge;
  Scalar response;
};

/// Schnorr's proof of knowledge of `secret` = log_B(multiply_base(secret)), bound to `context` (the tag and
/// all that must not be exchanged); the nonce point is hashed last.
[[nodiscard]] KnowledgeProof prove_knowledge(const Scalar& secret, base::ByteView context,
                                             std::string_view tag, base::Random& random);
[[nodiscard]] bool verify_knowledge(const Point& point, const KnowledgeProof& proof, base::ByteView context,
                                    std::string_view tag);

}  // namespace candour::crypto
