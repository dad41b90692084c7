// The nodes of an attacked federation, and how they are joined: what its two files of code share.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/error.h"
#include "candour/crypto/key.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/mirror.h"
#include "candour/log/witness.h"
#include "candour/node/attacked_federation_testing.h"
#include "candour/node/handed_in.h"
#include "candour/node/hub.h"
#include "candour/node/hub_log.h"
#include "candour/node/log_routes.h"
#include "candour/node/log_testing.h"
#include "candour/node/noting.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/guardian.h"

namespace candour::node::testing {

using statement::RefusedAct;

/// What seals the nodes' secrets.
const base::SecretBytes& operator_key();
/// Where the operator's key lies, and where DuckDB writes: the only real files.
const std::filesystem::path& real_folder();
const std::filesystem::path& key_file();
/// Visits with a person, as the vault has them; small-visits of the submission's tests.
const collection::Collection& visits();

/// The ceremony of the domain, held once: what it gives is a function of the charter's version 1.
struct Ceremony {
  Ceremony() : members(kNow) {
    members.charter.domains.clear();
    members.enter_charter(members.charter);
    for (const instruction::Guardian& one : members.charter.guardians) {
      randoms.emplace_back(1, one.name);
      signing.push_back(key_of(one.name));
      seats.push_back({.disk = disk,
                       .clock = clock,
                       .random = randoms.back(),
                       .charter = members.charter,
                       .guardian = one.index,
                       .signing_key = signing.back(),
                       .operator_key = operator_key(),
                       .keys = one.name,
                       .shared = "shared"});
    }
    pseudonym::CeremonyRequest request;
    request.domain = candour::testing::kTestDomain;
    request.threshold = 2;
    const auto verified =
        pseudonym::run_ceremony_in_one_place(seats, pseudonym::plan_ceremony(members.charter, request));
    transcript = base::load_text(disk, std::filesystem::path("shared") / pseudonym::kTranscriptFile);
    domain = pseudonym::domain_of(verified, "Official statistics");
  }
  [[nodiscard]] pseudonym::Share share(crypto::ShareIndex index) const {
    const auto folder = std::filesystem::path("guardian " + std::to_string(index));
    return pseudonym::load_share(disk, pseudonym::share_path(folder, domain.name, 1), operator_key());
  }
  TestFederation members;
  base::SimulatedDisk disk;
  const base::FixedClock clock{kNow};
  std::deque<base::SeededRandom> randoms;
  std::deque<crypto::SigningKey> signing;
  std::vector<pseudonym::CeremonySeat> seats;
  std::string transcript;
  instruction::Domain domain;
};
Ceremony& ceremony();

/// A log's files, with the bodies, as its routes serve them.
class ServedFiles final : public log::TileSource {
 public:
  explicit ServedFiles(log::Store& store) : store_(store) {}
  std::optional<std::string> fetch(std::string_view path) override {
    constexpr std::string_view kBody = "body/";
    if (!path.starts_with(kBody)) return store_.fetch(path);
    const auto digest = base::from_hex_exactly<32>(path.substr(kBody.size()));
    return digest ? store_.bodies().get(*digest) : std::nullopt;
  }

 private:
  log::Store& store_;
};

/// A copy of the log, and the node's view of it.
struct Copy {
  Copy(base::Disk& on, const base::Clock& clock, const std::string& node, log::Store& of,
       std::shared_ptr<const instruction::Charter> first)
      : disk(on),
        folder(node + "/log"),
        store(on, folder),
        remote(std::make_unique<ServedFiles>(of)),
        view(
            {.clock = clock,
             .store = store,
             .first = std::move(first),
             .follow = [this](const instruction::Charter&, const log::Trusted& whom) { return follow(whom); },
             .body_of =
                 [this](const base::Digest& name) { return remote->fetch("body/" + base::to_hex(name)); }}) {}
  log::Followed follow(const log::Trusted& whom) {
    base::SilentProgress silent;
    return log::Mirror(disk, store, folder, *remote).update(whom, silent, {}, nullptr);
  }
  /// As a node does: what cannot be followed is a line of its log, and then nothing is in force.
  void try_refresh() {
    try {
      view.refresh();
    } catch (const base::Error&) {
      return;
    }
  }
  base::Disk& disk;
  std::filesystem::path folder;
  log::Store store;
  std::unique_ptr<log::TileSource> remote;
  LogView view;
};

inline net::Request request_of(base::ByteView body, const std::optional<base::Digest>& peer) {
  net::Request request;
  request.method = net::Method::kPost;
  request.peer = peer;
  request.body.assign(body.begin(), body.end());
  return request;
}

struct AttackedFederation::Parts {
  /// A node's refusals, and how it says them.
  struct Notes {
    Notes(AttackedFederation& of, const std::string& folder, statement::NodeRole role, std::string node,
          LogView& view)
        : name(std::move(node)),
          key(key_of(name)),
          random(1, name),
          waiting(folder + "/waiting"),
          refusals({of.disk, of.clock, random, of.parts_->lines, waiting, of.members.charter.federation(),
                    of.members.charter.log(), role}),
          node_that_refuses{refusals, view, key, [this] { return name; }} {}
    std::string name;
    crypto::SigningKey key;
    base::SeededRandom random;
    std::string waiting;
    RefusalLog refusals;
    RefusingNode node_that_refuses;
  };

  struct GuardianNode {
    GuardianNode(AttackedFederation& of, crypto::ShareIndex index)
        : name("guardian " + std::to_string(index)),
          copy(of.disk, of.clock, name, of.parts_->store, of.parts_->first),
          notes(of, name, statement::NodeRole::kGuardian, name, copy.view),
          handed_in(
              of.disk, of.clock, of.parts_->lines, copy.view,
              []() -> std::unique_ptr<LogClient> { throw base::Error("CND-2411", "Nobody answers there."); },
              name + "/handed-in"),
          shares(std::make_shared<std::vector<pseudonym::Share>>()) {
      copy.view.refresh();
      shares->push_back(ceremony().share(index));
      guardian.emplace(
          pseudonym::GuardianParts{.disk = of.disk,
                                   .clock = of.clock,
                                   .random = notes.random,
                                   .log = copy.view,
                                   .shares = [this](const instruction::Charter&) { return shares; },
                                   .signing_key = key_of(name),
                                   .journal = name + "/journal"});
      evaluate =
          noting(notes.node_that_refuses, RefusedAct::kEvaluate, claim_of_batch, evaluate_route(*guardian));
      hand_in = noting(notes.node_that_refuses, RefusedAct::kAppend, claim_of_entry,
                       hand_in_route([this](const Entry& entry) { handed_in.hand_in(entry); }));
    }
    std::string name;
    Copy copy;
    Notes notes;
    HandedIn handed_in;
    std::shared_ptr<std::vector<pseudonym::Share>> shares;
    std::optional<pseudonym::Guardian> guardian;
    net::Route evaluate, hand_in;
  };

  struct HubNode {
    explicit HubNode(AttackedFederation& of)
        : notes(*of.parts_->hub_notes),
          lake_key{base::ByteView(base::Bytes(32, 9))},
          tombstone_key{base::ByteView(base::Bytes(32, 8))},
          keys({of.disk, of.clock, notes.random, operator_key(), notes.key}, "hub/keys",
               {of.members.charter.federation(), of.members.charter.log(), notes.key.public_key()}),
          erasures({of.disk, of.clock, notes.random, *of.parts_->view,
                    [&of](std::string_view envelope) { of.enter(envelope); }, notes.key, "hub/erasures"}),
          withdrawals({of.disk, of.clock, of.parts_->lines, *of.parts_->view,
                       [&of] { return of.parts_->view->now(); }, [&of] { return of.parts_->view->moment(); },
                       [&of](std::string_view envelope) { of.enter(envelope); }, erasures, notes.key,
                       lake_key, tombstone_key, keys, "hub/lake", "hub/batches"}),
          hub({of.disk, of.clock, notes.random, of.parts_->lines, *of.parts_->view,
               [&of](std::string_view envelope) { of.enter(envelope); }, notes.refusals, erasures,
               collections, notes.key, lake_key, keys, withdrawals, "hub/lake", "hub/inbox",
               "hub/submissions", "hub/batches", real_folder()}) {}
    Notes& notes;
    const std::vector<collection::Collection> collections{visits()};
    base::SecretBytes lake_key, tombstone_key;
    submission::SealingKeys keys;
    Erasures erasures;
    Withdrawals withdrawals;
    Hub hub;
  };

  struct ProviderNode;

  explicit Parts(AttackedFederation& federation);
  ~Parts();
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  void begin();
  std::string enter(const Entry& entry);
  GuardianNode& guardian(crypto::ShareIndex index) {
    auto& there = guardians.at(index - 1U);
    if (!there) there = std::make_unique<GuardianNode>(of, index);
    return *there;
  }
  HubNode& hub() {
    if (!hub_node) hub_node = std::make_unique<HubNode>(of);
    return *hub_node;
  }
  ProviderNode& provider();
  [[nodiscard]] Notes* provider_notes();  ///< nullptr while nobody has asked for the provider
  void refresh_provider();
  [[nodiscard]] std::optional<base::Digest> certificate_of(std::string_view name) const {
    if (name == kStranger) return std::nullopt;
    return digest_of("tls " + std::string(name));
  }

  AttackedFederation& of;
  std::string said;
  Log lines;
  log::Store store;
  std::shared_ptr<const instruction::Charter> first;
  std::unique_ptr<LogAdmission> admission;
  std::unique_ptr<LogView> view;
  std::deque<crypto::SigningKey> witness_keys;
  std::vector<std::unique_ptr<log::Witness>> witnesses;
  std::vector<std::unique_ptr<DirectWitness>> ports;
  crypto::SigningKey log_key = key_of("log");
  std::unique_ptr<log::WitnessPanel> panel;
  std::unique_ptr<log::Appender> appender;
  std::unique_ptr<Notes> hub_notes;
  net::Route statements;
  std::array<std::unique_ptr<GuardianNode>, 3> guardians;
  std::unique_ptr<HubNode> hub_node;
  std::unique_ptr<ProviderNode> provider_node;
};

}  // namespace candour::node::testing
