#include "candour/node/config.h"

#include <doctest/doctest.h>

#include "candour/testing/code_of.h"

namespace candour::node {
namespace {

using candour::testing::code_of;

const std::string kCommon =
    "federation = \"" + std::string(64, 'a') +
    "\"\ncharter = \"../charter\"\nca = \"ca.pem\"\ncertificate = \"certificate.pem\"\nkeys = \"keys\"\n"
    "key_file = \"operator.key\"\n";

std::string code(const std::string& text) {
  return code_of([&] { (void)parse_config(text, "federation/hub/node.toml"); });
}

TEST_CASE("a hub's configuration says where its files are, from its own folder") {
  const NodeConfig config = parse_config("role = \"hub\"\nlisten = \"10.0.0.1:7000\"\n" + kCommon +
                                             "[hub]\nlake = \"lake\"\ninbox = \"inbox\"\n",
                                         "federation/hub/node.toml");
  CHECK(config.role == Role::kHub);
  CHECK(config.listen.host == "10.0.0.1");
  CHECK(config.listen.port == 7000);
  CHECK(config.charter == "federation/hub/../charter");
  CHECK(config.hub.lake == "federation/hub/lake");
  CHECK(config.hub.due_days == 14);
  CHECK(config.log == "federation/hub/log");
  CHECK_FALSE(config.public_port.has_value());
}

TEST_CASE("a guardian keeps its journal and what it has cosigned apart, and may have a port for strangers") {
  const NodeConfig config =
      parse_config("role = \"guardian\"\nlisten = \"a:1\"\nlog = \"../mirror\"\npublic_port = 0\n" + kCommon +
                       "[guardian]\nindex = 2\njournal = \"j\"\nwitness_state = \"w\"\n",
                   "g/node.toml");
  CHECK(config.guardian.journal == "g/j");
  CHECK(config.guardian.witness_state == "g/w");
  CHECK(config.log == "g/../mirror");
  CHECK(config.public_port == std::uint16_t{0});
}

TEST_CASE("a witness's configuration says where it keeps what it has cosigned") {
  const NodeConfig config = parse_config(
      "role = \"witness\"\nlisten = \"a:1\"\n" + kCommon + "[witness]\nstate = \"state\"\n", "w/node.toml");
  CHECK(config.role == Role::kWitness);
  CHECK(config.listen.port == 1);
  CHECK(config.witness.state == "w/state");
}

TEST_CASE("a provider's configuration names the organisations whose vaults it holds") {
  const NodeConfig config =
      parse_config("role = \"provider\"\n" + kCommon +
                       "[provider]\nlegal_notice = \"A notice.\"\n[[provider.organisation]]\ncode = \"R1H\"\n"
                       "keys = \"k\"\nvault = \"v\"\nvault_key_file = \"vk\"\noutbox = \"o\"\n"
                       "[[provider.reference]]\nname = \"lsoa\"\nfile = \"lsoa.csv\"\n",
                   "node.toml");
  REQUIRE(config.provider.organisations.size() == 1);
  CHECK(config.provider.organisations.front().vault == "v");
  CHECK(config.provider.references.at("lsoa") == "lsoa.csv");
  CHECK(config.provider.acceptance == statement::Agreement::kCompelled);
}

TEST_CASE("a configuration that cannot be is refused with the rule that it breaks") {
  const std::string hub = "[hub]\nlake = \"lake\"\ninbox = \"inbox\"\n";
  CHECK(code("role = \"bystander\"\nlisten = \"a:1\"\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"7000\"\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"host:70000\"\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"host:7000x\"\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"a:1\"\nadmin_port = 70000\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"a:1\"\n" + kCommon + hub + "due_days = -1\n") == "CND-2450");
  CHECK(code("role = \"guardian\"\nlisten = \"a:1\"\n" + kCommon +
             "[guardian]\nindex = 0\njournal = \"j\"\nwitness_state = \"w\"\n") == "CND-2450");
  CHECK(code("role = \"guardian\"\nlisten = \"a:1\"\n" + kCommon +
             "[guardian]\nindex = 1\njournal = \"j\"\n") == "CND-1010");
  CHECK(code("role = \"hub\"\nlisten = \"a:1\"\npublic_port = -1\n" + kCommon + hub) == "CND-2450");
  CHECK(code("role = \"provider\"\npublic_port = 8080\n" + kCommon + "[provider]\n") == "CND-2450");
  CHECK(code("role = \"provider\"\n" + kCommon + "[provider]\nthreads = 2\n") == "CND-2450");
  CHECK(code("role = \"hub\"\nlisten = \"a:1\"\nmore = 1\n" + kCommon + hub) == "CND-1010");
  CHECK(code("role = \"hub\"\nlisten = \"a:1\"\n" + kCommon) == "CND-1010");
}

}  // namespace
}  // namespace candour::node
