// Log proofs (C2SP tlog-proof@v1): the receipt of an entry, a file NAME.tlog-proof that shows without a
// network that the entry is in a log, to whoever has the entry and a policy. https://c2sp.org/tlog-proof
//
// What it does not show: that the entry is true, that it is in force, or that nothing came after it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/log/merkle.h"
#include "candour/log/policy.h"

namespace candour::log {

inline constexpr std::size_t kProofAtMostBytes = std::size_t{2} << 20;

struct Proof {
  std::string extra = {};  ///< bytes that nobody signed; empty where there are none
  std::uint64_t index = 0;
  Path path = {};
  SignedCheckpoint checkpoint = {};
  friend bool operator==(const Proof&, const Proof&) = default;
};

/// Reads a proof; nothing of it is verified. Errors: CND-2506 (it is none), CND-2501, CND-2504 (of its
/// checkpoint).
[[nodiscard]] Proof parse_proof(std::string_view bytes);
[[nodiscard]] std::string write_proof(const Proof& proof);

struct ProofVerdict {
  CheckpointVerdict checkpoint = {};
  bool included = false;  ///< the entry is at the proof's index under the checkpoint's root
  [[nodiscard]] bool holds() const { return included && checkpoint.holds(); }
};

/// Errors: CND-2502 (a signature of a key that the policy names does not hold).
[[nodiscard]] ProofVerdict verify_proof(base::ByteView entry, const Proof& proof, const Policy& policy);

}  // namespace candour::log
