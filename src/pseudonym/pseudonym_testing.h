// What the tests of this module share: a federation of three guardians, two of them needed, with its keys and
// charter, and ports that a test can spoil.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/instruction/charter.h"
#include "candour/pseudonym/evaluate.h"
#include "candour/pseudonym/guardian.h"
#include "candour/pseudonym/quota.h"
#include "candour/testing/federation.h"

namespace candour::pseudonym::testing {

inline constexpr std::int64_t kNow = 1'796'000'000;  // 2026-11-30
inline constexpr std::string_view kProvider = "R1H";
inline constexpr std::string_view kCollection = "rtt-waiting-list";
inline constexpr std::string_view kDomain = "secondary-uses";

class MovingClock final : public base::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return now; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return now * 1'000'000'000; }
  std::int64_t now = kNow;
};

using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;

// So many numbers of ten digits that differ.
inline std::vector<Identifier> identifiers_of(std::size_t count, std::uint64_t from = 9'990'000'000) {
  std::vector<Identifier> identifiers;
  for (std::size_t i = 0; i < count; ++i) identifiers.emplace_back(std::to_string(from + i));
  return identifiers;
}

// What a federation agrees on, and what its members hold. The log has its charter and its order; a test may
// change `charter` afterwards, as an amendment would.
struct Federation {
  explicit Federation(std::uint64_t seed = 1, std::size_t guardians = 3, std::uint16_t threshold = 2)
      : random(seed, "federation"),
        polynomial(crypto::Scalar::random(random), threshold, random),
        members(kNow - 2 * kDaySeconds) {
    instruction::Domain& domain = members.charter.domains.front();
    domain.threshold = threshold;
    domain.key = crypto::multiply_base(polynomial.secret());
    domain.share_keys.clear();
    members.set_guardians(guardians);
    for (std::size_t i = 1; i <= guardians; ++i) {
      const auto index = static_cast<crypto::ShareIndex>(i);
      domain.share_keys.emplace_back(index, crypto::multiply_base(polynomial.share_of(index)));
    }
    members.charter.quorum = static_cast<std::uint16_t>((guardians + 2 + threshold - 1U) / 2 + 1);
    members.order.notice_days = 1;
    members.order.expires = kNow + 400 * kDaySeconds;
    members.found();
    CANDOUR_CHECK(members.log->problems().empty());
    charter = std::make_shared<instruction::Charter>(members.charter);
  }

  [[nodiscard]] Share share(crypto::ShareIndex index) const {
    Share share;
    share.domain = kDomain;
    share.epoch = charter->domains[0].epoch;
    share.index = index;
    share.share = polynomial.share_of(index);
    share.nonce_key.span()[0] = static_cast<std::uint8_t>(index);
    return share;
  }
  [[nodiscard]] BatchPurpose purpose() const {
    return {.instruction = members.order.id(),
            .domain = std::string(kDomain),
            .provider = std::string(kProvider),
            .collection = std::string(kCollection)};
  }
  [[nodiscard]] instruction::Provider& provider() { return charter->providers[0]; }
  [[nodiscard]] base::Digest peer() const { return charter->providers[0].tls_key; }

  base::SeededRandom random;
  crypto::Polynomial polynomial;
  candour::testing::TestFederation members;
  std::shared_ptr<instruction::Charter> charter;
  Quota quota;  ///< of the batches that the log has
  std::set<base::Digest> entered{};
};

// A log that every guardian follows, and that a batch enters when a guardian asks for it, unless a test says
// that it does not.
class TestLog final : public GuardianLog {
 public:
  TestLog(Federation& federation, const base::Clock& clock) : federation_(federation), clock_(clock) {}
  std::shared_ptr<const instruction::Charter> charter() override { return federation_.charter; }
  instruction::Verdict judge(const instruction::Act& act) override {
    const std::int64_t now = clock_.now_unix_seconds();
    return instruction::in_force(*federation_.members.log, act, {.now = now, .witnessed = now});
  }
  void look_for(const base::Digest&) override {}
  void require_entered(const instruction::Provider& provider, const statement::Batch& batch,
                       const base::Digest& leaf, std::int64_t now) override {
    const std::lock_guard lock(mutex_);
    if (enters && !entered_.contains(leaf)) {
      federation_.quota.require_room(provider, batch, now);  // as the hub does, which enters it
      federation_.quota.add(batch, leaf);
      entered_.insert(leaf);
    }
    federation_.quota.require_within(provider, batch, leaf, now);
  }
  std::uint64_t used_since(std::string_view provider, std::int64_t since) override {
    const std::lock_guard lock(mutex_);
    return federation_.quota.used_since(provider, since);
  }
  std::string checkpoint() override { return "a checkpoint\n"; }
  bool enters = true;

 private:
  Federation& federation_;
  const base::Clock& clock_;
  static inline std::mutex mutex_;
  std::set<base::Digest>& entered_ = federation_.entered;
};

// A guardian of a federation, with its disk and clock.
struct GuardianNode {
  GuardianNode(Federation& members, crypto::ShareIndex index, base::Disk& on = *owned_disk())
      : federation(members), number(index), disk(on), random(index, "guardian") {
    restart();
  }
  void restart() {
    guardian.reset();  // lets its lock go
    std::vector<Share> shares;
    shares.push_back(federation.share(number));
    const auto held = std::make_shared<const std::vector<Share>>(std::move(shares));
    guardian = std::make_unique<Guardian>(
        GuardianParts{.disk = disk,
                      .clock = clock,
                      .random = random,
                      .log = log,
                      .shares = [held](const instruction::Charter&) { return held; },
                      .signing_key = key_of("guardian " + std::to_string(number)),
                      .journal = "journal"});
  }
  // A disk for who does not look at it; lives as long as the program.
  static base::SimulatedDisk* owned_disk() {
    static std::vector<std::unique_ptr<base::SimulatedDisk>> disks;
    disks.push_back(std::make_unique<base::SimulatedDisk>());
    return disks.back().get();
  }

  Federation& federation;
  crypto::ShareIndex number;
  base::Disk& disk;
  MovingClock clock;
  TestLog log{federation, clock};
  base::SeededRandom random;
  std::unique_ptr<Guardian> guardian;
};

// A guardian's port, and what a test does to requests and answers.
class TestPort final : public GuardianPort {
 public:
  explicit TestPort(GuardianNode& node) : node_(node) {}
  base::Bytes evaluate(base::ByteView request) override {
    const std::lock_guard lock(mutex_);
    ++asked;
    if (down) throw base::Error("CND-1904", "The server does not answer.");
    base::Bytes answer = node_.guardian->evaluate(request, node_.federation.peer());
    return spoil ? spoil(request, std::move(answer)) : answer;
  }
  bool down = false;
  int asked = 0;
  std::function<base::Bytes(base::ByteView request, base::Bytes answer)> spoil;

 private:
  GuardianNode& node_;
  std::mutex mutex_;
};

// All guardians of a federation, and a provider that asks them.
struct Network {
  explicit Network(Federation& members) : federation(members) {
    for (const instruction::Guardian& one : members.charter->guardians) {
      nodes.push_back(std::make_unique<GuardianNode>(members, one.index));
      ports.push_back(std::make_unique<TestPort>(*nodes.back()));
    }
  }
  [[nodiscard]] Evaluation evaluate(std::span<const Identifier> identifiers, int threads = 1) {
    std::vector<GuardianAccess> access;
    for (const crypto::ShareIndex index : order) access.push_back({index, ports[index - 1U].get()});
    const crypto::SigningKey key = key_of(kProvider);
    base::SilentProgress progress;
    return evaluate_batches({.charter = *federation.charter,
                             .purpose = federation.purpose(),
                             .signing_key = key,
                             .seed = seed,
                             .guardians = access,
                             .clock = clock,
                             .threads = threads,
                             .on_failure = [&](const GuardianFailure& one) { failures.push_back(one); }},
                            identifiers, progress);
  }

  Federation& federation;
  std::vector<std::unique_ptr<GuardianNode>> nodes;
  std::vector<std::unique_ptr<TestPort>> ports;
  AskedSet order = {1, 2, 3};
  base::Bytes seed = base::Bytes(kPlanSeedBytes, 0x42);
  MovingClock clock;  ///< the provider's
  std::vector<GuardianFailure> failures;
};

// What a guardian that has its share and its key, and means ill, can answer: `change` may put anything into
// the attestation and the points; what results is signed.
struct Forgery {
  crypto::ShareIndex guardian = 1;
  std::function<void(statement::Attestation&, base::Bytes&)> change = [](auto&, auto&) {};
  bool signs_the_points = true;  // points_sha256 is of what is sent
};

inline base::Bytes forged_answer(const Federation& federation, base::ByteView request,
                                 const Forgery& forgery) {
  const RequestParts parts = parse_request(request);
  const statement::Batch batch =
      statement::parse_batch(statement::parse_envelope(parts.envelope, "batch").payload);
  const base::Digest leaf = statement::leaf_hash(parts.envelope);
  const Share share = federation.share(forgery.guardian);
  const crypto::Scalar weighted = crypto::lagrange_at_zero(parts.asked, share.index) * share.share;
  const crypto::Points blinded = crypto::parse_points(parts.points).value();
  const crypto::Points evaluated = crypto::multiply_all(weighted, blinded);
  base::SeededRandom random(5, "forger");
  const auto proof = crypto::prove_batch(
      proof_context(batch, leaf, parts.asked, share.index, crypto::multiply_base(weighted)), weighted,
      blinded, evaluated, share.nonce_key.view(), random);
  const auto subject = statement::attestation_subject(leaf, parts.asked, share.index);
  statement::Attestation attestation{.header = {.federation = batch.header.federation,
                                                .log = batch.header.log,
                                                .id = statement::derived_id("attestation", subject),
                                                .made = batch.header.made + 1},
                                     .batch = leaf,
                                     .domain = batch.domain,
                                     .epoch = batch.epoch,
                                     .guardian = share.index,
                                     .asked = parts.asked,
                                     .points_sha256 = base::sha256(crypto::bytes_of(evaluated)),
                                     .proof = proof.bytes(),
                                     .checkpoint = ""};
  const base::ByteView honest = crypto::bytes_of(evaluated);
  base::Bytes points(honest.begin(), honest.end());
  forgery.change(attestation, points);
  if (forgery.signs_the_points) attestation.points_sha256 = base::sha256(points);
  const std::string envelope =
      statement::write_envelope(statement::sign("attestation", statement::write_payload(attestation),
                                                key_of("guardian " + std::to_string(forgery.guardian))));
  base::Bytes answer = write_answer(envelope, {});
  answer.insert(answer.end(), points.begin(), points.end());
  return answer;
}

// The token of a number under the whole key, by RFC 9497's formulas alone.
inline Token token_by_whole_key(const Identifier& identifier, const crypto::Scalar& key) {
  const crypto::Point hashed = crypto::hash_to_group(base::as_bytes(identifier.reveal()),
                                                     "HashToGroup-OPRFV1-\x01-ristretto255-SHA512");
  const std::string message = std::string("\0\x0a", 2) + identifier.reveal() + std::string("\0\x20", 2) +
                              std::string(base::as_text(crypto::multiply(key, hashed).bytes())) + "Finalize";
  return Token(base::ByteView(crypto::sha512({base::as_bytes(message)})).first(Token::kBytes));
}

}  // namespace candour::pseudonym::testing
