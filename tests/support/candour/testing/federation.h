// A federation for tests: three bodies of which two must sign, three guardians, two outside witnesses of
// whom, guardians included, four must cosign, two providers; and the log's entries that found it, signed with
// keys that are made of names. A test changes `charter` before it founds, or enters what it likes after.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/register.h"
#include "candour/log/checkpoint.h"
#include "candour/log/cosignature.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"

namespace candour::testing {

inline base::Digest digest_of(std::string_view text) { return base::sha256(base::as_bytes(text)); }
inline crypto::SigningKey key_of(std::string_view name) { return crypto::SigningKey(digest_of(name)); }
inline statement::Id id_of(std::string_view name) { return statement::derived_id("test", digest_of(name)); }

inline constexpr std::string_view kTestDomain = "secondary-uses";
inline constexpr std::string_view kTestCollection = "rtt-waiting-list";

class TestFederation {
 public:
  /// Nothing is founded yet. `made_at` in unix seconds: when everything is made.
  explicit TestFederation(std::int64_t made_at) : now(made_at) {
    charter.header = {.log = "candour.example/log", .id = id_of("charter"), .made = now};
    charter.title = "A \"federation\" of the north\nand more";
    charter.founders_key = key_of("founders").public_key();
    for (const std::string name : {"a", "b", "c"}) {
      charter.controllers.push_back(
          {.name = name, .legal_person = "Body " + name, .key = key_of("controller " + name).public_key()});
    }
    party(charter.hub, "hub", "127.0.0.1:7001");
    charter.hub.legal_person = "The processor";
    charter.log_key = key_of("log").public_key();
    charter.producer_key = key_of("producer").public_key();
    set_guardians(3);
    for (const std::string name : {"north.example", "south.example"}) {
      charter.witnesses.push_back({.name = name,
                                   .address = "127.0.0.1:7010",
                                   .witness_key = key_of(name).public_key(),
                                   .tls_key = digest_of("tls " + name)});
    }
    charter.quorum = 4;
    for (const std::string code : {"R1H", "R2H"}) {
      instruction::Provider& provider = charter.providers.emplace_back();
      provider.code = code;
      party(provider, code, "");
      provider.quota_day = 100'000;
      provider.quota_30_days = 1'000'000;
    }
    instruction::Domain& domain = charter.domains.emplace_back();
    domain.name = kTestDomain;
    domain.purpose = "Official statistics";
    domain.key = crypto::multiply_base(crypto::Scalar(7));
    for (crypto::ShareIndex index = 1; index <= 3; ++index) {
      domain.share_keys.emplace_back(index, crypto::multiply_base(crypto::Scalar(100U + index)));
    }
    order = default_order();
  }

  void set_guardians(std::size_t count) {
    charter.guardians.clear();
    for (std::size_t i = 1; i <= count; ++i) {
      instruction::Guardian& guardian = charter.guardians.emplace_back();
      guardian.index = static_cast<crypto::ShareIndex>(i);
      party(guardian, "guardian " + std::to_string(i), "127.0.0.1:" + std::to_string(7001 + i));
      guardian.witness_key = key_of("witness of " + guardian.name).public_key();
    }
  }

  /// Enters version 1, the collection and `order`, and a head that covers them.
  instruction::Register& found() { return found_with_collection(kTestCollection, digest_of("collection")); }
  /// The same with the collection that the test's order names.
  instruction::Register& found_with_collection(std::string_view name, const base::Digest& sha256) {
    charter.header.federation = {};
    enter_charter(charter);
    enter_collection(name, sha256);
    enter(sign_order(order));
    enter_head(now);
    return *log;
  }

  void enter_charter(const instruction::Charter& version,
                     std::vector<std::string> names = {"controller a", "controller b"}) {
    if (version.version == 1) names = {"founders"};
    const std::string payload = instruction::write_payload(version);
    if (version.version == 1) {
      charter.header.federation = digest_of(payload);
      order.header.federation = charter.federation();
      log = std::make_unique<instruction::Register>(charter.federation());
      entries.clear();
      tree = {};
    }
    enter(sign("charter", payload, names), instruction::write_providers(version));
  }

  void enter_collection(std::string_view name, const base::Digest& sha256) {
    statement::Collection collection{.header = header("collection " + std::string(name))};
    collection.name = name;
    collection.collection_sha256 = sha256;
    collection.manifest_sha256 = sha256;
    enter(sign("collection", statement::write_payload(collection), {"controller a", "controller b"}));
  }

  /// A checkpoint of all that was entered, cosigned at this time by so many.
  [[nodiscard]] std::string checkpoint(std::int64_t time, std::size_t witnesses) const {
    log::Checkpoint head{.origin = charter.log(), .head = tree.head()};
    log::SignedCheckpoint signed_head = log::sign_checkpoint(head, key_of("log"));
    std::vector<std::pair<std::string, crypto::SigningKey>> keys;
    for (const auto& one : charter.guardians) {
      keys.emplace_back(instruction::witness_name(charter, one), key_of("witness of " + one.name));
    }
    for (const auto& one : charter.witnesses) keys.emplace_back(one.name, key_of(one.name));
    for (std::size_t i = 0; i < witnesses; ++i) {
      signed_head.note.signatures.push_back(
          log::cosign(keys[i].first, keys[i].second, signed_head.note.text, time));
    }
    return log::write_note(signed_head.note);
  }
  [[nodiscard]] std::string head(std::int64_t time, std::size_t witnesses) const {
    statement::Head head{.header = header("head"), .checkpoint = checkpoint(time, witnesses)};
    head.header.made = time;
    head.header.id = statement::derived_id("head", digest_of(head.checkpoint));
    return sign("head", statement::write_payload(head), {"hub"});
  }
  void enter_head(std::int64_t time) { enter(head(time, charter.quorum)); }

  void enter(std::string_view envelope, std::string_view body = "") {
    log->apply(envelope, body);
    entries.emplace_back(envelope);
    tree.add(log::leaf_hash(base::as_bytes(envelope)));
    if (!body.empty()) bodies[digest_of(body)] = body;
  }

  [[nodiscard]] std::string sign_order(const instruction::Instruction& one,
                                       const std::vector<std::string>& names = {"controller a",
                                                                                "controller b"}) const {
    return sign("instruction", instruction::write_payload(one), names);
  }

  /// An envelope signed by the keys of these names.
  [[nodiscard]] static std::string sign(std::string_view kind, const std::string& payload,
                                        const std::vector<std::string>& names) {
    std::string envelope = statement::write_envelope(statement::sign(kind, payload, key_of(names.front())));
    for (std::size_t i = 1; i < names.size(); ++i) {
      envelope = statement::sign_also(envelope, kind, key_of(names[i]));
    }
    return envelope;
  }

  [[nodiscard]] statement::Header header(std::string_view name) const {
    return {.federation = charter.federation(), .log = charter.log(), .id = id_of(name), .made = now};
  }

  const std::int64_t now;
  instruction::Charter charter;
  instruction::Instruction order;  ///< an emergency one, in force from `now` for 30 days
  std::unique_ptr<instruction::Register> log;
  std::vector<std::string> entries;  ///< all that were entered
  std::map<base::Digest, std::string> bodies;
  log::RightEdge tree;  ///< over them

 private:
  static void party(instruction::Party& party, std::string name, std::string address) {
    party.signing_key = key_of(name).public_key();
    party.tls_key = digest_of("tls " + name);
    party.name = std::move(name);
    party.address = std::move(address);
  }

  [[nodiscard]] instruction::Instruction default_order() const {
    instruction::Instruction one;
    one.header = header("order");
    one.name = "rtt-statistics";
    one.title = "Monthly waiting times statistics";
    one.purpose = "official-statistics";
    one.why = "So that everybody can see how long people wait.";
    one.why_now = "The quarterly survey that it replaces ends.";
    one.benefits = "Figures by hospital a month earlier.";
    one.complain = "complaints@candour.example";
    one.legal_basis = "Section 259 of the Health and Social Care Act 2012";
    one.domain = kTestDomain;
    one.opt_out = "does-not-apply";
    one.opt_out_ground = "required-by-law";
    one.opt_out_source = "A direction under section 254.";
    one.collections = {{std::string(kTestCollection), digest_of("collection"), {"age_band", "clock_start"}}};
    one.providers = {"*"};
    one.recipient = {"The statistics office", "The statistics office"};
    for (const auto& controller : charter.controllers) {
      one.declarations_of_interest.push_back({controller.legal_person, "none"});
    }
    one.notice_days = 0;
    one.not_before = now;
    one.expires = now + instruction::kEmergencySeconds;
    one.retention_days = 730;
    one.measures = {"rtt-monthly"};
    one.queries = "none";
    return one;
  }
};

}  // namespace candour::testing
