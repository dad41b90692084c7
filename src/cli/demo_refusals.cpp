#include "candour/cli/demo_refusals.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/node/guardian_client.h"
#include "candour/node/identity.h"
#include "candour/node/key_request.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_wire.h"
#include "candour/node/refusals.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/plan.h"
#include "candour/pseudonym/wire.h"

namespace candour::cli {
namespace {

/// The code with which another node refused a call; empty where it did not.
template <typename Call>
std::string refusal_of(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    const std::string refusal = node::refusal_by_other(error);
    if (refusal.empty()) throw;
    return refusal;
  }
  return "";
}

}  // namespace

std::vector<DemoRefusal> flow_without_order(Context& context, DemoFederation& federation,
                                            const collection::Collection& collection) {
  federation.run_flows();
  std::vector<DemoRefusal> refusals;
  for (const std::string& machine : federation.machines()) {
    // A provider's node refuses itself, in its own words.
    const bool refused = federation.said(machine).find("not sent, CND-2020") != std::string::npos;
    refusals.push_back({machine + ", a machine of providers,", "send", refused ? "CND-2020" : ""});
  }

  const std::filesystem::path hub = federation.folder() / "hub";
  const base::Digest pin =
      node::parse_config(base::load_text(context.disk, hub / "node.toml"), hub / "node.toml").federation;
  const instruction::Register log = node::load_register(node::LogReader(context.disk, hub / "log"), pin);
  const instruction::Charter& charter = *log.charter();
  const instruction::Provider& provider = charter.providers.front();
  const std::filesystem::path own = federation.folder() / federation.machine_of(provider.code);
  const node::NodeConfig config =
      node::parse_config(base::load_text(context.disk, own / "node.toml"), own / "node.toml");
  const auto organisation =
      std::ranges::find(config.provider.organisations, provider.code, &node::Organisation::code);
  const auto tls = node::load_tls(context.disk, config);
  const crypto::SigningKey key =
      node::load_signing_key(context.disk, organisation->keys / "signing.sealed", config.key_file);

  // Somebody who does not exist, under an instruction that nobody gave.
  std::vector<pseudonym::Identifier> person;
  person.emplace_back(std::string("9990000018"));
  base::SecretBytes seed(pseudonym::kPlanSeedBytes);
  context.random.fill(seed.span());
  const auto plans = pseudonym::plan_batches(person.size(), seed.view());
  const instruction::Domain& domain = charter.domains.front();
  statement::Id nobodys{};
  context.random.fill(nobodys);
  const pseudonym::BlindedBatch batch =
      pseudonym::make_batch(plans.front(), person, {nobodys, domain.name, provider.code, collection.name},
                            context.clock.now_unix_seconds(), charter, key);
  for (const instruction::Guardian& guardian : charter.guardians) {
    pseudonym::AskedSet asked{guardian.index};
    for (const auto& [index, share] : domain.share_keys) {
      if (index != guardian.index && asked.size() < domain.threshold) asked.push_back(index);
    }
    std::ranges::sort(asked);
    node::GuardianClient client(guardian, *tls, context.clock);
    refusals.push_back({guardian.name, "evaluate", refusal_of([&] {
                          (void)client.evaluate(
                              pseudonym::write_request(batch.envelope, asked, batch.points));
                        })});
  }
  node::LogClient to_log(node::options_of(charter.hub.address, charter.hub.tls_key, tls.get()),
                         context.clock);
  refusals.push_back(
      {charter.hub.name, "take it into the log", refusal_of([&] { (void)to_log.enter(batch.envelope); })});
  return refusals;
}

}  // namespace candour::cli
