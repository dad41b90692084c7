// Policies (C2SP tlog-policy): the file that a verifier is configured with. It names the logs that are
// believed, the witnesses, and which of them must have cosigned a checkpoint. https://c2sp.org/tlog-policy
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "candour/log/checkpoint.h"
#include "candour/log/note.h"

namespace candour::log {

inline constexpr std::size_t kPolicyAtMostBytes = std::size_t{1} << 20;
/// Of logs, of witnesses and of groups, each. The standard asks for at least 32.
inline constexpr std::size_t kPolicyItemsAtMost = 256;
/// The quorum of a policy that wants no cosignature.
inline constexpr std::string_view kNoQuorum = "none";

struct PolicyLog {
  VerifierKey key = {};  ///< type 0x01; its name is the log's origin
  std::string url = {};  ///< may be empty
  friend bool operator==(const PolicyLog&, const PolicyLog&) = default;
};

struct PolicyWitness {
  std::string name = {};  ///< within the policy; its key has a name of its own
  VerifierKey key = {};   ///< type 0x04
  std::string url = {};   ///< may be empty
  friend bool operator==(const PolicyWitness&, const PolicyWitness&) = default;
};

struct PolicyGroup {
  std::string name = {};
  std::size_t least = 1;                  ///< so many of its members must have cosigned
  std::vector<std::string> members = {};  ///< witnesses, and groups that stand before it
  friend bool operator==(const PolicyGroup&, const PolicyGroup&) = default;
};

struct Policy {
  std::vector<PolicyLog> logs = {};
  std::vector<PolicyWitness> witnesses = {};
  std::vector<PolicyGroup> groups = {};
  std::string quorum{kNoQuorum};  ///< a witness, a group or "none"
  friend bool operator==(const Policy&, const Policy&) = default;
};

/// Errors: CND-2505 (it breaks a rule of the standard, with the line; or uses a key of a type not known
/// here).
[[nodiscard]] Policy parse_policy(std::string_view bytes);
/// Logs, witnesses, groups, quorum, one a line; parse_policy gives it back.
[[nodiscard]] std::string write_policy(const Policy& policy);

/// A witness that cosigned, by its name in the policy, and when: seconds since 1970.
struct Cosigned {
  std::string witness = {};
  std::int64_t time = 0;
  friend bool operator==(const Cosigned&, const Cosigned&) = default;
};

/// A witness or group that a quorum wants and that does not have enough.
struct Lacking {
  std::string name = {};
  std::size_t has = 0;
  std::size_t needs = 1;
  friend bool operator==(const Lacking&, const Lacking&) = default;
};

struct CheckpointVerdict {
  bool signed_by_log = false;  ///< by a log of the policy whose name is the checkpoint's origin
  bool quorum_met = false;
  std::vector<Cosigned> cosigned = {};  ///< in the policy's order
  std::vector<Lacking> lacking = {};    ///< the quorum and below it, where it is not met
  [[nodiscard]] bool holds() const { return signed_by_log && quorum_met; }
};

/// Verifies every signature of a key that the policy names. Errors: CND-2502 (one of them does not hold).
[[nodiscard]] CheckpointVerdict judge_checkpoint(const Policy& policy, const SignedCheckpoint& checkpoint);

/// The lower median of the times: of 4 the second from below. Where fewer than half of those that cosigned
/// are dishonest, it lies between two honest ones' times. Of none: 0.
[[nodiscard]] std::int64_t lower_median_time(const std::vector<Cosigned>& cosigned);

}  // namespace candour::log
