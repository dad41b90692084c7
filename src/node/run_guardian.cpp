#include <memory>
#include <mutex>

#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/witness.h"
#include "candour/node/federation.h"
#include "candour/node/followed_log.h"
#include "candour/node/handed_in.h"
#include "candour/node/identity.h"
#include "candour/node/log_routes.h"
#include "candour/node/noting.h"
#include "candour/node/refusal_log.h"
#include "candour/node/servers.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/guardian.h"

namespace candour::node {
namespace {

/// How often a guardian asks for what is new in the log, and sends what waits for it.
constexpr std::int64_t kFollowSeconds = 20;

/// The shares that the charter says this guardian has. A version of the charter that names another
/// epoch is looked for in the folder of keys: after a ceremony nobody has to start a guardian again.
class ShareStore {
 public:
  explicit ShareStore(const NodeParts& parts) : parts_(parts) {}

  std::shared_ptr<const std::vector<pseudonym::Share>> of(const instruction::Charter& charter) {
    const std::lock_guard lock(mutex_);
    // Most versions change no domain: then the operator's key, which may be away, is not needed.
    if (shares_ == nullptr || domains_ != charter.domains) {
      shares_ = std::make_shared<const std::vector<pseudonym::Share>>(load(charter));
      domains_ = charter.domains;
    }
    return shares_;
  }

 private:
  [[nodiscard]] std::vector<pseudonym::Share> load(const instruction::Charter& charter) const {
    std::vector<pseudonym::Share> shares;
    const base::SecretBytes operator_key = crypto::load_key_file(parts_.config.key_file);
    for (const instruction::Domain& domain : charter.domains) {
      if (domain.share_key(parts_.config.guardian.index) == nullptr) continue;
      const auto path = pseudonym::share_path(parts_.config.keys, domain.name, domain.epoch);
      shares.push_back(pseudonym::load_share(parts_.disk, path, operator_key));
      pseudonym::require_share_of(shares.back(), charter);
    }
    return shares;
  }

  const NodeParts& parts_;
  std::mutex mutex_;
  std::vector<instruction::Domain> domains_;  ///< whose shares these are
  std::shared_ptr<const std::vector<pseudonym::Share>> shares_;
};

void pass_on_to_others(const NodeParts& parts, const net::Tls& tls, LogView& view, HandedIn& handed_in) {
  const auto charter = view.charter();
  for (const instruction::Guardian& other : charter->guardians) {
    if (other.index == parts.config.guardian.index) continue;
    try {
      LogClient client(options_of(other.address, other.tls_key, &tls), parts.clock);
      handed_in.pass_on(other.index, client);
    } catch (const base::Error& error) {
      parts.log.event("hand_in.not_passed_on").with("guardian", other.index).with(error);
    }
  }
}

}  // namespace

void run_guardian(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop) {
  const NodeConfig& config = parts.config;
  const auto first = pinned_charter(parts.disk, config.charter, config.federation);
  FollowedLog followed({parts.disk, parts.clock, tls, config.log, first});
  LogView& view = followed.view();
  try {
    view.refresh();  // a guardian that joined later is in no version that its folder begins with
  } catch (const base::Error& error) {
    parts.log.event("log.behind").with(error);
  }
  require_own_place(*view.charter(), config, tls);
  const instruction::Guardian self = *view.charter()->guardian(config.guardian.index);
  ShareStore shares(parts);
  const crypto::SigningKey signing_key =
      load_signing_key(parts.disk, config.keys / "signing.sealed", config.key_file);
  const crypto::SigningKey witness_key =
      load_signing_key(parts.disk, config.keys / "witness.sealed", config.key_file, kWitnessPurpose);
  pseudonym::Guardian guardian({parts.disk, parts.clock, parts.random, view,
                                [&shares](const instruction::Charter& charter) { return shares.of(charter); },
                                load_signing_key(parts.disk, config.keys / "signing.sealed", config.key_file),
                                config.guardian.journal});
  HandedIn handed_in(
      parts.disk, parts.clock, parts.log, view, [&followed] { return followed.connect(); },
      config.log / "waiting" / "handed-in");
  RefusalLog refusals({parts.disk, parts.clock, parts.random, parts.log, config.log / "waiting" / "refusals",
                       first->federation(), first->log(), statement::NodeRole::kGuardian});
  log::Witness witness(
      parts.disk, config.guardian.witness_state, {{first->log(), log::KeyType::kEd25519, first->log_key}},
      instruction::witness_name(*first, self), witness_key, parts.clock,
      [&handed_in](const log::Checkpoint& offered) { return handed_in.may_cosign(offered); });
  const auto take = [&handed_in](const Entry& entry) { handed_in.hand_in(entry); };

  ServedRoutes routes;
  const RefusingNode refusing_node{refusals, view, signing_key, [&self] { return self.name; }};
  const net::Route hand_in =
      noting(refusing_node, statement::RefusedAct::kAppend, claim_of_entry, hand_in_route(take));
  routes.nodes.push_back(
      noting(refusing_node, statement::RefusedAct::kEvaluate, claim_of_batch, evaluate_route(guardian)));
  routes.nodes.push_back(add_checkpoint_route(witness));
  routes.nodes.push_back(hand_in);
  routes.strangers = log_routes(view.store());
  routes.strangers.push_back(hand_in);
  std::optional<Repeating> follow, pass_on;
  Servers(
      parts, [&view] { return view.charter(); }, tls,
      [&guardian](NodeMetrics& metrics) { metrics.set_quotas(guardian.quota_use()); })
      .run(
          std::move(routes),
          [&] {
            follow.emplace(parts.log, kFollowSeconds, [&] {
              view.refresh();
              refusals.write_due(self.name, signing_key);
              // As what is handed in by others: who runs the log cannot keep a guardian's refusals out.
              refusals.send(
                  [&](std::string_view envelope) { handed_in.hand_in({std::string(envelope), {}}); });
              handed_in.send();
            });
            // By itself: another guardian that hangs holds up nothing else.
            pass_on.emplace(parts.log, kFollowSeconds,
                            [&] { pass_on_to_others(parts, tls, view, handed_in); });
          },
          [&] {
            refusals.note({.act = statement::RefusedAct::kEvaluate, .code = "CND-2113"}, self.name,
                          signing_key);
          },
          stop);
  pass_on.reset();
  follow.reset();
  refusals.write_counted(self.name, signing_key);
}

}  // namespace candour::node
