#include <doctest/doctest.h>

#include "candour/base/date.h"
#include "candour/base/simulated_disk.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"

namespace candour::instruction {
namespace {

using candour::testing::code_of;

crypto::SigningKey key_of(std::uint64_t seed) {
  base::SeededRandom random(seed, "signing key");
  return crypto::SigningKey::random(random);
}

template <typename T>
T party(std::uint64_t seed, std::string name) {
  T party;
  party.name = std::move(name);
  party.signing_key = key_of(seed).public_key();
  party.tls_key = base::sha256(party.signing_key);
  return party;
}

std::int64_t at(std::string_view text) { return base::parse_utc(text).value(); }

Charter charter() {
  Charter charter;
  charter.version = 2;
  charter.federation = base::sha256(base::as_bytes("version 1"));
  charter.log = "candour.example/log";
  charter.title = "A \"federation\" of the north\nand more";
  charter.founders_key = key_of(99).public_key();
  charter.hub = party<Party>(1, "The hub");
  charter.hub.address = "127.0.0.1:7001";
  for (crypto::ShareIndex index = 1; index <= 3; ++index) {
    charter.guardians.push_back(party<Guardian>(10U + index, "Guardian"));
    charter.guardians.back().index = index;
    charter.guardians.back().address = "127.0.0.1:" + std::to_string(7001 + index);
  }
  for (const std::string code : {"R1H", "RJ1"}) {
    charter.providers.push_back(party<Provider>(code == "R1H" ? 20 : 21, "A trust"));
    charter.providers.back().code = code;
    charter.providers.back().quota_day = 768;
    charter.providers.back().quota_30_days = 10'240;
  }
  Domain& domain = charter.domains.emplace_back();
  domain.name = "secondary-uses";
  domain.purpose = "Official statistics";
  domain.key = crypto::multiply_base(crypto::Scalar(7));
  for (crypto::ShareIndex index = 1; index <= 3; ++index) {
    domain.share_keys.emplace_back(index, crypto::multiply_base(crypto::Scalar(100U + index)));
  }
  Instruction& instruction = charter.instructions.emplace_back();
  instruction.id = {1, 2, 3};
  instruction.name = "rtt-statistics";
  instruction.domain = "secondary-uses";
  instruction.opt_out = "does-not-apply";
  instruction.opt_out_ground = "Section 259.";
  instruction.collections = {{"rtt-waiting-list", base::sha256(base::as_bytes("folder"))}};
  instruction.providers = {"R1H"};
  instruction.data_from = base::Date::parse_iso("2025-04-01").value();
  instruction.not_before = at("2025-10-01T00:00:00Z");
  instruction.expires = at("2026-10-01T00:00:00Z");
  return charter;
}

Act act() {
  return {.instruction = {1, 2, 3},
          .domain = "secondary-uses",
          .provider = "R1H",
          .collection = "rtt-waiting-list"};
}

std::string verdict_of(const Charter& charter, const Act& act,
                       std::string_view now = "2025-11-01T00:00:00Z") {
  const Verdict verdict = in_force(charter, act, at(now));
  return verdict.in_force() ? "in force" : std::string(verdict.code().view());
}

TEST_CASE("a charter comes back from its text, and the same charter gives the same text") {
  const std::string text = write_charter(charter());
  const Charter back = parse_charter(text, "charter.toml");
  CHECK(write_charter(back) == text);
  CHECK(back.title == charter().title);
  CHECK(back.domains.front().share_keys == charter().domains.front().share_keys);
  CHECK(back.providers.front().quota_30_days == 10'240);
}

TEST_CASE("an instruction is in force for what it names, from its first moment to its last") {
  const Charter now = charter();
  CHECK(verdict_of(now, act()) == "in force");
  CHECK(verdict_of(now, act(), "2025-10-01T00:00:00Z") == "in force");
  CHECK(verdict_of(now, act(), "2025-09-30T23:59:59Z") == "CND-2021");
  CHECK(verdict_of(now, act(), "2026-09-30T23:59:59Z") == "in force");
  CHECK(verdict_of(now, act(), "2026-10-01T00:00:00Z") == "CND-2022");
}

TEST_CASE("a refusal names the first thing that fails") {
  const Charter now = charter();
  Act other = act();
  other.instruction = {9};
  CHECK(verdict_of(now, other) == "CND-2020");
  other = act();
  other.provider = "RJ1";
  CHECK(verdict_of(now, other) == "CND-2023");
  other.provider = "RZZ";
  CHECK(verdict_of(now, other) == "CND-2027");
  other = act();
  other.collection = "diagnostics";
  CHECK(verdict_of(now, other) == "CND-2024");
  other = act();
  const base::Digest changed = base::sha256(base::as_bytes("another folder"));
  other.collection_sha256 = &changed;
  CHECK(verdict_of(now, other) == "CND-2025");
  other = act();
  other.domain = "direct-care";
  CHECK(verdict_of(now, other) == "CND-2026");
  other = act();
  other.mode = Mode::kCounts;
  CHECK(verdict_of(now, other) == "CND-2026");
}

TEST_CASE("an order that is ended is in force no longer, and another may take its place") {
  Charter now = charter();
  const std::int64_t end = at("2026-01-15T12:00:00Z");
  const statement::Id id = now.instructions.front().id;
  end_instruction(now, id, end);
  CHECK(verdict_of(now, act(), "2026-01-15T11:59:59Z") == "in force");
  CHECK(verdict_of(now, act(), "2026-01-15T12:00:00Z") == "CND-2022");
  CHECK(code_of([&] { end_instruction(now, id, end); }) == "CND-2022");
  CHECK(code_of([&] { end_instruction(now, {9}, end); }) == "CND-2020");
  Instruction next = now.instructions.front();
  next.id = {7};
  next.not_before = end;
  next.expires = at("2026-10-01T00:00:00Z");
  now.instructions.push_back(next);
  CHECK(parse_charter(write_charter(now), "charter.toml").instructions.size() == 2);
  // What has not begun is in no version to come.
  end_instruction(now, {7}, end - 1);
  CHECK(now.find({7}) == nullptr);
}

TEST_CASE("nothing of a period that begins before the data that were ordered is in force") {
  const Charter now = charter();
  Act of_a_period = act();
  of_a_period.period_begins = base::Date::parse_iso("2025-03-31");
  CHECK(verdict_of(now, of_a_period) == "CND-2029");
  of_a_period.period_begins = base::Date::parse_iso("2025-04-01");
  CHECK(verdict_of(now, of_a_period) == "in force");
}

TEST_CASE("an instruction under which the national opt-out applies is not in force until it can be applied") {
  Charter now = charter();
  now.instructions.front().opt_out = "applies";
  CHECK(verdict_of(now, act()) == "CND-2028");
}

TEST_CASE("a star stands for every provider of the charter and for nobody else") {
  Charter all = charter();
  all.instructions.front().providers = {"*"};
  Act other = act();
  other.provider = "RJ1";
  CHECK(verdict_of(all, other) == "in force");
  other.provider = "*";
  CHECK(verdict_of(all, other) == "CND-2027");
}

TEST_CASE("two instructions never cover one collection of one provider at one time") {
  Charter two = charter();
  Instruction second = two.instructions.front();
  second.id = {7};
  second.providers = {"*"};
  two.instructions.push_back(second);
  const auto code = [&] { return code_of([&] { (void)parse_charter(write_charter(two), "charter.toml"); }); };
  CHECK(code() == "CND-2010");
  two.instructions.back().not_before = two.instructions.front().expires;
  two.instructions.back().expires = two.instructions.front().expires + 86'400;
  CHECK(code() == "none");
  two.instructions.back() = second;
  two.instructions.back().providers = {"RJ1"};
  CHECK(code() == "none");
}

TEST_CASE("a charter that says what cannot be is refused") {
  const std::string good = write_charter(charter());
  struct Case {
    std::string what, from, to;
  };
  const std::string guardian_key = base::to_hex(key_of(11).public_key());
  const std::string other_key = base::to_hex(key_of(12).public_key());
  const std::vector<Case> cases = {
      {"two guardians with one key", "signing_key = \"" + guardian_key, "signing_key = \"" + other_key},
      {"an address without a port", "127.0.0.1:7002", "127.0.0.1"},
      {"a port that is none", "127.0.0.1:7002", "127.0.0.1:70020"},
      {"two guardians with one index", "index = 2", "index = 1"},
      {"two providers with one code", "code = \"RJ1\"", "code = \"R1H\""},
      {"a share of nobody", "guardian = 3", "guardian = 4"},
      {"more shares needed than there are", "threshold = 2", "threshold = 4"},
      {"a domain that there is not", "domain = \"secondary-uses\"\nopt_out", "domain = \"primary\"\nopt_out"},
      {"a provider that there is not", "providers = [\"R1H\"]", "providers = [\"R2H\"]"},
      {"an opt-out without a ground", "opt_out_ground = \"Section 259.\"\n", ""},
      {"a mode that there is not", "mode = \"records\"", "mode = \"all\""},
      {"an end before the beginning", "expires = \"2026", "expires = \"2024"},
      {"a key in capitals", "founders_key = \"", "founders_key = \"A"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    std::string text = good;
    REQUIRE(text.find(one.from) != std::string::npos);
    text.replace(text.find(one.from), one.from.size(), one.to);
    CHECK(code_of([&] { (void)parse_charter(text, "charter.toml"); }) == "CND-2010");
  }
  CHECK(code_of([&] { (void)parse_charter(good + "\n[more]\nx = 1\n", "charter.toml"); }) == "CND-1010");
}

TEST_CASE("a node follows the charter's versions from the one that it pins, under one founders' key") {
  base::SimulatedDisk disk;
  const crypto::SigningKey founders = key_of(99);
  Charter first = charter();
  first.version = 1;
  first.domains.clear();
  first.instructions.clear();
  const std::string first_text = write_charter(first);
  const base::Digest federation = base::sha256(base::as_bytes(first_text));
  Charter second = charter();
  second.federation = federation;
  const auto put = [&](std::uint32_t version, const std::string& text, const crypto::SigningKey& key) {
    disk.remove(charter_path("charter", version));
    disk.store_new(charter_path("charter", version),
                   statement::write_envelope(statement::sign(kCharterKind, text, key)));
  };
  disk.make_folder("charter");
  put(1, first_text, founders);
  CHECK(load_charter(disk, "charter", federation).version == 1);
  put(2, write_charter(second), founders);
  CHECK(load_charter(disk, "charter", federation).domains.size() == 1);

  CHECK(code_of([&] { (void)load_charter(disk, "charter", base::sha256(base::as_bytes("pin"))); }) ==
        "CND-2011");
  put(2, write_charter(second), key_of(98));
  CHECK(code_of([&] { (void)load_charter(disk, "charter", federation); }) == "CND-2003");
  second.version = 3;
  put(2, write_charter(second), founders);
  CHECK(code_of([&] { (void)load_charter(disk, "charter", federation); }) == "CND-2011");
}

}  // namespace
}  // namespace candour::instruction
