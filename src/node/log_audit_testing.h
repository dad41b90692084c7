// A whole log for tests, from its charter to a result: a ceremony that was held, an order, a submission with
// its batch and receipt, a run. A test enters what it likes after, and shows the log as others serve it.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/crypto/key.h"
#include "candour/log/log_testing.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/share.h"
#include "candour/statement/batch.h"
#include "candour/statement/run.h"
#include "candour/statement/submission.h"
#include "candour/testing/federation.h"

namespace candour::node::testing {

using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;

inline constexpr std::int64_t kFounded = 1'796'000'000;

class AuditedLog {
 public:
  enum class Keys { kOfCeremony, kOfNowhere };

  /// `prepare` may change the charter before there is a version 1.
  explicit AuditedLog(Keys keys = Keys::kOfCeremony,
                      const std::function<void(candour::testing::TestFederation&)>& prepare = {})
      : members(kFounded) {
    if (prepare) prepare(members);
    std::vector<instruction::Domain> domains = std::exchange(members.charter.domains, {});
    members.enter_charter(members.charter);
    if (keys == Keys::kOfCeremony) domains = {hold_ceremony()};
    members.charter.domains = domains;
    enter_version(2);
    members.enter_collection(candour::testing::kTestCollection, digest_of("collection"));
    members.enter(members.sign_order(members.order));
    members.enter_head(kFounded);
    const std::string asked = batch("batch");
    members.enter(asked);
    const std::string sent = submission("submission", {asked});
    members.enter(sent);
    members.enter(receipt(digest_of(sent)));
    const std::string intent = run("run");
    members.enter(intent);
    members.enter(result(intent));
    members.enter_head(kFounded + 60);
  }

  void enter_version(std::uint32_t version,
                     std::vector<std::string> names = {"controller a", "controller b"}) {
    members.charter.version = version;
    members.charter.header.id = id_of("charter " + std::to_string(version));
    members.enter_charter(members.charter, std::move(names));
  }

  [[nodiscard]] std::string batch(std::string_view name, const std::string& provider = "R1H") const {
    statement::Batch one{.header = members.header(name)};
    one.instruction = members.order.header.id;
    one.domain = candour::testing::kTestDomain;
    one.epoch = 1;
    one.provider = provider;
    one.collection = candour::testing::kTestCollection;
    one.size = 256;
    one.points_sha256 = digest_of(name);
    return members.sign("batch", statement::write_payload(one), {provider});
  }
  [[nodiscard]] std::string submission(std::string_view name, const std::vector<std::string>& batches) const {
    statement::Submission one{.header = members.header(name)};
    one.instruction = members.order.header.id;
    one.collection = candour::testing::kTestCollection;
    one.collection_sha256 = digest_of("collection");
    one.table = "waits";
    one.period = "2026-09";
    one.provider = "R1H";
    for (const std::string& batch : batches) one.batches.push_back(statement::leaf_hash(batch));
    one.opt_out = members.order.opt_out;
    return members.sign("submission", statement::write_payload(one), {"R1H"});
  }
  [[nodiscard]] std::string receipt(const base::Digest& identity) const {
    statement::Receipt one{.header = members.header("")};
    one.header.id = statement::derived_id("receipt", identity);
    one.submission = identity;
    one.provider = "R1H";
    one.collection = candour::testing::kTestCollection;
    one.table = "waits";
    one.period = "2026-09";
    return members.sign("receipt", statement::write_payload(one), {"hub"});
  }
  [[nodiscard]] std::string run(std::string_view name) const {
    statement::Run one{.header = members.header(name)};
    one.instruction = members.order.header.id;
    one.who = "data team";
    one.collection = candour::testing::kTestCollection;
    one.measures = {"rtt-monthly"};
    return members.sign("run", statement::write_payload(one), {"hub"});
  }
  [[nodiscard]] std::string result(std::string_view of_run) const {
    statement::Result one{.header = members.header("")};
    one.run = statement::leaf_hash(of_run);
    one.header.id = statement::derived_id("result", one.run);
    return members.sign("result", statement::write_payload(one), {"hub"});
  }

  /// The log's files, with a checkpoint that so many cosigned.
  [[nodiscard]] log::testing::MemoryFiles files(std::size_t witnesses = 4) const {
    log::testing::MemoryFiles served = log::testing::files_of(members.entries);
    served.files["checkpoint"] = members.checkpoint(kFounded + 120, witnesses);
    for (const auto& [digest, body] : members.bodies) served.files["body/" + base::to_hex(digest)] = body;
    return served;
  }

  /// What a guardian has from the ceremony.
  [[nodiscard]] pseudonym::Share share_of(crypto::ShareIndex guardian) const {
    const std::string name = members.charter.guardian(guardian)->name;
    return pseudonym::load_share(disk_, pseudonym::share_path(name, candour::testing::kTestDomain, 1),
                                 operators_.at(guardian - 1U));
  }

  candour::testing::TestFederation members;

 private:
  instruction::Domain hold_ceremony() {
    base::SimulatedDisk& disk = disk_;
    const base::FixedClock clock(kFounded);
    std::deque<base::SeededRandom> randoms;
    std::deque<crypto::SigningKey> signing;
    std::deque<base::SecretBytes>& operators = operators_;
    std::vector<pseudonym::CeremonySeat> seats;
    for (const instruction::Guardian& one : members.charter.guardians) {
      randoms.emplace_back(1, one.name);
      signing.push_back(key_of(one.name));
      randoms.back().fill(operators.emplace_back(crypto::kKeyBytes).span());
      seats.push_back({.disk = disk,
                       .clock = clock,
                       .random = randoms.back(),
                       .charter = members.charter,
                       .guardian = one.index,
                       .signing_key = signing.back(),
                       .operator_key = operators.back(),
                       .keys = one.name,
                       .shared = "shared"});
    }
    pseudonym::CeremonyRequest request;
    request.domain = candour::testing::kTestDomain;
    request.threshold = 2;
    const statement::CeremonyPlan plan = pseudonym::plan_ceremony(members.charter, request);
    const pseudonym::VerifiedCeremony verified = pseudonym::run_ceremony_in_one_place(seats, plan);
    members.enter(base::load_text(disk, std::filesystem::path("shared") / pseudonym::kTranscriptFile));
    return pseudonym::domain_of(verified, "Official statistics");
  }

  base::SimulatedDisk disk_;  ///< of the ceremony
  std::deque<base::SecretBytes> operators_;
};

}  // namespace candour::node::testing
