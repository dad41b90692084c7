// The statements of a key ceremony: what guardians send each other (`ceremony-commit`, `ceremony-deal`,
// `ceremony-complaint`), what all of them sign at its end (`ceremony`), and the record of one that was
// aborted (`ceremony-aborted`). docs/reference/formats/ceremony.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "candour/crypto/ristretto.h"
#include "candour/crypto/seal.h"
#include "candour/crypto/shares.h"
#include "candour/statement/payload.h"

namespace candour::statement {

/// With so many guardians, and as many who leave, two transcripts as the evidence of an aborted ceremony
/// still fit into an entry of the log.
inline constexpr std::size_t kCeremonyGuardiansAtMost = 10;

/// A new key; or new shares of the same key, for those who hold them, after a share was lost, or for others.
enum class CeremonyKind { kNew, kRefresh, kRecover, kReshare };
[[nodiscard]] std::string_view name_of(CeremonyKind kind);

/// What a ceremony is to do. Everybody in it states the same plan.
struct CeremonyPlan {
  base::Digest federation{};
  std::string log;
  std::uint32_t charter_version = 1;  ///< which names the guardians and the shares of before
  CeremonyKind kind = CeremonyKind::kNew;
  std::string domain;
  std::uint32_t epoch = 1;  ///< of the shares that it makes
  std::uint16_t threshold = 2;
  std::vector<crypto::ShareIndex> dealers;    ///< ascending
  std::vector<crypto::ShareIndex> receivers;  ///< ascending; who has a share at its end
  friend bool operator==(const CeremonyPlan&, const CeremonyPlan&) = default;
};

/// The id of the ceremony of a plan: derived from all of it.
[[nodiscard]] Id ceremony_id(const CeremonyPlan& plan);
/// Dealers and receivers, ascending, each once: all of them sign.
[[nodiscard]] std::vector<crypto::ShareIndex> participants(const CeremonyPlan& plan);
/// The header of what `guardian` says in the ceremony of a plan; its id is derived from kind, ceremony and
/// guardian, so that one guardian has one statement of a kind in a ceremony.
[[nodiscard]] Header ceremony_header(const CeremonyPlan& plan, std::string_view kind,
                                     crypto::ShareIndex guardian, std::int64_t made);

inline constexpr std::string_view kCommitKind = "ceremony-commit";
inline constexpr std::string_view kDealKind = "ceremony-deal";
inline constexpr std::string_view kComplaintKind = "ceremony-complaint";
inline constexpr std::string_view kCeremonyKind = "ceremony";
inline constexpr std::string_view kAbortedKind = "ceremony-aborted";

/// "ceremony-commit": a guardian takes part.
struct CeremonyCommit {
  Header header;
  CeremonyPlan plan;
  crypto::ShareIndex guardian = 0;
  std::optional<base::Digest> commitment;             ///< of a dealer: to its opening
  std::optional<crypto::SealPublicKey> one_time_key;  ///< of a receiver: its shares are sealed to it
  friend bool operator==(const CeremonyCommit&, const CeremonyCommit&) = default;
};

/// What a dealer committed to.
struct CeremonyOpening {
  std::array<std::uint8_t, 32> nonce{};
  crypto::Points commitments;            ///< C_0 to C_{t−1}
  std::array<std::uint8_t, 64> proof{};  ///< of the knowledge of the logarithm of C_0: c ‖ s
  friend bool operator==(const CeremonyOpening&, const CeremonyOpening&) = default;
};

inline constexpr std::size_t kSealedShareBytes = 80;
/// A share, sealed to its receiver's one-time key: enc ‖ ciphertext ‖ tag.
struct SealedShare {
  crypto::ShareIndex receiver = 0;
  std::array<std::uint8_t, kSealedShareBytes> sealed{};
  friend bool operator==(const SealedShare&, const SealedShare&) = default;
};

/// "ceremony-deal": a dealer opens its commitment and deals.
struct CeremonyDeal {
  Header header;
  Id ceremony{};
  crypto::ShareIndex guardian = 0;
  std::vector<base::Digest> commits;  ///< SHA-256 of the payload of each participant's commit that it saw
  CeremonyOpening opening;
  std::vector<SealedShare> shares;  ///< by receiver, ascending
  friend bool operator==(const CeremonyDeal&, const CeremonyDeal&) = default;
};

/// "ceremony-complaint": a receiver shows that a dealer's sealed share is bad, by giving everybody the means
/// to open it.
struct CeremonyComplaint {
  Header header;
  Id ceremony{};
  crypto::ShareIndex guardian = 0;
  crypto::ShareIndex accused = 0;
  base::Digest deal{};  ///< SHA-256 of the payload of the accused's deal
  std::array<std::uint8_t, 32> one_time_secret{};
  friend bool operator==(const CeremonyComplaint&, const CeremonyComplaint&) = default;
};

/// What the transcript keeps of a dealer.
struct CeremonyDealer {
  crypto::ShareIndex guardian = 0;
  base::Digest commitment{};
  CeremonyOpening opening;
  friend bool operator==(const CeremonyDealer&, const CeremonyDealer&) = default;
};

/// "ceremony": the transcript, signed by all participants. `header.id` is the ceremony's; `header.made` is
/// the latest of the commits'.
struct Ceremony {
  Header header;
  CeremonyPlan plan;
  std::vector<CeremonyDealer> dealers;                                   ///< ascending
  crypto::Point key;                                                     ///< K
  std::vector<std::pair<crypto::ShareIndex, crypto::Point>> share_keys;  ///< K_i, ascending
  std::vector<base::Digest> commits;  ///< SHA-256 of payloads, by participant
  std::vector<base::Digest> deals;    ///< SHA-256 of payloads, by dealer
  friend bool operator==(const Ceremony&, const Ceremony&) = default;
};

/// A signed message that proves a fault, or helps to.
struct CeremonyEvidence {
  crypto::ShareIndex guardian = 0;  ///< who signed it
  std::string kind;
  std::string envelope;
  friend bool operator==(const CeremonyEvidence&, const CeremonyEvidence&) = default;
};

/// "ceremony-aborted": why there is no transcript, with the proof.
struct CeremonyAborted {
  Header header;
  CeremonyPlan plan;
  crypto::ShareIndex guardian = 0;  ///< who says so
  crypto::ShareIndex blamed = 0;
  std::string fault;
  std::vector<CeremonyEvidence> evidence;
  friend bool operator==(const CeremonyAborted&, const CeremonyAborted&) = default;
};

[[nodiscard]] std::string write_payload(const CeremonyCommit& commit);
[[nodiscard]] std::string write_payload(const CeremonyDeal& deal);
[[nodiscard]] std::string write_payload(const CeremonyComplaint& complaint);
[[nodiscard]] std::string write_payload(const Ceremony& ceremony);
[[nodiscard]] std::string write_payload(const CeremonyAborted& aborted);
/// Points are canonical and not the identity, lists of guardians ascend, and ids are the derived ones.
/// Whether it is what its plan asks for is the ceremony's business. Errors: CND-2004, CND-1008.
[[nodiscard]] CeremonyCommit parse_ceremony_commit(std::string_view payload);
[[nodiscard]] CeremonyDeal parse_ceremony_deal(std::string_view payload);
[[nodiscard]] CeremonyComplaint parse_ceremony_complaint(std::string_view payload);
[[nodiscard]] Ceremony parse_ceremony(std::string_view payload);
[[nodiscard]] CeremonyAborted parse_ceremony_aborted(std::string_view payload);

}  // namespace candour::statement
