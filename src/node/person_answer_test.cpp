// A provider that has sent rows answers a person: whose rows, which receipts, and what nobody learns.
#include "candour/node/person_answer.h"

#include <doctest/doctest.h>

#include "candour/instruction/succession.h"
#include "candour/log/policy.h"
#include "candour/log/proof.h"
#include "candour/log/store.h"
#include "candour/node/slice_flow_testing.h"
#include "candour/testing/federation.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::TestFederation;

pseudonym::Identifier number(const std::string& digits) {
  return nhs_number_of_person(base::as_bytes(digits));
}

/// A slice of the vault whose places are kept.
class KeepingSlice final : public submission::SlicePort {
 public:
  KeepingSlice(World& world, const SliceJob& job, std::filesystem::path folder)
      : world_(world), job_(job), folder_(std::move(folder)), slice_(*world.vault, job, nullptr) {}
  std::unique_ptr<table::ChunkSource> rows() override { return slice_.rows(); }
  submission::Pseudonymised pseudonymise(const submission::Plan& plan) override {
    return slice_.pseudonymise(plan);
  }
  void keep_places(const submission::Plan& plan, std::span<const std::uint64_t> places) override {
    const vault::Vault& vault = *world_.vault;
    const vault::Slice slice = slice_of(vault, job_.collection, job_.table, job_.period);
    Persons persons(job_.table.person, places.size());
    vault::RowCursor cursor = vault.rows(job_.table, slice);
    table::IdentifiableChunk rows{table::Chunk(job_.table.row_schema())};
    while (cursor.next(rows)) persons.add(rows);
    persons.finish();
    store_places(world_.disk, folder_, vault, plan.draft, persons, places);
  }

 private:
  World& world_;
  const SliceJob& job_;
  std::filesystem::path folder_;
  VaultSlice slice_;
};

/// A provider that has sent September, and its mirror of a log that holds the submission.
struct Answering {
  Answering() {
    federation.charter.header.log = submission::testing::federation().log;
    federation.order.header.log = federation.charter.log();
    federation.charter.providers[0].signing_key = submission::testing::provider_key().public_key();
    federation.order.collections = {{world.collection.name, world.collection.digest, {"note"}}};
    federation.enter_charter(federation.charter);
    federation.enter_collection(world.collection.name, world.collection.digest);
    federation.enter(federation.sign_order(federation.order));
    federation.enter_head(kNow);
    world.load(kVisits);
    world.order = federation.order;
    world.order.opt_out = "does-not-apply";
    const SliceJob job = world.job_of("2025-09");
    SliceFlow flow({world.disk, world.clock, *world.vault, world.outbox, world.hub});
    (void)flow.send({.job = job,
                     .require_in_force = [] {},
                     .make_port =
                         [&](const std::filesystem::path& folder, const vault::OptOutFilter*) {
                           return std::make_unique<KeepingSlice>(world, job, folder);
                         }});
    manifest = base::load_text(world.disk, kFolder / std::filesystem::path("manifest.dsse"));
    federation.enter(manifest);
    statement::Run run{.header = federation.header("run"), .instruction = federation.order.header.id};
    run.collection = world.collection.name;
    run.who = "pipeline";
    run.period = "2025-09";
    run.measures = {"rtt-monthly"};
    federation.enter(TestFederation::sign("run", statement::write_payload(run), {"hub"}));
    store.emplace(world.disk, "/mirror");
    (void)store->append(store->next(), federation.entries);
    store->publish(federation.checkpoint(kNow, 4));
  }
  /// Version 2, with another key of the provider and witnesses of whom all must sign, comes into force.
  void change_charter() {
    instruction::Charter next = federation.charter;
    ++next.version;
    next.header.id = candour::testing::id_of("charter 2");
    next.providers[0].signing_key = candour::testing::key_of("R1H, renewed").public_key();
    next.witnesses[0].name = "east.example";
    next.witnesses[0].witness_key = candour::testing::key_of("east.example").public_key();
    next.quorum = 5;
    federation.enter_charter(next, {"controller a", "controller b", "guardian 1", "guardian 2"});
    federation.enter_head(kNow + 60);
    federation.enter_head(kNow + 60 + instruction::kProtectedSeconds);
    REQUIRE(federation.log->charter()->version == 2);
    const log::Head head = store->next();
    (void)store->append(head, std::span(federation.entries).subspan(head.size));
    store->publish(federation.checkpoint(kNow + 60 + instruction::kProtectedSeconds, 4));
  }
  PersonAnswer answer(const std::string& digits) {
    return answer_person({.disk = world.disk,
                          .outbox = "/outbox",
                          .vault = *world.vault,
                          .store = *store,
                          .log = *federation.log,
                          .now = kNow,
                          .may_show = [this](const submission::SliceName&) { return may_show; }},
                         number(digits));
  }
  [[nodiscard]] std::string failing(const PersonReceipt& receipt) const {
    std::string names;
    for (const ReceiptCheck& one :
         check_receipt(receipt, {submission::testing::federation().id, federation.log.get()})) {
      if (one.finding != Finding::kHolds) names += std::string(one.check) + " ";
    }
    return names;
  }

  static constexpr const char* kFolder = "/outbox/small-visits-visits-2025-09-r1";
  World world{"does-not-apply"};
  TestFederation federation{kNow};
  std::string manifest;
  std::optional<log::Store> store;
  bool may_show = true;
};

TEST_CASE("every row that was sent has a receipt that verifies, at the person whose row it is") {
  Answering at;
  const std::map<std::string, std::vector<std::string>> notes = {
      {kPeople[0], {"a1", "a2"}}, {kPeople[1], {"b1"}}, {kPeople[2], {"c1"}}, {kPeople[3], {}}};
  for (const auto& [person, expected] : notes) {
    const PersonAnswer answer = at.answer(person);
    CHECK(answer.searched == 1);
    REQUIRE(answer.holding.size() == (expected.empty() ? 0 : 1));
    if (expected.empty()) continue;
    const SentForPerson& sent = answer.holding[0];
    REQUIRE(sent.receipts.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const PersonReceipt receipt = parse_person_receipt(sent.receipts[i]);
      CHECK(receipt.row == "R1H," + expected[i] + ",5");
      CHECK(at.failing(receipt).empty());
      CHECK(write_person_receipt(receipt) == sent.receipts[i]);
    }
    CHECK(sent.instruction != nullptr);
    REQUIRE(sent.uses.size() == 1);
    CHECK_FALSE(sent.uses[0].by_person);
  }
}

TEST_CASE("a receipt that was changed is refused by the name of what does not hold") {
  Answering at;
  const PersonReceipt good = parse_person_receipt(at.answer(kPeople[0]).holding.at(0).receipts.at(0));
  CHECK(at.failing(good).empty());  // the control
  const PersonReceipt other = parse_person_receipt(at.answer(kPeople[1]).holding.at(0).receipts.at(0));
  const auto changed = [&](auto change) {
    PersonReceipt receipt = good;
    change(receipt);
    return at.failing(receipt);
  };
  // Another person's row does not go under one's own salt, place or path.
  CHECK(changed([&](PersonReceipt& one) { one.row = other.row; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.row += " "; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.row.clear(); }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.salt = other.salt; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.salt[15] ^= 1; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.index = other.index; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.index = 99; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.count = 1; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.count = 100; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.path = other.path; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.path.pop_back(); }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.path.push_back(one.path[0]); }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.path[0][0] ^= 1; }) == "row ");
  CHECK(changed([&](PersonReceipt& one) { one.proof.clear(); }) == "form ");
  CHECK(changed([&](PersonReceipt& one) { one.policy = "nothing"; }) == "form ");
  CHECK(changed([&](PersonReceipt& one) { one.submission = "{}"; }) == "form ");
  CHECK(changed([&](PersonReceipt& one) { one.submission = at.federation.entries[0]; }) == "form ");
  const auto proof_with = [&](auto change) {
    return changed([&](PersonReceipt& one) {
      log::Proof proof = log::parse_proof(one.proof);
      change(proof);
      one.proof = log::write_proof(proof);
    });
  };
  CHECK(proof_with([](log::Proof& one) { one.index ^= 1; }) == "log ");
  CHECK(proof_with([](log::Proof& one) { one.path[0][0] ^= 1; }) == "log ");
  CHECK(proof_with([](log::Proof& one) { one.path.pop_back(); }) == "log ");
  CHECK(proof_with([](log::Proof& one) { one.checkpoint.note.signatures.pop_back(); }) == "witnesses ");
  CHECK(changed([&](PersonReceipt& one) {
          statement::Envelope envelope = statement::parse_envelope(one.submission, "submission");
          envelope.signatures[0].signature[0] ^= 1;
          one.submission = statement::write_envelope(envelope);
        }) == "provider log ");
  CHECK(changed([&](PersonReceipt& one) {
          log::Policy policy = log::parse_policy(one.policy);
          policy.quorum = log::kNoQuorum;
          one.policy = log::write_policy(policy);
        }) == "policy ");
}

TEST_CASE("a receipt stays good when the charter changes its provider's key and its witnesses") {
  Answering at;
  const PersonReceipt good = parse_person_receipt(at.answer(kPeople[0]).holding.at(0).receipts.at(0));
  at.change_charter();
  CHECK(at.failing(good).empty());
  PersonReceipt strange = good;
  log::Policy policy = log::parse_policy(good.policy);
  policy.witnesses.pop_back();
  policy.groups[0].members.pop_back();
  strange.policy = log::write_policy(policy);
  CHECK(at.failing(strange) == "witnesses policy ");
}

TEST_CASE("while the newest checkpoint is of witnesses that were replaced there is no receipt, and then is") {
  Answering at;
  at.change_charter();
  CHECK(at.answer(kPeople[0]).holding.at(0).receipts.empty());
  CHECK(answer_text(at.answer(kPeople[0])).find("Ask again in some minutes") != std::string::npos);
  at.federation.charter = *at.federation.log->charter();
  at.store->publish(at.federation.checkpoint(kNow + 90 + instruction::kProtectedSeconds, 5));
  const auto receipts = at.answer(kPeople[0]).holding.at(0).receipts;
  REQUIRE(receipts.size() == 2);
  CHECK(at.failing(parse_person_receipt(receipts[0])).empty());
}

TEST_CASE("a file that is no receipt is refused before it is looked at") {
  Answering at;
  const std::string good = at.answer(kPeople[0]).holding.at(0).receipts.at(0);
  CHECK_NOTHROW((void)parse_person_receipt(good));  // the control
  for (const std::string& text : {std::string("{}"), good + "x", good.substr(0, good.size() / 2),
                                  std::string("{\"extra\": 1,") + good.substr(1)}) {
    CHECK(code_of([&] { (void)parse_person_receipt(text); }) == "CND-2491");
  }
}

TEST_CASE("who has no rows gets an answer of the same kind, and nothing of anybody's") {
  Answering at;
  const std::string none = answer_text(at.answer(kPeople[4]));
  CHECK(none.find("0 held records of yours") != std::string::npos);
  CHECK(none.find("nobody learned of your question") != std::string::npos);
  CHECK(none.find("R1H,") == std::string::npos);
  CHECK(answer_page(at.answer(kPeople[4])).find("<script") == std::string::npos);
}

TEST_CASE("an answer names each field that was sent, and leads to the receipt beside it") {
  Answering at;
  const PersonAnswer answer = at.answer(kPeople[1]);
  const std::string wanted = "hospital: R1H; note: b1; minutes: 5";
  CHECK(answer_text(answer).find("What was sent: " + wanted) != std::string::npos);
  const std::string page = answer_page(answer);
  CHECK(page.find(wanted) != std::string::npos);
  CHECK(page.find("href=\"" + receipt_name(1) + "\"") != std::string::npos);
}

TEST_CASE("no NHS number, pseudonym or token stands in an answer, a receipt or the places") {
  Answering at;
  const PersonAnswer answer = at.answer(kPeople[0]);
  const std::string out =
      answer_text(answer) + answer_page(answer) + answer.holding.at(0).receipts.at(0) +
      base::load_text(at.world.disk, std::filesystem::path(Answering::kFolder) / kPlacesFile);
  CHECK(out.find("R1H,a1,5") != std::string::npos);  // the control
  for (const std::string& person : kPeople) {
    CHECK(out.find(person) == std::string::npos);
    const auto token = submission::testing::token_of(vault::nhs_number_of(person));
    CHECK(out.find(base::to_hex(token)) == std::string::npos);
    CHECK(out.find(submission::testing::pseudonym_of(token)) == std::string::npos);
  }
}

TEST_CASE("what may not be shown here is not looked for") {
  Answering at;
  CHECK(at.answer(kPeople[0]).holding.size() == 1);  // the control
  at.may_show = false;
  CHECK(at.answer(kPeople[0]).holding.empty());
  CHECK(at.answer(kPeople[0]).searched == 0);
}

TEST_CASE("rows that are no longer those that were sent give no receipt") {
  Answering at;
  const std::filesystem::path folder = Answering::kFolder;
  const std::string rows = base::load_text(at.world.disk, folder / "rows.csv");
  at.world.disk.remove(folder / "rows.csv");
  at.world.disk.store_new(folder / "rows.csv", rows + "R1H,z9,5\n");
  CHECK(code_of([&] { (void)at.answer(kPeople[0]); }) == "CND-2490");
  at.world.disk.remove(folder / kPlacesFile);
  CHECK(at.answer(kPeople[0]).not_searchable == 1);
}

TEST_CASE("what is no NHS number is not looked for") {
  CHECK(number("999 000 0018\n").reveal() == "9990000018");
  for (const char* typed : {"", "9990000019", "999000001", "99900000188", "999000001x"}) {
    CHECK(code_of([&] { (void)number(typed); }) == "CND-2492");
  }
}

}  // namespace
}  // namespace candour::node
