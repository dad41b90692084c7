#include "candour/pseudonym/guardian.h"

#include <algorithm>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/quota.h"

namespace candour::pseudonym {
namespace {

// The subsets of a few guardians; more is no outage but a way to make a guardian work.
constexpr std::size_t kSetsAtMost = 16;
// A provider that asks in a loop must not fill the guardian's disk.
constexpr std::int64_t kRefusalRecordSeconds = 60;

// Randomness for several threads.
class LockedRandom final : public base::Random {
 public:
  LockedRandom(base::Random& random, std::mutex& mutex) : random_(random), mutex_(mutex) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    random_.fill(out);
  }

 private:
  base::Random& random_;
  std::mutex& mutex_;
};

/// The provider that a request says it is of, before anything of it is verified; empty where it says none.
std::string claimed_provider(base::ByteView request) {
  try {
    const std::string_view envelope = parse_request(request).envelope;
    return statement::parse_batch(statement::parse_envelope(envelope, "batch").payload).provider;
  } catch (const base::Error&) {
    return "";
  }
}

/// Who asks: of the organisations whose flows run on the machine with this certificate the one that the
/// request names, or else the first, whose the refusal is then.
const instruction::Provider& provider_of(const instruction::Charter& charter, const base::Digest& peer,
                                         base::ByteView request) {
  const instruction::Provider* claimed = charter.provider(claimed_provider(request));
  if (claimed != nullptr && claimed->tls_key == peer) return *claimed;
  const auto found = std::ranges::find(charter.providers, peer, &instruction::Provider::tls_key);
  if (found == charter.providers.end()) {
    throw base::Error("CND-2113", "The caller's certificate is no provider's in the charter.");
  }
  return *found;
}

void require_within(std::int64_t made, std::int64_t now, std::int64_t before, std::int64_t after) {
  if (made - now <= before && now - made <= after) return;
  throw base::Error("CND-2119", "The request was made at another time than this guardian's clock shows.")
      .with("made", base::Label(base::utc_text(made)))
      .with("clock", base::Label(base::utc_text(now)));
}

crypto::Points decoded(base::ByteView encodings) {
  crypto::Points points;
  points.reserve(encodings.size() / crypto::kPointBytes);
  for (std::size_t at = 0; at < encodings.size(); at += crypto::kPointBytes) {
    const auto point = crypto::Point::parse(encodings.subspan(at, crypto::kPointBytes));
    if (!point) {
      throw base::Error("CND-2121", "A point of the batch is not canonical, or is the identity.")
          .with("place", at / crypto::kPointBytes);
    }
    points.push_back(*point);
  }
  return points;
}

}  // namespace

// A request that passed what can be checked without the journal.
struct Guardian::Checked {
  statement::Batch batch;
  base::Digest leaf{};
  AskedSet asked;
  std::shared_ptr<const std::vector<Share>> shares;
  const Share* share = nullptr;  // among them
  crypto::Point weighted_key;
  base::ByteView encodings;
  crypto::Points points;
  std::int64_t now = 0;
};

Guardian::Guardian(GuardianParts parts)
    : parts_(std::move(parts)), journal_(parts_.disk, parts_.journal, [this](JournalRecord&& record) {
        std::visit([this](const auto& one) { ledger_.apply(one); }, record);
      }) {
  const auto charter = parts_.log.charter();
  for (const Share& share : *parts_.shares(*charter)) require_share_of(share, *charter);
  ledger_.forget(parts_.clock.now_unix_seconds());
}

base::Bytes Guardian::evaluate(base::ByteView request, const base::Digest& peer) {
  const auto before = parts_.log.charter();
  const instruction::Provider& asking = provider_of(*before, peer, request);
  Checked checked;
  std::shared_ptr<const instruction::Charter> charter;
  const instruction::Provider* provider = &asking;
  try {
    catch_up(request, asking);
    charter = parts_.log.charter();
    provider = &provider_of(*charter, peer, request);
    checked = check(request, *charter, *provider);
    {
      const std::lock_guard lock(mutex_);
      check_state(checked);
    }
    parts_.log.require_entered(*provider, checked.batch, checked.leaf, checked.now);
    // What costs much comes last.
    checked.points = decoded(checked.encodings);
  } catch (const base::Error& error) {
    note_refusal(*provider, error);
    throw;
  }
  accept(checked, *provider);
  return answer(checked);
}

// The batch was entered in the log a moment ago, and perhaps its instruction or a charter with it. Only for
// who has signed what it asks for: nobody else makes a guardian ask the log.
void Guardian::catch_up(base::ByteView request, const instruction::Provider& provider) {
  const std::string_view envelope = parse_request(request).envelope;
  (void)statement::verified_payload(envelope, "batch", provider.signing_key);
  parts_.log.look_for(statement::leaf_hash(envelope));
}

Guardian::Checked Guardian::check(base::ByteView request, const instruction::Charter& charter,
                                  const instruction::Provider& provider) const {
  const RequestParts parts = parse_request(request);
  Checked checked{.batch = statement::parse_batch(
                      statement::verified_payload(parts.envelope, "batch", provider.signing_key)),
                  .leaf = statement::leaf_hash(parts.envelope),
                  .asked = parts.asked,
                  .shares = parts_.shares(charter),
                  .weighted_key = {},
                  .encodings = parts.points,
                  .points = {},
                  .now = parts_.clock.now_unix_seconds()};
  const statement::Batch& batch = checked.batch;
  if (batch.provider != provider.code) {
    throw base::Error("CND-2114", "The batch is another provider's than the one that asks.")
        .with("provider", base::Label(provider.code));
  }
  if (batch.header.federation != charter.federation() || batch.header.log != charter.log()) {
    throw base::Error("CND-2115", "The batch is another federation's.");
  }
  const instruction::Domain* domain = charter.domain(batch.domain);
  const auto share = std::ranges::find(*checked.shares, batch.domain, &Share::domain);
  if (domain == nullptr || share == checked.shares->end()) {
    throw base::Error("CND-2116", "This guardian has no share of the batch's domain.");
  }
  if (batch.epoch != share->epoch || domain->epoch != share->epoch) {
    throw base::Error("CND-2117", "The batch is of another epoch of shares than this guardian's.")
        .with("batch", batch.epoch)
        .with("guardian", share->epoch)
        .with("charter", domain->epoch);
  }
  if (!is_asked_set(*domain, checked.asked) ||
      std::ranges::find(checked.asked, share->index) == checked.asked.end()) {
    throw base::Error("CND-2118", "The guardians asked are no set that this guardian answers in.")
        .with("guardian", share->index);
  }
  parts_.log.judge(instruction::act_of(batch)).require();
  if (!is_batch_size(batch.size) || checked.encodings.size() != batch.size * crypto::kPointBytes) {
    throw base::Error("CND-2120", "The batch has no size that a batch may have, or another than it says.")
        .with("size", batch.size)
        .with("points", checked.encodings.size() / crypto::kPointBytes);
  }
  if (base::sha256(checked.encodings) != batch.points_sha256) {
    throw base::Error("CND-2122", "The points are not those that the provider signed.");
  }
  checked.share = &*share;
  const auto place = std::ranges::find(checked.asked, share->index) - checked.asked.begin();
  checked.weighted_key = weighted_keys(*domain, checked.asked)[static_cast<std::size_t>(place)];
  return checked;
}

// A batch that was taken before may be asked for again as long as it can be submitted; its points are bound
// by its leaf, so that no more is learnt from it.
void Guardian::check_state(const Checked& checked) const {
  const bool known = ledger_.accepted_at(checked.leaf).has_value();
  require_within(checked.batch.header.made, checked.now, kClockToleranceSeconds,
                 known ? kBatchLifeSeconds + kClockToleranceSeconds : kClockToleranceSeconds);
  if (ledger_.attestation(checked.leaf, checked.asked) == nullptr &&
      ledger_.sets_of(checked.leaf) >= kSetsAtMost) {
    throw base::Error("CND-2125", "The batch was evaluated for too many sets of guardians.")
        .with("limit", kSetsAtMost);
  }
}

void Guardian::accept(const Checked& checked, const instruction::Provider& provider) {
  const std::lock_guard lock(mutex_);
  ledger_.forget(checked.now);
  if (ledger_.accepted_at(checked.leaf)) return;
  const AcceptedRecord record{.time = checked.now,
                              .batch = checked.leaf,
                              .provider = provider.code,
                              .domain = checked.batch.domain,
                              .points = checked.batch.points_sha256,
                              .size = checked.batch.size};
  journal_.append(record);
  ledger_.apply(record);
}

base::Bytes Guardian::answer(const Checked& checked) {
  const crypto::Scalar weighted =
      crypto::lagrange_at_zero(checked.asked, checked.share->index) * checked.share->share;
  const crypto::Points evaluated = crypto::multiply_all(weighted, checked.points);
  return write_answer(attest(checked, evaluated), evaluated);
}

std::string Guardian::attest(const Checked& checked, const crypto::Points& evaluated) {
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* before = ledger_.attestation(checked.leaf, checked.asked)) return *before;
  }
  const Share& share = *checked.share;
  const crypto::Scalar weighted = crypto::lagrange_at_zero(checked.asked, share.index) * share.share;
  LockedRandom random(parts_.random, random_mutex_);
  const crypto::BatchProof proof = crypto::prove_batch(
      proof_context(checked.batch, checked.leaf, checked.asked, share.index, checked.weighted_key), weighted,
      checked.points, evaluated, share.nonce_key.view(), random);
  const base::Digest subject = statement::attestation_subject(checked.leaf, checked.asked, share.index);
  const statement::Attestation attestation{.header = {.federation = checked.batch.header.federation,
                                                      .log = checked.batch.header.log,
                                                      .id = statement::derived_id("attestation", subject),
                                                      .made = checked.now},
                                           .batch = checked.leaf,
                                           .domain = checked.batch.domain,
                                           .epoch = checked.batch.epoch,
                                           .guardian = share.index,
                                           .asked = checked.asked,
                                           .points_sha256 = base::sha256(crypto::bytes_of(evaluated)),
                                           .proof = proof.bytes(),
                                           .checkpoint = parts_.log.checkpoint()};
  const AnsweredRecord record{.time = checked.now,
                              .batch = checked.leaf,
                              .asked = checked.asked,
                              .attestation = statement::write_envelope(statement::sign(
                                  "attestation", statement::write_payload(attestation), parts_.signing_key))};
  const std::lock_guard lock(mutex_);
  // Another thread may have answered the same meanwhile; what was given out first stays.
  if (const std::string* before = ledger_.attestation(checked.leaf, checked.asked)) return *before;
  journal_.append(record);
  ledger_.apply(record);
  return record.attestation;
}

// A refusal takes effect whether or not it could be written down.
void Guardian::note_refusal(const instruction::Provider& provider, const base::Error& error) {
  try {
    const std::int64_t now = parts_.clock.now_unix_seconds();
    std::string code(error.code().view());
    const std::lock_guard lock(mutex_);
    Refusals& refusals = refusals_[{provider.code, code}];
    ++refusals.since;
    if (refusals.written && now - *refusals.written < kRefusalRecordSeconds) return;
    journal_.append(RefusedRecord{
        .time = now, .provider = provider.code, .code = std::move(code), .times = refusals.since});
    refusals = {.written = now, .since = 0};
  } catch (const base::Error&) {
  }
}

std::vector<QuotaUse> Guardian::quota_use() const {
  const auto charter = parts_.log.charter();
  const std::int64_t now = parts_.clock.now_unix_seconds();
  std::vector<QuotaUse> all;
  for (const instruction::Provider& one : charter->providers) {
    all.push_back({.provider = one.code,
                   .used_day = parts_.log.used_since(one.code, now - kDaySeconds),
                   .allowed_day = one.quota_day,
                   .used_30_days = parts_.log.used_since(one.code, now - kQuotaSeconds),
                   .allowed_30_days = one.quota_30_days});
  }
  return all;
}

}  // namespace candour::pseudonym
