#include "candour/malice/world.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "candour/base/error.h"
#include "candour/cli/context.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/cosignature.h"
#include "candour/log/witness_wire.h"
#include "candour/statement/batch.h"
#include "candour/statement/incident.h"
#include "candour/testing/code_of.h"

namespace candour::malice {
namespace {

const net::Validity kValid{.from_unix_seconds = kFounded - kDay, .until_unix_seconds = kFounded + 400 * kDay};
constexpr std::size_t kCodeLength = 8;

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(std::string("The scenario is not as it should be: ") + what);
}

log::VerifierKey log_key_of(const instruction::Charter& charter) {
  return {charter.log(), log::KeyType::kEd25519, charter.log_key};
}

/// The key under which the charter knows each of the five.
std::pair<std::string, crypto::SigningKey> witness_of(const instruction::Charter& charter,
                                                      std::size_t place) {
  const std::size_t guardians = charter.guardians.size();
  if (place >= guardians) {
    const std::string& name = charter.witnesses.at(place - guardians).name;
    return {name, key_of(name)};
  }
  const instruction::Guardian& one = charter.guardians.at(place);
  return {instruction::witness_name(charter, one), key_of("witness of " + one.name)};
}

}  // namespace

std::string said_by(const std::function<void()>& call) {
  const std::string code = candour::testing::code_of(call);
  return code == "none" ? std::string(kNothing) : code;
}

log::WitnessReply BadWitness::add_checkpoint(std::string_view body, std::int64_t) {
  const std::string text = log::parse_add_checkpoint(body).checkpoint.note.text;
  const std::string owner = "guardian " + std::to_string(kBadGuardian);
  return {.status = 200,
          .body = log::write_signature_line(log::cosign(name_, key_of("witness of " + owner), text,
                                                        clock_.now_unix_seconds() + off_by_seconds))};
}

Follower::Follower(World& of, const std::string& name)
    : world(of),
      identity(*of.nodes.at(name)),
      followed({disk, of.clock, identity.tls, "/log", of.members().log->charters().front().charter}) {}

std::string Follower::refresh() {
  return said_by([this] { followed.view().refresh(); });
}

std::string Follower::verdict() {
  const auto verdict = followed.view().judge({.instruction = world.members().order.id(),
                                              .domain = candour::testing::kTestDomain,
                                              .provider = "R1H",
                                              .collection = candour::testing::kTestCollection});
  return verdict.in_force() ? std::string(kNothing) : std::string(verdict.code().view());
}

HonestGuardian::HonestGuardian(World& of, crypto::ShareIndex index)
    : Follower(of, "guardian " + std::to_string(index)),
      log([](std::string_view) {}, of.clock),
      handed_in(
          disk, of.clock, log, followed.view(), [this] { return followed.connect(); }, "/handed-in"),
      witness_key(witness_of(of.members().charter, index - 1U).second),
      witness(disk, "/witness", {log_key_of(of.members().charter)},
              witness_of(of.members().charter, index - 1U).first, witness_key, of.clock,
              [this](const log::Checkpoint& offered) { return handed_in.may_cosign(offered); }),
      port(witness),
      random(index, "guardian"),
      guardian({disk, of.clock, random, followed.view(),
                [&of, index](const instruction::Charter& charter) {
                  auto shares = std::make_shared<std::vector<pseudonym::Share>>();
                  if (!charter.domains.empty()) shares->push_back(of.audited.share_of(index));
                  return shares;
                },
                key_of("guardian " + std::to_string(index)), "/journal"}) {}

std::string HonestGuardian::asked(base::ByteView request, const std::string& by) {
  return said_by([&] { (void)guardian.evaluate(request, world.nodes.at(by)->tls.own_spki()); });
}

std::string HonestGuardian::hand_in(const std::string& envelope, const std::vector<std::string>& bodies) {
  return said_by([&] { handed_in.hand_in({envelope, bodies}); });
}

std::map<std::string, std::unique_ptr<net::TestNode>> World::make_nodes() {
  static const net::KeyedCertificate authority = net::make_ca("malice", kValid);
  std::map<std::string, std::unique_ptr<net::TestNode>> made;
  for (const std::string name : {"hub", "guardian 1", "guardian 2", "guardian 3", "R1H", "R2H"}) {
    std::string host = name;
    std::ranges::replace(host, ' ', '-');
    made.emplace(name, std::make_unique<net::TestNode>(authority, authority.certificate_pem, host, kValid));
  }
  return made;
}

World::World(const std::function<void(candour::testing::TestFederation&)>& prepare)
    : nodes(make_nodes()),
      hub(*nodes.at("hub")),
      audited(node::testing::AuditedLog::Keys::kOfCeremony, [&](candour::testing::TestFederation& founding) {
        instruction::Charter& charter = founding.charter;
        charter.hub.address = hub.address();
        charter.hub.tls_key = nodes.at("hub")->tls.own_spki();
        for (auto& one : charter.guardians) one.tls_key = nodes.at(one.name)->tls.own_spki();
        for (auto& one : charter.providers) one.tls_key = nodes.at(one.code)->tls.own_spki();
        if (prepare) prepare(founding);
      }) {
  clock.now = kFounded + 2 * kMinute;
  require(members().log->problems().empty(), "the log that it begins with has no problem");
  MaliciousHub::enter(true_log(), members().entries);
  for (const auto& [digest, body] : members().bodies) true_log().bodies().put(digest, body);
  bad = std::make_unique<BadWitness>(witness_of(members().charter, kBadGuardian - 1U).first, clock);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& name = members().charter.witnesses.at(i).name;
    static const std::array<crypto::SigningKey, 2> keys{key_of("north.example"), key_of("south.example")};
    outside_disks.at(i) = std::make_unique<base::SimulatedDisk>();
    outside.at(i) =
        std::make_unique<log::Witness>(*outside_disks.at(i), "/witness",
                                       std::vector{log_key_of(members().charter)}, name, keys.at(i), clock);
    outside_ports.at(i) = std::make_unique<DirectWitness>(*outside.at(i));
    guardians.at(i) = std::make_unique<HonestGuardian>(*this, static_cast<crypto::ShareIndex>(i + 1));
  }
  hub.show_all({.history = &true_log()});
  require(publish(), "the true log is cosigned");
  for (const auto& one : guardians) require(one->refresh() == kNothing, "guardians follow the true log");
}

void World::enter(const std::string& envelope, std::string_view body) {
  members().enter(envelope, body);
  MaliciousHub::enter(true_log(), std::vector{envelope});
  if (!body.empty()) true_log().bodies().put(digest_of(body), body);
}

std::vector<log::WitnessPort*> World::witnesses(const std::vector<std::size_t>& places) {
  const std::array<log::WitnessPort*, 5> all{&guardians[0]->port, &guardians[1]->port, bad.get(),
                                             outside_ports[0].get(), outside_ports[1].get()};
  std::vector<log::WitnessPort*> chosen;
  for (const std::size_t place : places) chosen.push_back(all.at(place));
  return chosen;
}

bool World::publish() {
  const log::SignedCheckpoint got =
      hub.collect(true_log(), MaliciousHub::sign(true_log().next(), origin()), witnesses());
  if (!log::judge_checkpoint(instruction::log_policy(members().charter), got).holds()) return false;
  true_log().publish(log::write_note(got.note));
  return true;
}

std::string World::forged(const log::Head& head, std::size_t count) const {
  log::SignedCheckpoint made = MaliciousHub::sign(head, origin());
  for (std::size_t i = 0; i < count; ++i) {
    const auto [name, key] = witness_of(audited.members.charter, i);
    made.note.signatures.push_back(log::cosign(name, key, made.note.text, clock.now));
  }
  return log::write_note(made.note);
}

std::string World::audit(std::int64_t now) {
  ServedFiles files({.history = &true_log()});
  base::SilentProgress silent;
  const node::LogAudit audit = node::audit_log(files, members().charter.federation(), now, silent);
  for (std::size_t i = 0; i < audit.verdicts.size(); ++i) {
    const node::AuditVerdict& verdict = audit.verdicts.at(i);
    if (verdict.answer == node::AuditAnswer::kHolds) continue;
    return std::string(node::kAuditWords.at(i)) + " " + verdict.findings.front().code;
  }
  return std::string(kNothing);
}

std::string World::watch(const std::vector<std::string>& histories) {
  std::ostringstream out, err;
  base::SeededRandom random{1, "watch"};
  base::SilentProgress silent;
  cli::Context context{hub.disk, clock, random, silent, out, err};
  CLI::App app;
  cli::add_log_command(app, context);
  std::string line = "log watch --once --state /watch --federation ";
  line += base::to_hex(members().charter.federation());
  for (const std::string& name : histories) line += " " + MaliciousHub::folder(name);
  app.parse(line);
  const std::string said = out.str();
  const std::size_t at = said.find("CND-");
  return at == std::string::npos ? std::string(kNothing) : said.substr(at, kCodeLength);
}

std::string World::batch(const std::string& name, std::int64_t made) {
  const std::string usual = audited.batch(name);
  statement::Batch one = statement::parse_batch(statement::parse_envelope(usual, "batch").payload);
  one.header.made = made;
  return candour::testing::TestFederation::sign("batch", statement::write_payload(one), {"R1H"});
}

std::string World::incident(const std::string& name, const std::string& by) {
  statement::Incident one{.header = members().header(name), .party = by};
  one.text = {digest_of("text"), 20};
  return candour::testing::TestFederation::sign("incident", statement::write_payload(one), {by});
}

std::string World::revocation(const std::string& name, const std::string& by) {
  statement::Revocation one{.header = members().header(name), .instruction = members().order.id()};
  one.why = {digest_of("why"), 20};
  return candour::testing::TestFederation::sign("revocation", statement::write_payload(one), {by});
}

}  // namespace candour::malice
