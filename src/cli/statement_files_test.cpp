#include "candour/cli/statement_files.h"

#include <doctest/doctest.h>

#include "candour/cli/collection_statement.h"
#include "candour/collection/collection.h"
#include "candour/instruction/amendment.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"
#include "candour/testing/federation.h"
#include "candour/testing/shared.h"

namespace candour::cli {
namespace {

using candour::testing::code_of;
using candour::testing::key_of;
using candour::testing::TestFederation;

constexpr std::int64_t kNow = 1'796'000'000;

struct Fixture {
  candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  base::FixedClock clock{kNow};
  base::SeededRandom random{11, "statement files"};
  TestFederation members{kNow};
  std::filesystem::path file = folder.path() / "one" / "charter-2.json";
  std::filesystem::path first = folder.path() / "one" / "charter-2.dsse";
  std::filesystem::path second = folder.path() / "two" / "charter-2.dsse";

  Fixture() {
    members.found();
    disk.make_folder(folder.path() / "one");
    disk.make_folder(folder.path() / "two");
  }
  [[nodiscard]] Draft charter_2() {
    instruction::Charter next = instruction::next_version(members.charter, random, clock);
    instruction::set_quota(next, "R1H", {.day = 5, .thirty_days = 50});
    return {.kind = "charter",
            .payload = instruction::write_payload(next),
            .bodies = {body_of(instruction::write_providers(next))}};
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "a draft goes from signer to signer as a file, and the log takes it with its body") {
  const Draft draft = charter_2();
  store_draft(disk, file, draft);
  CHECK(load_payload(disk, file, "charter") == draft.payload);
  const std::string once = sign_file(disk, file, "charter", key_of("controller a"), first);
  CHECK(code_of([&] { (void)members.log->judge(once, draft.bodies.front().bytes); }) == "CND-2014");
  const std::string twice = sign_file(disk, first, "charter", key_of("controller b"), second);
  CHECK(load_payload(disk, second, "charter") == draft.payload);
  // The list of providers came along into the second signer's folder.
  const std::vector<Body> bodies = load_bodies(disk, second, twice);
  CHECK(bodies == draft.bodies);
  CHECK_NOTHROW((void)members.log->judge(twice, bodies.front().bytes));
}

TEST_CASE_FIXTURE(Fixture, "nothing that is signed is ever replaced, and nothing is signed as another kind") {
  store_draft(disk, file, charter_2());
  (void)sign_file(disk, file, "charter", key_of("controller a"), first);
  CHECK(code_of([&] { (void)sign_file(disk, file, "charter", key_of("controller b"), first); }) ==
        "CND-1005");
  CHECK(code_of([&] { (void)load_payload(disk, first, "instruction"); }) == "CND-2002");
  CHECK(code_of([&] { (void)sign_file(disk, first, "instruction", key_of("controller b"), second); }) ==
        "CND-2002");
}

TEST_CASE_FIXTURE(Fixture, "a body that is missing or another one is found before anything is handed on") {
  const Draft draft = charter_2();
  store_draft(disk, file, draft);
  const std::string envelope = sign_file(disk, file, "charter", key_of("controller a"), first);
  const auto body = folder.path() / "one" / "body" / base::to_hex(draft.bodies.front().name);
  disk.remove(body);
  CHECK(code_of([&] { (void)load_bodies(disk, first, envelope); }) == "CND-2470");
  disk.store_new(body, "[]\n");
  CHECK(code_of([&] { (void)load_bodies(disk, first, envelope); }) == "CND-2470");
}

TEST_CASE_FIXTURE(Fixture, "why an order was revoked is a body that opens what the statement commits to") {
  const statement::Salt salt = statement::random_salt(random);
  const statement::Revocation revocation{.header = members.header("revocation"),
                                         .instruction = members.order.id(),
                                         .why = statement::commit_text("A mistake.", salt)};
  const std::string envelope =
      TestFederation::sign("revocation", statement::write_payload(revocation), {"controller c"});
  const Body body{revocation.why.commitment, statement::free_text_body("A mistake.", salt)};
  store_signed(disk, first, {envelope, {body}});
  CHECK(load_bodies(disk, first, envelope) == std::vector<Body>{body});
  store_signed(disk, second, {envelope, {{body.name, statement::free_text_body("Another.", salt)}}});
  CHECK(code_of([&] { (void)load_bodies(disk, second, envelope); }) == "CND-2470");
}

TEST_CASE_FIXTURE(Fixture, "a collection's statement has every file of its folder beside it") {
  const std::filesystem::path collection = "collections/rtt-waiting-list";
  const Draft draft = draft_collection(collection, members.header("a collection"));
  const auto statement = statement::parse_collection(draft.payload);
  CHECK(statement.collection_sha256 == collection::digest_of_folder(collection));
  CHECK(draft.bodies.size() == 1 + statement.files);
  store_draft(disk, file, draft);
  (void)sign_file(disk, file, "collection", key_of("controller a"), first);
  const std::string envelope = sign_file(disk, first, "collection", key_of("controller b"), second);
  CHECK(load_bodies(disk, second, envelope).size() == draft.bodies.size());
  CHECK_NOTHROW((void)members.log->judge(envelope, ""));
}

}  // namespace
}  // namespace candour::cli
