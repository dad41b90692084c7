#include <doctest/doctest.h>

#include "candour/log/log_testing.h"
#include "candour/node/attacked_federation_testing.h"
#include "candour/node/attacked_parts_testing.h"

namespace candour::node::testing {

Ceremony& ceremony() {
  static Ceremony held;
  return held;
}

std::string AskedBatch::envelope() const {
  return statement::write_envelope(
      statement::sign("batch", statement::write_payload(statement), key_of(signer)));
}

// The log takes version 1 alone, then what its witnesses are asked about.
void AttackedFederation::Parts::begin() {
  TestFederation& members = of.members;
  members.charter.domains.clear();
  members.enter_charter(members.charter);
  first = members.log->charter();
  const std::vector<log::VerifierKey> logs{{first->log(), log::KeyType::kEd25519, first->log_key}};
  const auto add = [&](const std::string& name, const std::string& key, crypto::ShareIndex guardian) {
    witness_keys.push_back(key_of(key));
    witnesses.push_back(
        std::make_unique<log::Witness>(of.disk, "witness of " + key, logs, name, witness_keys.back(),
                                       of.clock, [this, guardian](const log::Checkpoint& offered) {
                                         if (guardian == 0 || !guardians.at(guardian - 1U)) return true;
                                         return guardians.at(guardian - 1U)->handed_in.may_cosign(offered);
                                       }));
    ports.push_back(std::make_unique<DirectWitness>(*witnesses.back()));
  };
  for (const auto& one : first->guardians) {
    add(instruction::witness_name(*first, one), "witness of " + one.name, one.index);
  }
  for (const auto& one : first->witnesses) add(one.name, one.name, 0);
  std::vector<log::WitnessPort*> asked;
  for (const auto& one : ports) asked.push_back(one.get());
  panel = std::make_unique<log::WitnessPanel>(instruction::log_policy(*first), asked,
                                              log::WitnessPanel::Workers::kNone, 1000);
  admission = std::make_unique<LogAdmission>(store, of.clock, first->federation());
  appender = std::make_unique<log::Appender>(store, *admission, first->log(), log_key, *panel, of.clock);
  view = std::make_unique<LogView>(
      LogView::Parts{.clock = of.clock,
                     .store = store,
                     .first = first,
                     .follow = nullptr,
                     .body_of = [this](const base::Digest& name) { return store.bodies().get(name); }});
  hub_notes = std::make_unique<Notes>(of, "hub", statement::NodeRole::kHub, "hub", *view);
  statements = noting(hub_notes->node_that_refuses, RefusedAct::kAppend, claim_of_entry,
                      statements_route([this](const Entry& entry) { return enter(entry); }));
  (void)enter({members.entries.front(), {members.bodies.begin()->second}});
}

// As HubLog::enter, with the rounds that its thread would run.
std::string AttackedFederation::Parts::enter(const Entry& entry) {
  const bool is_new = !admission->has(entry.envelope);
  const auto future = queue_entry(*admission, store, *appender, entry);
  // The head of the empty log is published first.
  const auto is_done = [&] { return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
  for (int round = 0; round < 2 && !is_done(); ++round) (void)appender->run_round();
  REQUIRE(is_done());
  view->refresh();
  if (is_new && of.members.entries.front() != entry.envelope) {
    of.members.enter(entry.envelope, entry.bodies.empty() ? "" : entry.bodies.front());
  }
  return future.get().proof;
}

AttackedFederation::AttackedFederation() : members(kNow), parts_(std::make_unique<Parts>(*this)) {
  parts_->begin();
  enter(ceremony().transcript);
  members.charter.domains = {ceremony().domain};
  members.charter = next_version();
  members.charter.domains = {ceremony().domain};
  enter_version();
  members.order.collections = {{visits().name, visits().digest, {"hospital", "note", "minutes"}}};
  statement::Collection collection{.header = header("collection")};
  collection.name = visits().name;
  collection.collection_sha256 = collection.manifest_sha256 = visits().digest;
  const std::vector<std::string> two{"controller a", "controller b"};
  enter(sign("collection", statement::write_payload(collection), two));
  enter(members.sign_order(members.order));
  enter_head();
}
AttackedFederation::~AttackedFederation() = default;

void AttackedFederation::pass(std::int64_t seconds) {
  clock.now += seconds;
  parts_->appender->renew();
  (void)parts_->appender->run_round();
  parts_->view->refresh();
  for (const auto& one : parts_->guardians) {
    if (one) one->copy.try_refresh();
  }
  parts_->refresh_provider();
}

void AttackedFederation::enter(std::string_view envelope, std::string_view body) {
  Entry entry{std::string(envelope), {}};
  if (!body.empty()) entry.bodies.emplace_back(body);
  (void)parts_->enter(entry);
}
void AttackedFederation::enter_head() {
  statement::Head head{.header = header("head"), .checkpoint = parts_->store.published().note};
  head.header.id = statement::derived_id("head", digest_of(head.checkpoint));
  enter(sign("head", statement::write_payload(head), {"hub"}));
}
void AttackedFederation::enter_version(std::vector<std::string> also) {
  std::vector<std::string> names{"controller a", "controller b"};
  names.insert(names.end(), also.begin(), also.end());
  enter(sign("charter", instruction::write_payload(members.charter), names),
        instruction::write_providers(members.charter));
}
void AttackedFederation::post(std::string_view envelope, std::string_view body, std::string_view caller) {
  std::vector<std::string> bodies;
  if (!body.empty()) bodies.emplace_back(body);
  const std::string message = write_entry(envelope, bodies);
  (void)parts_->statements.handle(request_of(base::as_bytes(message), parts_->certificate_of(caller)));
}
void AttackedFederation::hand_in(std::string_view envelope, std::string_view caller) {
  const std::string message = write_entry(envelope, {});
  (void)parts_->guardian(1).hand_in.handle(
      request_of(base::as_bytes(message), parts_->certificate_of(caller)));
}
std::string AttackedFederation::sign(std::string_view kind, const std::string& payload,
                                     const std::vector<std::string>& names) {
  return TestFederation::sign(kind, payload, names);
}
statement::Header AttackedFederation::header(std::string_view id) const {
  statement::Header header = members.header(id);
  header.made = clock.now;
  return header;
}
instruction::Charter AttackedFederation::next_version() const {
  instruction::Charter next = members.charter;
  ++next.version;
  next.header = header("charter " + std::to_string(next.version));
  return next;
}
instruction::Instruction AttackedFederation::counts_order(std::string_view id) const {
  instruction::Instruction order = members.order;
  order.header = header(id);
  order.name = id;
  order.mode = instruction::Mode::kCounts;
  order.domain = "";
  return order;
}
std::string AttackedFederation::revocation(const std::string& by) const {
  statement::Revocation one{.header = header("revocation"), .instruction = members.order.id()};
  one.why = {digest_of("why"), 20};
  return sign("revocation", statement::write_payload(one), {by});
}
const instruction::Register& AttackedFederation::log() const { return *parts_->view->now(); }

AskedBatch AttackedFederation::batch(std::uint8_t seed) const {
  const auto plans = pseudonym::plan_batches(2, base::Bytes(pseudonym::kPlanSeedBytes, seed));
  std::vector<pseudonym::Identifier> people;
  for (const char* digits : {"9990000018", "9990000026"}) people.emplace_back(std::string(digits));
  const pseudonym::BlindedBatch made =
      pseudonym::make_batch(plans.front(), people,
                            {.instruction = members.order.id(),
                             .domain = std::string(candour::testing::kTestDomain),
                             .provider = "R1H",
                             .collection = visits().name},
                            clock.now, *log().charter(), key_of("R1H"));
  return {.statement = made.statement, .points = made.points};
}
void AttackedFederation::ask(const AskedBatch& batch, crypto::ShareIndex guardian) {
  const base::Bytes request = pseudonym::write_request(batch.envelope(), batch.asked, batch.points);
  (void)parts_->guardian(guardian).evaluate.handle(request_of(request, digest_of("tls " + batch.caller)));
}
void AttackedFederation::enter_and_ask(const AskedBatch& batch, crypto::ShareIndex guardian) {
  enter(batch.envelope());
  ask(batch, guardian);
}

void AttackedFederation::put_manifest(const std::string& envelope, std::string_view caller) {
  parts_->hub().hub.put_manifest(digest_of("tls " + std::string(caller)), submission::identity_of(envelope),
                                 envelope);
}

void AttackedFederation::follow(const std::vector<std::string>& entries, const std::string& checkpoint) {
  auto files = std::make_unique<log::testing::MemoryFiles>(log::testing::files_of(entries));
  files->files["checkpoint"] = checkpoint;
  for (const auto& [name, body] : members.bodies) files->files["body/" + base::to_hex(name)] = body;
  Copy& copy = parts_->guardian(2).copy;
  copy.remote = std::move(files);
  copy.view.refresh();
}
const std::string& AttackedFederation::lines() const { return parts_->said; }
namespace {

std::vector<std::string> files_in(const base::Disk& disk, const std::filesystem::path& folder) {
  std::vector<std::string> all;
  if (!disk.exists(folder)) return all;
  for (const std::string& name : disk.list(folder)) all.push_back(base::load_text(disk, folder / name));
  return all;
}

}  // namespace
std::vector<std::string> AttackedFederation::evidence() const {
  return files_in(disk, "guardian 2/log/evidence");
}
std::vector<std::string> AttackedFederation::evidence_against_guardians() const {
  return files_in(disk, "R1H/outbox/evidence");
}

std::vector<statement::Refusal> AttackedFederation::journal(Refuser of) const {
  std::vector<std::string> names;
  if (of == Refuser::kProvider) names = {"R1H"};
  if (of == Refuser::kHub || of == Refuser::kLog) names = {"hub"};
  if (of == Refuser::kGuardian || of == Refuser::kHandIn) names = {"guardian 1", "guardian 2", "guardian 3"};
  std::vector<statement::Refusal> all;
  for (const std::string& name : names) {
    for (const std::string& envelope : files_in(disk, name + "/waiting")) {
      all.push_back(statement::parse_refusal(
          statement::verified_payload(envelope, "refusal", key_of(name).public_key())));
    }
  }
  return all;
}

void AttackedFederation::send_refusals() {
  constexpr std::int64_t kHour = 3600;
  pass(kHour);
  const auto send = [this](Parts::Notes& notes) {
    notes.refusals.write_due(notes.name, notes.key);
    notes.refusals.send([this](std::string_view envelope) { enter(envelope); });
  };
  send(*parts_->hub_notes);
  for (const auto& one : parts_->guardians) {
    if (one) send(one->notes);
  }
  if (Parts::Notes* notes = parts_->provider_notes()) send(*notes);
}

TEST_CASE("a federation that nobody attacks sends, evaluates, stores and refuses nothing") {
  AttackedFederation federation;
  CHECK(federation.log().problems().empty());
  federation.load();
  federation.send();
  federation.enter_and_ask(federation.batch());
  federation.post(federation.revocation("controller c"));
  federation.send_refusals();
  CHECK(federation.log().refusals().empty());
  CHECK(federation.log().size() == federation.members.tree.size());
  CHECK(federation.log().find(federation.members.order.id())->uses.submissions == 1);
}

}  // namespace candour::node::testing
