// Writes what the verifier in the browser is tested with, made by our own code: a federation whose log has
// 1,000 entries, with the files that a stranger would hold. Keys come from names, times are fixed: the same
// bytes each time.
//
// usage: vectors > tests/data/candour_verifier.json
#include <cstdio>
#include <string>
#include <vector>

#include "candour/base/json.h"
#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/cosignature.h"
#include "candour/log/proof.h"
#include "candour/statement/run.h"
#include "candour/statement/submission.h"
#include "candour/submission/commitment.h"
#include "candour/testing/federation.h"

namespace {

using namespace candour;
using base::Json;
using testing::digest_of;
using testing::id_of;
using testing::key_of;
using testing::TestFederation;

constexpr std::int64_t kMade = 1'767'139'200;  // 2025-12-31T00:00:00Z
constexpr std::int64_t kCosigned = kMade + 3'600;
constexpr std::size_t kLogSize = 1'000;
constexpr std::uint64_t kRows = 300, kRow = 137;

// The hash over any complete subtree, each time anew: a thousand leaves are few.
class Leaves final : public log::HashSource {
 public:
  void add(std::string_view entry) { leaves_.push_back(log::leaf_hash(base::as_bytes(entry))); }
  [[nodiscard]] std::uint64_t size() const { return leaves_.size(); }
  log::Digest subtree(unsigned level, std::uint64_t index) override {
    if (level == 0) return leaves_.at(index);
    return log::node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  }

 private:
  std::vector<log::Digest> leaves_;
};

// A log of statements that fills up with others.
class Log {
 public:
  explicit Log(const instruction::Charter& charter) : charter_(charter) {}
  std::uint64_t add(std::string_view entry) {
    tree_.add(entry);
    return tree_.size() - 1;
  }
  void fill() {
    while (tree_.size() < kLogSize) add("another entry, " + std::to_string(tree_.size()));
  }
  [[nodiscard]] std::string prove(std::uint64_t index) {
    log::Proof proof{.index = index, .path = log::prove_inclusion(tree_, index, tree_.size())};
    proof.checkpoint = log::sign_checkpoint(
        {.origin = charter_.log(), .head = {tree_.size(), log::root_of(tree_, tree_.size())}}, key_of("log"));
    auto& note = proof.checkpoint.note;
    std::int64_t time = kCosigned;
    for (const auto& one : charter_.guardians) {
      note.signatures.push_back(log::cosign(instruction::witness_name(charter_, one),
                                            key_of("witness of " + one.name), note.text, time));
      time += 7;
    }
    const std::string& outsider = charter_.witnesses.front().name;
    note.signatures.push_back(log::cosign(outsider, key_of(outsider), note.text, time));
    return log::write_proof(proof);
  }

 private:
  const instruction::Charter& charter_;
  Leaves tree_;
};

std::string row_at(std::uint64_t j) {
  return "R1H,\"a note, “" + std::to_string(j) + "”\"," + std::to_string(j % 52);
}

// What a person gets of one row; docs/reference/formats/receipt.md.
std::string receipt_of(std::string_view submission, std::string_view proof, std::string_view policy,
                       base::ByteView seed) {
  Leaves rows;
  for (std::uint64_t j = 0; j < kRows; ++j) {
    rows.add(std::string(base::as_text(submission::row_salt(seed, j))) + row_at(j));
  }
  Json::Array path;
  for (const base::Digest& hash : log::prove_inclusion(rows, kRow, kRows))
    path.emplace_back(base::to_hex(hash));
  return base::write_json(Json::Object{{"format", "candour-receipt-v1"},
                                       {"submission", submission},
                                       {"proof", proof},
                                       {"policy", policy},
                                       {"index", kRow},
                                       {"count", kRows},
                                       {"row", row_at(kRow)},
                                       {"salt", base::to_hex(submission::row_salt(seed, kRow))},
                                       {"path", std::move(path)}});
}

std::string submission_of(const TestFederation& federation, base::ByteView seed) {
  submission::Commitment commitment(seed);
  for (std::uint64_t j = 0; j < kRows; ++j) commitment.add(row_at(j));
  statement::Submission one{.header = federation.header("submission")};
  one.instruction = federation.order.id();
  one.collection = testing::kTestCollection;
  one.collection_sha256 = digest_of("collection");
  one.table = "pathways";
  one.period = "2025-12";
  one.provider = "R1H";
  one.commitment = commitment.root();
  one.opt_out = "does-not-apply";
  return TestFederation::sign("submission", statement::write_payload(one), {"R1H"});
}

std::string release_json(std::string_view table) {
  return base::write_json(
      Json::Object{{"format", "candour-release-2"},
                   {"title", "Monthly waiting times statistics"},
                   {"files", Json::Array{Json::Object{{"path", "tables/waits.csv"},
                                                      {"size_bytes", std::uint64_t{table.size()}},
                                                      {"sha256", base::to_hex(digest_of(table))}},
                                         Json::Object{{"path", "index.html"},
                                                      {"size_bytes", std::int64_t{5}},
                                                      {"sha256", base::to_hex(digest_of("index"))}}}}});
}

std::string release_of(const TestFederation& federation, std::string_view release_json) {
  statement::Release one{.header = federation.header("release")};
  one.instruction = federation.order.id();
  one.run = digest_of("run");
  one.title = "Monthly waiting times statistics";
  one.period = "2025-12";
  one.release_sha256 = digest_of(release_json);
  one.disclosure_rules = {"none"};
  return TestFederation::sign("release", statement::write_payload(one), {"producer"});
}

instruction::Instruction ordinary(const TestFederation& federation, std::string_view name) {
  instruction::Instruction one = federation.order;
  one.header.id = id_of(name);
  one.notice_days = 28;
  one.not_before = kMade + 30 * 86'400;
  one.expires = kMade + 365 * 86'400;
  return one;
}

instruction::Charter second_charter(instruction::Charter next) {
  next.version = 2;
  next.header.id = id_of("charter 2");
  next.compromised = {key_of("controller b").public_key()};
  return next;
}

/// Another witness cosigns from now on.
instruction::Charter third_charter(instruction::Charter next) {
  next.version = 3;
  next.header.id = id_of("charter 3");
  next.witnesses.front() = {.name = "another-witness",
                            .address = "10.0.0.99:443",
                            .witness_key = key_of("another witness").public_key(),
                            .tls_key = digest_of("another witness")};
  return next;
}

std::string signed_charter(const instruction::Charter& charter) {
  return TestFederation::sign("charter", instruction::write_payload(charter),
                              {"controller a", "controller c"});
}

Json::Object files() {
  TestFederation federation(kMade);
  federation.found();
  TestFederation other(kMade);
  other.charter.title = "Another federation";
  other.found();
  instruction::Instruction with_processor = ordinary(federation, "with processor");
  with_processor.processors = {{.name = "Works", .legal_person = "Body b", .may_see = "counts"}};
  const instruction::Charter second = second_charter(federation.charter), third = third_charter(second);
  const base::Digest seed = digest_of("salt seed");
  const std::string table = "submitter,total\nR1H,300\n";
  const std::string json = release_json(table);
  const std::pair<std::string, std::string> statements[] = {
      {"charter",
       TestFederation::sign("charter", instruction::write_payload(federation.charter), {"founders"})},
      {"instruction", federation.sign_order(ordinary(federation, "ordinary"))},
      {"emergency", federation.sign_order(federation.order)},
      {"one-body", federation.sign_order(ordinary(federation, "one body"), {"controller a"})},
      {"processor-signed", federation.sign_order(with_processor)},
      {"other-federation", other.sign_order(ordinary(other, "other"))},
      {"release", release_of(federation, json)},
      {"submission", submission_of(federation, seed)},
      {"charter-2", signed_charter(second)},
      {"charter-3", signed_charter(third)}};
  Log log(federation.charter);
  std::vector<std::uint64_t> places;
  for (std::size_t i = 0; i < 300; ++i) log.add("an entry before, " + std::to_string(i));
  for (const auto& [name, envelope] : statements) places.push_back(log.add(envelope));
  log.fill();
  Json::Object out;
  const std::string policy = log::write_policy(instruction::log_policy(federation.charter));
  std::string receipt;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& [name, envelope] = statements[i];
    const std::string proof = log.prove(places[i]);
    out.emplace_back(name + ".dsse", envelope);
    out.emplace_back(name + ".tlog-proof", proof);
    if (name == "submission") receipt = receipt_of(envelope, proof, policy, seed);
  }
  out.emplace_back("providers.json", instruction::write_providers(federation.charter));
  out.emplace_back("candour.policy", policy);
  out.emplace_back("candour-3.policy", log::write_policy(instruction::log_policy(third)));
  out.emplace_back("release.json", json);
  out.emplace_back("waits.csv", table);
  out.emplace_back("my-receipt.json", receipt);
  return out;
}

}  // namespace

int main() {
  const Json vectors =
      Json::Object{{"source", "made by tests/verifier/vectors.cpp; keys and salts are SHA-256 of names"},
                   {"files", files()}};
  std::fputs(base::write_json(vectors).c_str(), stdout);
  return 0;
}
