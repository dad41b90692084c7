#include "candour/cli/demo_federation.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "candour/base/error.h"
#include "candour/cli/collection_statement.h"
#include "candour/cli/instruction_draft.h"
#include "candour/crypto/key.h"
#include "candour/instruction/amendment.h"
#include "candour/instruction/opt_out_ground.h"
#include "candour/net/client.h"
#include "candour/node/domains.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_wire.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/plan.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

constexpr const char* kDomain = "secondary-uses";
constexpr const char* kPurpose = "Official statistics of waiting, never direct care";
constexpr std::uint16_t kGuardians = 3;
constexpr std::uint16_t kThreshold = 2;
constexpr std::uint16_t kBodies = 2;
constexpr std::size_t kMachines = 2;
constexpr std::int64_t kDay = 86'400;
constexpr auto kStartDeadline = std::chrono::seconds(60);

std::string loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

node::FederationPlan make_plan(const std::vector<DemoOrganisation>& organisations) {
  node::FederationPlan plan;
  plan.title = "A demonstration federation of people who do not exist";
  plan.log = "demonstration.invalid/log";
  plan.controllers = {{"department", "The demonstration's department"},
                      {"board", "The demonstration's board of statistics"},
                      {"patients", "The demonstration's patients' council"}};
  plan.threshold = kBodies;
  plan.hub = {"hub", "The demonstration's hub", loopback(free_port())};
  plan.hub.public_port = free_port();
  plan.hub_legal_person = "The demonstration's processor";
  for (std::uint16_t i = 1; i <= kGuardians; ++i) {
    const std::string name = "guardian-" + std::to_string(i);
    plan.guardians.push_back({name, "Guardian " + std::to_string(i), loopback(free_port())});
  }
  for (const char* name : {"witness-1", "witness-2"}) {
    plan.witnesses.push_back({name, name, loopback(free_port())});
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
                               const collection::Collection& collection,
                               std::map<std::string, std::filesystem::path> references,
                               const std::vector<DemoOrganisation>& organisations)
    : context_(context), folder_(std::filesystem::absolute(folder)), plan_(make_plan(organisations)) {
  plan_.collections = {std::filesystem::absolute(collection.folder)};
  for (auto& [name, path] : references) plan_.references[name] = std::filesystem::absolute(path);
  const base::Digest federation =
      node::init_federation({context.disk, context.clock, context.random}, folder_, plan_);
  founded_ = node::load_register(node::LogReader(context.disk, folder_ / "charter"), federation);
  hold_ceremony();
}

std::filesystem::path DemoFederation::organisation(const std::string& code) const {
  const auto found = std::ranges::find(plan_.organisations, code, &node::PlannedOrganisation::code);
  CANDOUR_CHECK(found != plan_.organisations.end());
  return node::organisation_folder(folder_, *found);
}

std::vector<std::string> DemoFederation::machines() const {
  std::vector<std::string> names;
  for (const node::PlannedNode& one : plan_.machines) names.push_back(one.name);
  return names;
}

std::string DemoFederation::said(const std::string& node) const {
  return base::load_text(context_.disk, folder_ / node / "node.log");
}

const std::string& DemoFederation::machine_of(const std::string& code) const {
  const auto found = std::ranges::find(plan_.organisations, code, &node::PlannedOrganisation::code);
  CANDOUR_CHECK(found != plan_.organisations.end());
  return found->machine;
}

void DemoFederation::enter(const SignedStatement& statement) {
  std::vector<std::string> bodies;
  for (const Body& body : statement.bodies) bodies.push_back(body.bytes);
  node::LogClient log({.host = "127.0.0.1", .port = plan_.hub.public_port.value()}, context_.clock);
  (void)log.enter(statement.envelope, bodies);
}

instruction::Register DemoFederation::log() const {
  return node::load_register(node::LogReader(context_.disk, folder_ / "hub" / "log"), founded_->federation());
}

std::uint64_t DemoFederation::least_numbers_a_day() const {
  const std::uint64_t quota =
      std::ranges::min(plan_.organisations, {}, &node::PlannedOrganisation::quota_day).quota_day;
  return quota;
}

void DemoFederation::hold_ceremony() {
  const instruction::Charter& charter = *founded_->charter();
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

SignedStatement DemoFederation::sign(Draft draft) const {
  SignedStatement made{.envelope = {}, .bodies = std::move(draft.bodies)};
  for (const node::PlannedController& one : plan_.controllers) {
    if (&one == &plan_.controllers[kBodies]) break;
    const crypto::SigningKey key = node::load_office_key(context_.disk, folder_ / "controllers" / one.name);
    made.envelope = made.envelope.empty()
                        ? statement::write_envelope(statement::sign(draft.kind, draft.payload, key))
                        : statement::sign_also(made.envelope, draft.kind, key);
  }
  return made;
}

SignedStatement DemoFederation::ceremony() const {
  return {.envelope =
              base::load_text(context_.disk, folder_ / "ceremony" / std::string(pseudonym::kTranscriptFile)),
          .bodies = {}};
}

SignedStatement DemoFederation::sign_charter_2() {
  instruction::Charter next =
      instruction::next_version(*founded_->charter(), context_.random, context_.clock);
  node::adopt_domain(*founded_, next, ceremony().envelope, kPurpose);
  return sign({.kind = std::string(instruction::kCharterKind),
               .payload = instruction::write_payload(next),
               .bodies = {body_of(instruction::write_providers(next))}});
}

SignedStatement DemoFederation::sign_collection(const collection::Collection& collection) {
  return sign(draft_collection(collection.folder, new_header(context_, *founded_->charter())));
}

SignedStatement DemoFederation::sign_emergency_instruction(const collection::Collection& collection,
                                                           base::Date data_from, instruction::Mode mode) {
  const instruction::Charter& charter = *founded_->charter();
  instruction::Instruction order = draft_of(collection);
  order.header = new_header(context_, charter);
  const bool is_of_records = mode == instruction::Mode::kRecords;
  order.name = collection.name + (is_of_records ? "-records" : "-counts");
  order.title = is_of_records ? "Monthly waiting times statistics, from records under pseudonyms"
                              : "Monthly waiting times statistics, from counts";
  order.purpose = "official-statistics";
  order.why = "So that everybody can see how long people wait.";
  order.why_now = "This is a demonstration on people who do not exist.";
  order.benefits = "You see what leaves a hospital, and what does not.";
  order.complain = "Nobody is concerned: nobody's data are used.";
  order.legal_basis = "In earnest a direction, with its title and date. Here nobody's data are used.";
  order.mode = mode;
  order.domain = is_of_records ? kDomain : "";
  order.opt_out = "does-not-apply";
  order.opt_out_ground = instruction::opt_out_ground(instruction::OptOutGround::kRequiredByLaw).code;
  order.opt_out_source = "In earnest a direction, with its title and date. Here nobody's data are used.";
  order.recipient = {"The demonstration's office of statistics", "The demonstration's office of statistics"};
  for (const instruction::Controller& one : charter.controllers) {
    order.declarations_of_interest.push_back({one.legal_person, "none"});
  }
  order.notice_days = 0;
  order.data_from = data_from;
  order.not_before = order.header.made;
  order.expires = order.header.made + instruction::kEmergencySeconds;
  order.retention_days = 730;
  instruction::require_rules(order);
  return sign({.kind = std::string(instruction::kInstructionKind),
               .payload = instruction::write_payload(order),
               .bodies = {}});
}

DemoFederation::Running DemoFederation::run(const std::string& name, std::uint16_t admin_port) {
  const std::filesystem::path own = folder_ / name;
  std::vector<std::string> arguments = {"node",         "run",
                                        "--config",     (own / "node.toml").string(),
                                        "--admin-port", std::to_string(admin_port),
                                        "--allow-root"};
  return {name, admin_port, Child(arguments, own / "node.log")};
}

void DemoFederation::fail(const std::string& name) const {
  throw base::Error("CND-1807", "A process of the demo failed.")
      .with("node", base::Label(name))
      .with("log", folder_ / name / "node.log");
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
  for (const node::PlannedNode& witness : plan_.witnesses) servers_.push_back(run(witness.name, free_port()));
  for (Running& node : servers_) wait_until_healthy(node);
  wait_until_begun();
}

// The log begins with version 1 of the charter, once enough witnesses have cosigned it.
void DemoFederation::wait_until_begun() {
  node::LogClient log({.host = "127.0.0.1", .port = plan_.hub.public_port.value()}, context_.clock);
  const auto deadline = std::chrono::steady_clock::now() + kStartDeadline;
  while (std::chrono::steady_clock::now() < deadline) {
    if (log.fetch("checkpoint")) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  fail(plan_.hub.name);
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
