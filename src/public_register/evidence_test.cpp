#include "candour/public_register/evidence.h"

#include <doctest/doctest.h>

#include "candour/public_register/register_testing.h"
#include "candour/statement/run.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::public_register;

namespace {

/// A founded federation, and its log as somebody has it.
struct Kept : Registered {
  Kept() { found(); }
  [[nodiscard]] LogAtHand log() const {
    LogAtHand at_hand;
    at_hand.federation = federation.charter.federation();
    at_hand.entries = federation.entries;
    at_hand.body = [this](const base::Digest& digest) -> std::optional<std::string> {
      const auto found = federation.bodies.find(digest);
      return found == federation.bodies.end() ? std::nullopt : std::optional(found->second);
    };
    return at_hand;
  }
  [[nodiscard]] EvidenceFiles collect() const { return collect_evidence(log(), federation.order.id()); }
};

std::string findings(const EvidenceFiles& files, const std::optional<base::Digest>& pinned) {
  std::string letters;
  for (const EvidenceVerdict& one : verify_evidence(files, pinned)) {
    letters += one.finding == Finding::kHolds ? '+' : one.finding == Finding::kFails ? '-' : '?';
  }
  return letters;
}

}  // namespace

TEST_CASE("evidence holds without a network, and says what it does not establish") {
  Kept one;
  const EvidenceFiles files = one.collect();
  CHECK(files.contains("entries/000000000002-instruction.dsse"));
  CHECK(files.contains("entries/000000000002.tlog-proof"));
  CHECK(files == one.collect());
  CHECK(findings(files, one.federation.charter.federation()) == "+++++???");
  CHECK(findings(files, std::nullopt) == "?++++???");
  CHECK(findings(files, testing::digest_of("another")) == "-++++???");
  const auto verdicts = verify_evidence(files, std::nullopt);
  CHECK(has(verdicts[4].says, "In force, an emergency instruction."));
  CHECK(has(verdicts[4].says, "Signed by Body a and Body b; known since 2 March 2026, 08:00:00 UTC."));
}

TEST_CASE("what was done under another instruction is left out, what was done under this one is not") {
  Kept one;
  statement::Run run{.header = one.federation.header("run")};
  run.instruction = one.federation.order.id();
  run.who = "data team";
  run.collection = testing::kTestCollection;
  run.measures = {"rtt-monthly"};
  one.enter("run", run, {"hub"});
  statement::Acceptance acceptance{.header = one.federation.header("acceptance")};
  acceptance.instruction = one.federation.order.id();
  acceptance.provider = "R1H";
  acceptance.name = "Dr A. Guardian";
  one.enter("acceptance", acceptance, {"R1H"});
  one.federation.enter_collection("other", testing::digest_of("other"));
  one.federation.enter("nothing");
  one.federation.enter_head(kNow + 60);
  const EvidenceFiles files = one.collect();
  CHECK(files.contains("entries/000000000004-run.dsse"));
  CHECK(files.contains("entries/000000000005-acceptance.dsse"));
  CHECK_FALSE(files.contains("entries/000000000007-.dsse"));
  CHECK(findings(files, one.federation.charter.federation()) == "+++++???");
}

TEST_CASE("a byte that was changed is found, and the question that it concerns is the one that fails") {
  Kept one;
  const EvidenceFiles good = one.collect();
  const auto changed = [&](const std::string& path, std::string_view from, std::string_view to) {
    EvidenceFiles files = good;
    std::string& bytes = files.at(path);
    const std::size_t at = bytes.find(from);
    REQUIRE(at != std::string::npos);
    bytes.replace(at, from.size(), to);
    return files;
  };
  const auto pinned = one.federation.charter.federation();
  CHECK(findings(changed("policy", "quorum", "Quorum"), pinned)[1] == '-');
  EvidenceFiles swapped = good;
  swapped["entries/000000000001.tlog-proof"] = good.at("entries/000000000002.tlog-proof");
  CHECK(findings(swapped, pinned)[2] == '-');
  EvidenceFiles unproven = good;
  unproven.erase("entries/000000000002.tlog-proof");
  CHECK(findings(unproven, pinned)[2] == '-');
  EvidenceFiles without_body = good;
  std::erase_if(without_body, [](const auto& file) { return file.first.starts_with("bodies/"); });
  CHECK(testing::code_of([&] { return findings(without_body, pinned); }) == "CND-2016");
  EvidenceFiles moved = good;
  moved["entries/000000000005-instruction.dsse"] = good.at("entries/000000000002-instruction.dsse");
  CHECK(findings(moved, pinned)[3] == '-');
  EvidenceFiles nameless = good;
  nameless["entries/2-instruction.dsse"] = "";
  CHECK(testing::code_of([&] { return findings(nameless, pinned); }) == "CND-2653");
  nameless = good;
  nameless.erase("checkpoint");
  CHECK(testing::code_of([&] { return findings(nameless, pinned); }) == "CND-2653");
}

TEST_CASE("files of a collection are held against the digest that was signed") {
  const collection::FolderFiles folder{{"collection.toml", "name = \"small\"\n"}, {"about.md", "# Small\n"}};
  Registered one;
  one.federation.order.collections[0].sha256 = collection::digest_of_files(folder);
  one.federation.enter_charter(one.federation.charter);
  one.federation.enter_collection(testing::kTestCollection, collection::digest_of_files(folder));
  one.federation.enter(one.federation.sign_order(one.federation.order));
  one.federation.enter_head(kNow);
  REQUIRE(one.federation.log->problems().empty());
  LogAtHand log;
  log.federation = one.federation.charter.federation();
  log.entries = one.federation.entries;
  log.body = [&](const base::Digest& digest) { return std::optional(one.federation.bodies.at(digest)); };
  log.collections = std::span(&folder, 1);
  EvidenceFiles files = collect_evidence(log, one.federation.order.id());
  CHECK(findings(files, log.federation) == "++++++??");
  for (auto& [path, bytes] : files) {
    if (path.starts_with("collections/") && path.ends_with("about.md")) bytes += " ";
  }
  CHECK(findings(files, log.federation)[5] == '-');
}

TEST_CASE("without a head that enough witnesses signed there is no evidence") {
  Registered one;
  one.federation.enter_charter(one.federation.charter);
  LogAtHand log;
  log.federation = one.federation.charter.federation();
  log.entries = one.federation.entries;
  log.body = [&](const base::Digest& digest) { return std::optional(one.federation.bodies.at(digest)); };
  CHECK(testing::code_of([&] { return collect_evidence(log, one.federation.order.id()); }) == "CND-2652");
  log.checkpoint = one.federation.checkpoint(kNow, 3);
  CHECK(testing::code_of([&] { return collect_evidence(log, one.federation.order.id()); }) == "CND-2652");
  log.checkpoint = one.federation.checkpoint(kNow, 4);
  CHECK(testing::code_of([&] { return collect_evidence(log, one.federation.order.id()); }) == "CND-2651");
}
