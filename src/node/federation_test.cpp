#include "candour/node/federation.h"

#include <doctest/doctest.h>

#include "candour/instruction/amendment.h"
#include "candour/node/domains.h"
#include "candour/node/identity.h"
#include "candour/node/log_reader.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::node {
namespace {

using candour::testing::code_of;

FederationPlan plan() {
  FederationPlan plan;
  plan.title = "A federation";
  plan.log = "example.org/log";
  plan.controllers = {{"department", "The department"}, {"board", "The board"}, {"college", "The college"}};
  plan.hub = {"hub", "The hub", "127.0.0.1:7000"};
  plan.hub_legal_person = "The processor";
  plan.guardians = {{"guardian-1", "One", "127.0.0.1:7001"}, {"guardian-2", "Two", "127.0.0.1:7002"}};
  plan.witnesses = {{"witness.south", "", "127.0.0.1:7004"}, {"witness.north", "", "127.0.0.1:7003"}};
  plan.machines = {{"county", "County", ""}};
  plan.organisations = {{"RJ1", "Another", "county", 768, 10'240}, {"R1H", "A trust", "county", 768, 10'240}};
  return plan;
}

struct Fixture {
  candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  base::SystemClock clock;
  base::SystemRandom random;
  Makers makers{disk, clock, random};
  std::filesystem::path at = folder.path() / "federation";

  [[nodiscard]] instruction::Register founded(const base::Digest& federation) const {
    return load_register(LogReader(disk, at / "charter"), federation);
  }
  [[nodiscard]] NodeConfig config_of(const std::filesystem::path& node) const {
    const auto path = node / "node.toml";
    return parse_config(base::load_text(disk, path), path);
  }
};

TEST_CASE_FIXTURE(Fixture, "what init makes is a federation in which each node has its own place") {
  const base::Digest federation = init_federation(makers, at, plan());
  CHECK(LogReader(disk, at / "charter").federation() == federation);
  const instruction::Register log = founded(federation);
  CHECK(log.problems().empty());
  const instruction::Charter& charter = *log.charter();
  CHECK(charter.version == 1);
  CHECK(charter.guardians.size() == 2);
  CHECK(charter.providers.size() == 2);
  // Two organisations on one machine share its certificate, and have signing keys of their own.
  CHECK(charter.providers[0].tls_key == charter.providers[1].tls_key);
  CHECK(charter.providers[0].signing_key != charter.providers[1].signing_key);
  for (const std::string node :
       {"hub", "guardian-1", "guardian-2", "witness.north", "witness.south", "county"}) {
    CAPTURE(node);
    const NodeConfig config = config_of(at / node);
    CHECK(config.federation == federation);
    const auto tls = load_tls(disk, config);
    CHECK_NOTHROW(require_own_place(charter, config, *tls));
  }
}

TEST_CASE_FIXTURE(Fixture, "each key of the charter is in the folder of whom it is of") {
  const base::Digest federation = init_federation(makers, at, plan());
  const instruction::Register log = founded(federation);
  const instruction::Charter& charter = *log.charter();
  CHECK(load_office_key(disk, at / "founders").public_key() == charter.founders_key);
  CHECK(load_office_key(disk, at / "producer").public_key() == charter.producer_key);
  for (const instruction::Controller& one : charter.controllers) {
    CHECK(load_office_key(disk, at / "controllers" / one.name).public_key() == one.key);
  }
  const auto key = [&](const std::string& node, std::string_view purpose) {
    return load_signing_key(disk, at / node / "keys" / (std::string(purpose) + ".sealed"),
                            at / node / "operator.key", purpose)
        .public_key();
  };
  CHECK(key("hub", kSigningPurpose) == charter.hub.signing_key);
  CHECK(key("hub", kLogPurpose) == charter.log_key);
  CHECK(key("guardian-2", kWitnessPurpose) == charter.guardian(2)->witness_key);
  CHECK(charter.witnesses.front().name == "witness.north");
  CHECK(key("witness.north", kWitnessPurpose) == charter.witnesses.front().witness_key);
  CHECK_FALSE(disk.exists(at / "witness.north" / "keys" / "signing.sealed"));
}

TEST_CASE("two quorums of witnesses share an honest one while a guardian is not") {
  FederationPlan some = plan();
  CHECK(default_quorum(some) == 3);
  some.guardians.push_back({"guardian-3", "Three", "127.0.0.1:7005"});
  CHECK(default_quorum(some) == 4);
  some.quorum = 3;
  CHECK(code_of([&] { require_plan(some); }) == "CND-2451");
  some.quorum = 5;
  CHECK_NOTHROW(require_plan(some));
  some.quorum = 6;
  CHECK(code_of([&] { require_plan(some); }) == "CND-2451");
}

TEST_CASE_FIXTURE(Fixture, "a node in another's place is refused when it starts") {
  const base::Digest federation = init_federation(makers, at, plan());
  const instruction::Register log = founded(federation);
  NodeConfig config = config_of(at / "guardian-1");
  const auto tls = load_tls(disk, config);
  config.guardian.index = 2;
  CHECK(code_of([&] { require_own_place(*log.charter(), config, *tls); }) == "CND-2452");
  config.role = Role::kWitness;
  CHECK(code_of([&] { require_own_place(*log.charter(), config, *tls); }) == "CND-2452");
}

TEST_CASE_FIXTURE(Fixture, "who makes its own keys keeps them: only its request and its certificate travel") {
  const auto own = folder.path() / "own";
  const KeyRequest made = make_keys(makers, own / "county", Role::kProvider, "county", {"R1H", "RJ1"});
  const auto path = own / "county" / "request.toml";
  const KeyRequest read = parse_key_request(base::load_text(disk, path), path);
  CHECK(read.signing_key == made.signing_key);
  CHECK(read.organisations == made.organisations);
  FederationPlan with_request = plan();
  with_request.machines.front().request = read;
  with_request.controllers.front().key = make_office_key(makers, own / "department");
  const base::Digest federation = init_federation(makers, at, with_request);
  CHECK_FALSE(disk.exists(at / "county" / "keys"));
  CHECK_FALSE(disk.exists(at / "county" / "operator.key"));
  CHECK_FALSE(disk.exists(at / "controllers" / "department"));
  // The machine puts what it got beside its keys, and is who the charter says.
  for (const std::string name : {"ca.pem", "certificate.pem", "node.toml"}) {
    disk.store_new(own / "county" / name, base::load_text(disk, at / "county" / name));
  }
  const NodeConfig config = config_of(own / "county");
  const instruction::Register log = founded(federation);
  CHECK_NOTHROW(require_own_place(*log.charter(), config, *load_tls(disk, config)));
  CHECK(log.charter()->provider("RJ1")->signing_key ==
        load_signing_key(disk, own / "county" / "organisations" / "RJ1" / "signing.sealed", config.key_file)
            .public_key());
}

TEST_CASE_FIXTURE(Fixture, "a request has the keys of its role and comes back from its file") {
  for (const Role role : {Role::kHub, Role::kGuardian, Role::kWitness, Role::kProvider}) {
    const std::string name(role_word(role));
    CAPTURE(name);
    const KeyRequest made = make_keys(makers, folder.path() / name, role, name);
    const auto path = folder.path() / name / "request.toml";
    const KeyRequest read = parse_key_request(base::load_text(disk, path), path);
    CHECK(read.role == role);
    CHECK(read.signing_key == made.signing_key);
    CHECK(read.log_key == made.log_key);
    CHECK(read.witness_key == made.witness_key);
    CHECK(read.signing_key.has_value() == (role != Role::kWitness));
    CHECK(read.log_key.has_value() == (role == Role::kHub));
    CHECK(read.witness_key.has_value() == (role == Role::kGuardian || role == Role::kWitness));
  }
}

TEST_CASE_FIXTURE(Fixture, "a request of another role, or without an organisation's key, is refused") {
  FederationPlan with_request = plan();
  with_request.machines.front().request =
      make_keys(makers, folder.path() / "a", Role::kProvider, "county", {"R1H"});
  CHECK(code_of([&] { init_federation(makers, at, with_request); }) == "CND-2451");
  with_request = plan();
  with_request.guardians.front().request =
      make_keys(makers, folder.path() / "b", Role::kWitness, "guardian-1");
  CHECK(code_of([&] { init_federation(makers, at, with_request); }) == "CND-2451");
  CHECK_FALSE(disk.exists(at));
}

TEST_CASE_FIXTURE(Fixture, "nothing is made twice, and no plan that cannot be") {
  const auto refused = [&](auto change) {
    FederationPlan impossible = plan();
    change(impossible);
    return code_of([&] { init_federation(makers, at, impossible); });
  };
  CHECK(refused([](auto& one) { one.organisations.front().machine = "elsewhere"; }) == "CND-2451");
  CHECK(refused([](auto& one) { one.organisations.push_back(one.organisations.front()); }) == "CND-2451");
  CHECK(refused([](auto& one) { one.machines.front().name = "hub"; }) == "CND-2451");
  CHECK(refused([](auto& one) { one.hub.address = "nowhere"; }) == "CND-2450");
  CHECK(refused([](auto& one) { one.guardians.clear(); }) == "CND-2451");
  CHECK(refused([](auto& one) { one.controllers.resize(1); }) == "CND-2451");
  CHECK(refused([](auto& one) { one.threshold = 1; }) == "CND-2451");
  CHECK(refused([](auto& one) { one.hub_legal_person = ""; }) == "CND-2451");
  CHECK(refused([](auto& one) { one.controllers.front().name = "../founders"; }) == "CND-2451");
  CHECK(refused([](auto& one) { one.witnesses.front().name = "a witness"; }) == "CND-2451");
  // The processor does not order itself.
  CHECK(refused([](auto& one) {
          one.hub_legal_person = "The board";
          one.threshold = 3;
        }) == "CND-2451");
  CHECK_FALSE(disk.exists(at));
  init_federation(makers, at, plan());
  CHECK(code_of([&] { init_federation(makers, at, plan()); }) == "CND-1005");
}

TEST_CASE_FIXTURE(Fixture, "a domain whose ceremony nobody can see is not believed") {
  const base::Digest federation = init_federation(makers, at, plan());
  const instruction::Register log = founded(federation);
  instruction::Charter charter = *log.charter();
  const EntryAt no_entry = [](std::uint64_t) -> std::string { throw std::logic_error("nothing is asked"); };
  CHECK_NOTHROW(require_domains(log, charter, no_entry));
  instruction::Domain domain;
  domain.name = "secondary-uses";
  domain.purpose = "Statistics";
  domain.key = crypto::multiply_base(crypto::Scalar(7));
  instruction::enter_domain(charter, domain);
  CHECK(code_of([&] { require_domains(log, charter, no_entry); }) == "CND-2453");
}

TEST_CASE_FIXTURE(Fixture, "a folder without a log, or without a body that its charter names, is refused") {
  disk.make_folder(at);
  CHECK(code_of([&] { LogReader(disk, at); }) == "CND-2469");
  const base::Digest federation = init_federation(makers, at / "federation", plan());
  const auto charter = at / "federation" / "charter";
  CHECK_NOTHROW(load_register(LogReader(disk, charter), federation));
  CHECK(code_of([&] { (void)load_register(LogReader(disk, charter), base::Digest{}); }) == "CND-2016");
  disk.remove(charter / "body" / disk.list(charter / "body").front());
  CHECK(code_of([&] { (void)load_register(LogReader(disk, charter), federation); }) == "CND-2469");
}

TEST_CASE_FIXTURE(Fixture, "a log is read while an append to its last bundle is at work") {
  const base::Digest federation = init_federation(makers, at, plan());
  const FirstCharter first = load_first_charter(disk, at / "charter");
  const auto log = folder.path() / "log";
  std::string bundle;
  const auto put = [&](std::string_view entry) {
    bundle.push_back(static_cast<char>(entry.size() >> 8));
    bundle.push_back(static_cast<char>(entry.size() & 0xFF));
    bundle += entry;
  };
  put(first.envelope);
  put("something else");
  disk.store_new((disk.make_folder(log / "tile" / "entries"), log / "tile" / "entries" / "000"),
                 bundle.substr(0, bundle.size() - 3));
  disk.make_folder(log / "body");
  const auto digest = instruction::Register::body_of(first.envelope);
  REQUIRE(digest);
  disk.store_new(body_path(log, *digest), first.providers);
  const LogReader reader(disk, log);
  CHECK(reader.entries() == std::vector<std::string>{first.envelope});
  CHECK(load_register(reader, federation).charter()->version == 1);
}

}  // namespace
}  // namespace candour::node
