#include "candour/cli/demo_federation.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "candour/base/error.h"
#include "candour/crypto/key.h"
#include "candour/net/client.h"
#include "candour/node/charter_store.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/plan.h"

namespace candour::cli {
namespace {

constexpr const char* kDomain = "secondary-uses";
constexpr const char* kPurpose = "Official statistics of waiting, never direct care";
constexpr std::uint16_t kGuardians = 3;
constexpr std::uint16_t kThreshold = 2;
constexpr std::size_t kMachines = 2;
constexpr std::int64_t kDay = 86'400;
constexpr auto kStartDeadline = std::chrono::seconds(60);

std::string loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

node::FederationPlan make_plan(const std::vector<DemoOrganisation>& organisations) {
  node::FederationPlan plan;
  plan.title = "A demonstration federation of people who do not exist";
  plan.log = "demonstration.invalid/log";
  plan.hub = {"hub", "The demonstration's hub", loopback(free_port())};
  for (std::uint16_t i = 1; i <= kGuardians; ++i) {
    const std::string name = "guardian-" + std::to_string(i);
    plan.guardians.push_back({name, "Guardian " + std::to_string(i), loopback(free_port())});
  }
  for (std::size_t i = 1; i <= std::min(kMachines, organisations.size()); ++i) {
    const std::string name = "providers-" + std::to_string(i);
    plan.machines.push_back({name, name, ""});
  }
  std::size_t next = 0;
  for (const DemoOrganisation& one : organisations) {
    // The charter's default: 3 and 40 times the padded size of the largest daily slice.
    const std::uint64_t padded = std::max<std::uint64_t>(pseudonym::padded_total(one.people), 256);
    plan.organisations.push_back({.code = one.code,
                                  .title = one.title,
                                  .machine = plan.machines[next++ % plan.machines.size()].name,
                                  .quota_day = 3 * padded,
                                  .quota_30_days = 40 * padded});
  }
  return plan;
}

}  // namespace

DemoFederation::DemoFederation(Context& context, std::filesystem::path folder,
                               const collection::Collection& collection, base::Date data_from,
                               std::map<std::string, std::filesystem::path> references,
                               const std::vector<DemoOrganisation>& organisations)
    : context_(context), folder_(std::filesystem::absolute(folder)), plan_(make_plan(organisations)) {
  plan_.collections = {std::filesystem::absolute(collection.folder)};
  for (auto& [name, path] : references) plan_.references[name] = std::filesystem::absolute(path);
  federation_ = node::init_federation({context.disk, context.clock, context.random}, folder_, plan_);
  hold_ceremony();
  add_instruction(collection, data_from);
}

std::filesystem::path DemoFederation::organisation(const std::string& code) const {
  const auto found = std::ranges::find(plan_.organisations, code, &node::PlannedOrganisation::code);
  CANDOUR_CHECK(found != plan_.organisations.end());
  return node::organisation_folder(folder_, *found);
}

std::uint64_t DemoFederation::least_numbers_a_day() const {
  const std::uint64_t quota =
      std::ranges::min(plan_.organisations, {}, &node::PlannedOrganisation::quota_day).quota_day;
  return quota * kGuardians / kThreshold;
}

void DemoFederation::hold_ceremony() {
  const instruction::Charter charter =
      instruction::load_charter(context_.disk, folder_ / "charter", federation_);
  // Each guardian has its own key and folder, and takes part by the code of `candour ceremony`; what they
  // share is the folder that goes round.
  std::vector<crypto::SigningKey> signing_keys;
  std::vector<base::SecretBytes> operator_keys;
  for (const node::PlannedNode& guardian : plan_.guardians) {
    const std::filesystem::path own = folder_ / guardian.name;
    operator_keys.push_back(crypto::load_key_file(own / "operator.key"));
    signing_keys.push_back(
        node::load_signing_key(context_.disk, own / "keys" / "signing.sealed", own / "operator.key"));
  }
  pseudonym::CeremonyRequest request;
  request.domain = kDomain;
  request.threshold = kThreshold;
  const statement::CeremonyPlan plan = pseudonym::plan_ceremony(charter, request);
  std::vector<pseudonym::CeremonySeat> seats;
  const std::filesystem::path shared = folder_ / "ceremony";
  for (std::size_t i = 0; i < plan_.guardians.size(); ++i) {
    const auto index = static_cast<crypto::ShareIndex>(i + 1);
    seats.push_back({context_.disk, context_.clock, context_.random, charter, index, signing_keys[i],
                     operator_keys[i], folder_ / plan_.guardians[i].name / "keys", shared});
  }
  (void)pseudonym::run_ceremony_in_one_place(seats, plan);
}

void DemoFederation::add_instruction(const collection::Collection& collection, base::Date data_from) {
  const std::string transcript =
      base::load_text(context_.disk, folder_ / "ceremony" / std::string(pseudonym::kTranscriptFile));
  const std::int64_t now = context_.clock.now_unix_seconds();
  instruction::Instruction instruction;
  context_.random.fill(instruction.id);
  instruction.name = collection.name + "-statistics";
  instruction.title = "Monthly waiting times statistics";
  instruction.purpose = "official-statistics";
  instruction.why = "So that everybody can see how long people wait.";
  instruction.why_now = "This is a demonstration on people who do not exist.";
  instruction.legal_basis = "None is needed: nobody's data are used.";
  instruction.domain = kDomain;
  instruction.opt_out = "does-not-apply";
  instruction.opt_out_ground = "Nobody's data are used.";
  instruction.collections = {{collection.name, collection.digest}};
  instruction.providers = {"*"};
  instruction.data_from = data_from;
  instruction.not_before = now - kDay;
  instruction.expires = now + 365 * kDay;
  instruction.retention_days = 730;
  (void)node::amend_charter({context_.disk, context_.clock, context_.random}, folder_, federation_,
                            [&](instruction::Charter& charter) {
                              node::adopt_domain(context_.disk, folder_ / "charter", charter, transcript,
                                                 kPurpose);
                              charter.instructions.push_back(instruction);
                            });
}

DemoFederation::Running DemoFederation::run(const std::string& name, std::uint16_t admin_port) {
  const std::filesystem::path own = folder_ / name;
  std::vector<std::string> arguments = {"node",         "run",
                                        "--config",     (own / "node.toml").string(),
                                        "--admin-port", std::to_string(admin_port),
                                        "--allow-root"};
  return {name, admin_port, Child(arguments, own / "log")};
}

void DemoFederation::fail(const std::string& name) const {
  throw base::Error("CND-1807", "A process of the demo failed.")
      .with("node", base::Label(name))
      .with("log", folder_ / name / "log");
}

void DemoFederation::wait_until_healthy(Running& node) {
  net::Client client({.host = "127.0.0.1", .port = node.admin_port}, context_.clock);
  const auto deadline = std::chrono::steady_clock::now() + kStartDeadline;
  while (std::chrono::steady_clock::now() < deadline && !node.child.ended()) {
    try {
      if (client.call({.target = "/health"}).status == 200) return;
    } catch (const base::Error&) {
      // It is not listening yet.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  fail(node.name);
}

void DemoFederation::start() {
  servers_.push_back(run(plan_.hub.name, free_port()));
  for (const node::PlannedNode& guardian : plan_.guardians) {
    servers_.push_back(run(guardian.name, free_port()));
  }
  for (Running& node : servers_) wait_until_healthy(node);
}

void DemoFederation::run_flows() {
  std::vector<Running> machines;
  for (const node::PlannedNode& machine : plan_.machines) machines.push_back(run(machine.name, free_port()));
  context_.progress.begin("flows", machines.size(), "machines");
  for (Running& machine : machines) {
    const ChildEnd end = machine.child.wait();
    ended_.push_back({machine.name, end});
    if (end.exit_code != 0) fail(machine.name);
    context_.progress.advance(1);
  }
  context_.progress.end();
}

std::vector<PartyAccount> DemoFederation::stop() {
  for (Running& node : servers_) node.child.stop();
  for (Running& node : servers_) {
    const ChildEnd end = node.child.wait();
    ended_.push_back({node.name, end});
    if (end.exit_code != 0) fail(node.name);
  }
  servers_.clear();
  return std::move(ended_);
}

}  // namespace candour::cli
