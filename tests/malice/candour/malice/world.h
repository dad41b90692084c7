// The parties of a scenario: the malicious hub, one guardian that does what it says, and everybody else as
// they are in the program: two guardians with their witnesses, two outside witnesses, providers with their
// mirrors. Nodes reach the hub over mutual TLS on this machine. The time is the scenario's.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "candour/log/witness.h"
#include "candour/malice/malicious_hub.h"
#include "candour/malice/scenario.h"
#include "candour/node/followed_log.h"
#include "candour/node/handed_in.h"
#include "candour/node/log_audit.h"
#include "candour/node/log_audit_testing.h"
#include "candour/node/log_testing.h"
#include "candour/pseudonym/guardian.h"

namespace candour::malice {

using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;
using node::testing::DirectWitness;
using node::testing::kFounded;

inline constexpr std::int64_t kMinute = 60;
inline constexpr std::int64_t kDay = 86'400;
/// The guardian that is the hub's friend. Its keys are the hub's too.
inline constexpr crypto::ShareIndex kBadGuardian = 3;

/// The code of the error that a call ends with, or kNothing.
[[nodiscard]] std::string said_by(const std::function<void()>& call);

/// A guardian that cosigns whatever it is given, with any time.
class BadWitness final : public log::WitnessPort {
 public:
  BadWitness(std::string name, const base::Clock& clock) : name_(std::move(name)), clock_(clock) {}
  log::WitnessReply add_checkpoint(std::string_view body, std::int64_t) override;
  std::int64_t off_by_seconds = 0;  ///< how much its cosignatures are later than the clock

 private:
  const std::string name_;
  const base::Clock& clock_;
};

class World;

/// A provider or guardian as far as it follows the log.
class Follower {
 public:
  Follower(World& world, const std::string& name);
  /// Brings its copy up to date: the code of what is wrong, or kNothing.
  [[nodiscard]] std::string refresh();
  /// Whether the order is in force for R1H, as this node sees it now: the code of why not, or kNothing.
  [[nodiscard]] std::string verdict();

  World& world;
  const net::TestNode& identity;
  base::SimulatedDisk disk;
  node::FollowedLog followed;
};

/// An honest guardian with all that run_guardian gives it.
class HonestGuardian : public Follower {
 public:
  HonestGuardian(World& world, crypto::ShareIndex index);
  /// A request over the connection of a node: the code of the refusal, or kNothing.
  [[nodiscard]] std::string asked(base::ByteView request, const std::string& by);
  [[nodiscard]] std::string hand_in(const std::string& envelope, const std::vector<std::string>& bodies = {});

  node::Log log;
  node::HandedIn handed_in;
  crypto::SigningKey witness_key;
  log::Witness witness;
  DirectWitness port;
  base::SeededRandom random;
  pseudonym::Guardian guardian;
};

class World {
 public:
  /// `prepare` may change version 1 of the charter.
  explicit World(const std::function<void(candour::testing::TestFederation&)>& prepare = {});

  [[nodiscard]] candour::testing::TestFederation& members() { return audited.members; }
  /// Takes an entry into the true log, as the register of an honest reader has it too.
  void enter(const std::string& envelope, std::string_view body = "");
  /// Has the true log's head cosigned by all who will, and shows it where the quorum is met. Whether it is.
  bool publish();
  /// All five, in the charter's order; and chosen ones.
  [[nodiscard]] std::vector<log::WitnessPort*> witnesses() { return witnesses({0, 1, 2, 3, 4}); }
  [[nodiscard]] std::vector<log::WitnessPort*> witnesses(const std::vector<std::size_t>& places);
  [[nodiscard]] log::Store& true_log() { return hub.true_log(); }
  [[nodiscard]] const std::string& origin() const { return audited.members.charter.log(); }
  /// A checkpoint of any head under the cosignatures of anybody's keys, the first `count` of the charter's
  /// witnesses: what a quorum that is bad throughout can make.
  [[nodiscard]] std::string forged(const log::Head& head, std::size_t count) const;

  /// What an outsider's audit of what everybody is served finds first: "statements CND-2031", or kNothing.
  [[nodiscard]] std::string audit(std::int64_t now);
  [[nodiscard]] std::string audit() { return audit(clock.now); }
  /// The codes that `candour log watch` says of histories of the hub, the first, or kNothing. Looks again at
  /// each call.
  [[nodiscard]] std::string watch(const std::vector<std::string>& histories);

  /// A batch of R1H, made at a time.
  [[nodiscard]] std::string batch(const std::string& name, std::int64_t made);
  /// Something that a party says: it changes nothing, and may not be kept out.
  [[nodiscard]] std::string incident(const std::string& name, const std::string& by = "R1H");
  [[nodiscard]] std::string revocation(const std::string& name = "revocation",
                                       const std::string& by = "controller c");

  node::testing::MovingClock clock;
  std::map<std::string, std::unique_ptr<net::TestNode>> nodes;
  MaliciousHub hub;
  node::testing::AuditedLog audited;
  std::array<std::unique_ptr<base::SimulatedDisk>, 2> outside_disks;
  std::array<std::unique_ptr<log::Witness>, 2> outside;
  std::array<std::unique_ptr<DirectWitness>, 2> outside_ports;
  std::unique_ptr<BadWitness> bad;
  std::array<std::unique_ptr<HonestGuardian>, 2> guardians;

 private:
  static std::map<std::string, std::unique_ptr<net::TestNode>> make_nodes();
};

}  // namespace candour::malice
