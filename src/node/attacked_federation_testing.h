// A whole federation in one process, for attacks on it: log, witnesses, guardians, hub and a provider are the
// objects that run in their nodes, on a simulated disk and a clock that the test moves. Only the network is
// missing: what would go over it is called, as the routes that the nodes serve where they have one.
//
// It begins with a ceremony, two versions of the charter, a collection, and an order of records from
// everybody (`members.order`), in force from kNow for 30 days.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/instruction/verdict.h"
#include "candour/node/log_testing.h"
#include "candour/pseudonym/batch.h"
#include "candour/statement/refusal.h"
#include "candour/statement/submission.h"

namespace candour::node::testing {

using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;
using candour::testing::TestFederation;

inline constexpr std::int64_t kDaySeconds = 86'400;
/// Who has no certificate that the charter names.
inline constexpr std::string_view kStranger = "";

/// The nodes that refuse. kHandIn is a guardian to whom something is handed in for the log.
enum class Refuser { kProvider, kGuardian, kHub, kLog, kHandIn };

/// A batch on its way to a guardian. What is changed is signed again by `signer`.
struct AskedBatch {
  statement::Batch statement;
  crypto::Points points;
  pseudonym::AskedSet asked = {1, 2};
  std::string signer = "R1H", caller = "R1H";
  [[nodiscard]] std::string envelope() const;
};

/// What a provider's submission meets on its way: each may change what it likes.
struct OnTheWay {
  /// Signed again with the provider's key. The hub is told the new identity.
  std::function<void(statement::Submission&)> manifest;
  std::function<void(std::string&)> attestations;
  std::function<void(std::string&)> sealing_key;  ///< an envelope
  /// The envelope, as it was signed.
  std::function<void(std::string&)> envelope;
  base::Bytes package{};       ///< in the place of the provider's, of as many bytes
  std::string caller = "R1H";  ///< whose certificate the hub sees
  std::vector<int> guardians_down{};
  std::function<base::Bytes(int guardian, base::ByteView request, base::Bytes answer)> answer;
};

class AttackedFederation {
 public:
  AttackedFederation();
  ~AttackedFederation();
  AttackedFederation(const AttackedFederation&) = delete;
  AttackedFederation& operator=(const AttackedFederation&) = delete;

  // Time and log.

  /// Time passes: the log's head is cosigned anew, and every node has read it.
  void pass(std::int64_t seconds);
  /// Enters what the log takes, a head after it too.
  void enter(std::string_view envelope, std::string_view body = "");
  void enter_head();
  /// The same of a version of the charter, as `members` writes it. Signed by controllers a and b, and others.
  void enter_version(std::vector<std::string> also = {});
  /// Sends something to the log over the hub's route. Errors: why it is refused.
  void post(std::string_view envelope, std::string_view body = "", std::string_view caller = kStranger);
  /// Hands something to guardian 1 over its route.
  void hand_in(std::string_view envelope, std::string_view caller = kStranger);
  /// Signed by the keys of these names.
  [[nodiscard]] static std::string sign(std::string_view kind, const std::string& payload,
                                        const std::vector<std::string>& names);
  [[nodiscard]] statement::Header header(std::string_view id) const;
  /// The newest version of the charter, as the next one begins: not in the log yet.
  [[nodiscard]] instruction::Charter next_version() const;
  /// An order of counts beside the first, of another id.
  [[nodiscard]] instruction::Instruction counts_order(std::string_view id) const;
  [[nodiscard]] std::string revocation(const std::string& by) const;
  [[nodiscard]] const instruction::Register& log() const;

  // Guardians.

  [[nodiscard]] AskedBatch batch(std::uint8_t seed = 1) const;
  /// Asks a guardian over its route. Errors: why it refuses.
  void ask(const AskedBatch& batch, crypto::ShareIndex guardian = 1);
  /// Enters it in the log, and asks.
  void enter_and_ask(const AskedBatch& batch, crypto::ShareIndex guardian = 1);

  // The provider R1H, and the hub.

  /// Puts two visits of September into the vault; each time others.
  void load(std::string_view period = "2025-09");
  /// Runs the provider's flows. Errors: why a slice did not go: the provider's own refusal, or the code of
  /// the node that refused.
  void send();
  OnTheWay on_the_way;
  /// The manifest that the hub took last, as it came, and its identity.
  std::string last_manifest;
  base::Digest last_identity{};
  /// Sends a manifest alone to the hub.
  void put_manifest(const std::string& envelope, std::string_view caller = "R1H");

  // Mirrors. Guardian 2's is given another log than the hub's.

  /// A log of these entries, as others may serve it, under the checkpoint that is given.
  void follow(const std::vector<std::string>& entries, const std::string& checkpoint);
  /// The files of forks that guardian 2 keeps.
  [[nodiscard]] std::vector<std::string> evidence() const;
  /// Of evidence against guardians that the provider keeps.
  [[nodiscard]] std::vector<std::string> evidence_against_guardians() const;
  /// The lines that the nodes wrote for their own people.
  [[nodiscard]] const std::string& lines() const;

  // Refusals.

  /// What a node has on its disk for the log.
  [[nodiscard]] std::vector<statement::Refusal> journal(Refuser of) const;
  /// Every node sends what waits; strangers' are due when their hour is over.
  void send_refusals();

  MovingClock clock;
  mutable base::SimulatedDisk disk;
  TestFederation members;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace candour::node::testing
