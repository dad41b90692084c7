#include "candour/node/federation.h"

#include <doctest/doctest.h>

#include "candour/node/charter_store.h"
#include "candour/node/identity.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::node {
namespace {

using candour::testing::code_of;

FederationPlan plan() {
  FederationPlan plan;
  plan.title = "A federation";
  plan.log = "example.org/log";
  plan.hub = {"hub", "The hub", "127.0.0.1:7000"};
  plan.guardians = {{"guardian-1", "One", "127.0.0.1:7001"}, {"guardian-2", "Two", "127.0.0.1:7002"}};
  plan.machines = {{"county", "County", ""}};
  plan.organisations = {{"R1H", "A trust", "county", 768, 10'240}, {"RJ1", "Another", "county", 768, 10'240}};
  return plan;
}

struct Fixture {
  candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  base::SystemClock clock;
  base::SystemRandom random;
  Makers makers{disk, clock, random};
  std::filesystem::path at = folder.path() / "federation";
};

TEST_CASE_FIXTURE(Fixture, "what init makes is a federation in which each node has its own place") {
  const base::Digest federation = init_federation(makers, at, plan());
  CHECK(federation_of(disk, at) == federation);
  const instruction::Charter charter = instruction::load_charter(disk, at / "charter", federation);
  CHECK(charter.guardians.size() == 2);
  CHECK(charter.providers.size() == 2);
  // Two organisations on one machine share its certificate, and have signing keys of their own.
  CHECK(charter.providers[0].tls_key == charter.providers[1].tls_key);
  CHECK(charter.providers[0].signing_key != charter.providers[1].signing_key);
  for (const std::string node : {"hub", "guardian-1", "guardian-2", "county"}) {
    CAPTURE(node);
    const auto path = at / node / "node.toml";
    const NodeConfig config = parse_config(base::load_text(disk, path), path);
    CHECK(config.federation == federation);
    const auto tls = load_tls(disk, config);
    CHECK_NOTHROW(require_own_place(charter, config, *tls));
  }
}

TEST_CASE_FIXTURE(Fixture, "a node in another's place is refused when it starts") {
  const base::Digest federation = init_federation(makers, at, plan());
  const instruction::Charter charter = instruction::load_charter(disk, at / "charter", federation);
  const auto path = at / "guardian-1" / "node.toml";
  NodeConfig config = parse_config(base::load_text(disk, path), path);
  const auto tls = load_tls(disk, config);
  config.guardian.index = 2;
  CHECK(code_of([&] { require_own_place(charter, config, *tls); }) == "CND-2452");
}

TEST_CASE_FIXTURE(Fixture, "who makes its own keys keeps them: only its request and its certificate travel") {
  const auto own = folder.path() / "own";
  const KeyRequest made = make_keys(makers, own / "county", "county", {"R1H", "RJ1"});
  const auto path = own / "county" / "request.toml";
  const KeyRequest read = parse_key_request(base::load_text(disk, path), path);
  CHECK(read.signing_key == made.signing_key);
  CHECK(read.organisations == made.organisations);
  FederationPlan with_request = plan();
  with_request.machines.front().request = read;
  const base::Digest federation = init_federation(makers, at, with_request);
  CHECK_FALSE(disk.exists(at / "county" / "keys"));
  CHECK_FALSE(disk.exists(at / "county" / "operator.key"));
  // The machine puts what it got beside its keys, and is who the charter says.
  for (const std::string name : {"ca.pem", "certificate.pem", "node.toml"}) {
    disk.store_new(own / "county" / name, base::load_text(disk, at / "county" / name));
  }
  const auto config_path = own / "county" / "node.toml";
  const NodeConfig config = parse_config(base::load_text(disk, config_path), config_path);
  const instruction::Charter charter = instruction::load_charter(disk, at / "charter", federation);
  CHECK_NOTHROW(require_own_place(charter, config, *load_tls(disk, config)));
  CHECK(charter.provider("RJ1")->signing_key ==
        load_signing_key(disk, own / "county" / "organisations" / "RJ1" / "signing.sealed", config.key_file)
            .public_key());
}

TEST_CASE_FIXTURE(Fixture, "a request without a key of an organisation on its machine is refused") {
  FederationPlan with_request = plan();
  with_request.machines.front().request = make_keys(makers, folder.path() / "own", "county", {"R1H"});
  CHECK(code_of([&] { init_federation(makers, at, with_request); }) == "CND-2451");
  CHECK_FALSE(disk.exists(at));
}

TEST_CASE_FIXTURE(Fixture, "nothing is made twice, and no plan that cannot be") {
  FederationPlan impossible = plan();
  impossible.organisations.front().machine = "elsewhere";
  CHECK(code_of([&] { init_federation(makers, at, impossible); }) == "CND-2451");
  impossible = plan();
  impossible.organisations.push_back(impossible.organisations.front());
  CHECK(code_of([&] { init_federation(makers, at, impossible); }) == "CND-2451");
  impossible = plan();
  impossible.machines.front().name = "hub";
  CHECK(code_of([&] { init_federation(makers, at, impossible); }) == "CND-2451");
  impossible = plan();
  impossible.hub.address = "nowhere";
  CHECK(code_of([&] { init_federation(makers, at, impossible); }) == "CND-2450");
  impossible = plan();
  impossible.guardians.clear();
  CHECK(code_of([&] { init_federation(makers, at, impossible); }) == "CND-2451");
  CHECK_FALSE(disk.exists(at));
  init_federation(makers, at, plan());
  CHECK(code_of([&] { init_federation(makers, at, plan()); }) == "CND-1005");
}

TEST_CASE_FIXTURE(Fixture, "an amendment takes effect where the charter is looked at, without a restart") {
  const base::Digest federation = init_federation(makers, at, plan());
  CharterStore charters(disk, at / "charter", federation);
  CHECK(charters.current()->version == 1);
  CHECK(amend_charter(makers, at, federation,
                      [](instruction::Charter& charter) { charter.providers.front().quota_day = 1; }) == 2);
  CHECK(charters.current()->version == 2);
  CHECK(charters.current()->providers.front().quota_day == 1);
}

TEST_CASE_FIXTURE(Fixture, "a domain whose ceremony nobody can see is not believed") {
  const base::Digest federation = init_federation(makers, at, plan());
  (void)amend_charter(makers, at, federation, [](instruction::Charter& charter) {
    instruction::Domain& domain = charter.domains.emplace_back();
    domain.name = "secondary-uses";
    domain.purpose = "Statistics";
    domain.key = crypto::multiply_base(crypto::Scalar(7));
    domain.share_keys = {{1, crypto::multiply_base(crypto::Scalar(8))},
                         {2, crypto::multiply_base(crypto::Scalar(9))}};
  });
  CHECK(code_of([&] { CharterStore(disk, at / "charter", federation); }) == "CND-1002");
}

}  // namespace
}  // namespace candour::node
