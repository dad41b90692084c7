#include "candour/statement/ceremony.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "candour/statement/envelope.h"

namespace candour::statement {
namespace {

constexpr std::int64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMostIndex = 255;
constexpr std::size_t kParticipantsAtMost = 2 * kCeremonyGuardiansAtMost;
constexpr std::array<std::string_view, 4> kKinds = {"new", "refresh", "recover", "reshare"};

constexpr std::array<std::string_view, 4> kEvidenceKinds = {kCommitKind, kDealKind, kComplaintKind,
                                                            kCeremonyKind};

base::Json::Array indices_json(const std::vector<crypto::ShareIndex>& indices) {
  base::Json::Array array;
  for (const crypto::ShareIndex index : indices) array.emplace_back(std::int64_t{index});
  return array;
}

base::Json::Array digests_json(const std::vector<base::Digest>& digests) {
  base::Json::Array array;
  for (const base::Digest& digest : digests) array.emplace_back(base::to_hex(digest));
  return array;
}

base::Json::Object plan_json(const CeremonyPlan& plan) {
  return {{"charter_version", std::int64_t{plan.charter_version}},
          {"kind", name_of(plan.kind)},
          {"domain", plan.domain},
          {"epoch", std::int64_t{plan.epoch}},
          {"threshold", std::int64_t{plan.threshold}},
          {"dealers", indices_json(plan.dealers)},
          {"receivers", indices_json(plan.receivers)}};
}

base::Json::Object opening_json(const CeremonyOpening& opening) {
  base::Json::Array commitments;
  for (const crypto::Point& point : opening.commitments)
    commitments.emplace_back(base::to_hex(point.bytes()));
  return {{"nonce", base::to_hex(opening.nonce)},
          {"commitments", std::move(commitments)},
          {"proof", base::to_hex(opening.proof)}};
}

crypto::ShareIndex index_of(PayloadReader& reader, std::string_view key) {
  return static_cast<crypto::ShareIndex>(reader.integer(key, 1, kMostIndex));
}

std::vector<crypto::ShareIndex> ascending(PayloadReader& reader, std::string_view key) {
  std::vector<crypto::ShareIndex> indices;
  for (const std::int64_t index : reader.integers(key, 1, kMostIndex, kCeremonyGuardiansAtMost)) {
    if (!indices.empty() && index <= indices.back()) refuse_member(key, "its guardians do not ascend");
    indices.push_back(static_cast<crypto::ShareIndex>(index));
  }
  return indices;
}

crypto::Point point_of(const base::Json& value, std::string_view key) {
  const std::string* text = value.text();
  const auto bytes = text == nullptr ? std::nullopt : base::from_hex(*text);
  const auto point = bytes ? crypto::Point::parse(*bytes) : std::nullopt;
  if (!point || base::to_hex(point->bytes()) != *text) {
    refuse_member(key, "it is no point of the group in its one form, or is the identity");
  }
  return *point;
}

template <std::size_t N>
void read_bytes(PayloadReader& reader, std::string_view key, std::array<std::uint8_t, N>& out) {
  std::ranges::copy(reader.bytes(key, N), out.begin());
}

CeremonyPlan read_plan(PayloadReader& reader, const Header& header) {
  PayloadReader object = reader.object("plan");
  CeremonyPlan plan;
  plan.federation = header.federation;
  plan.log = header.log;
  plan.charter_version = static_cast<std::uint32_t>(object.integer("charter_version", 1, kMost32));
  const auto kind = std::ranges::find(kKinds, object.text("kind", 16));
  if (kind == kKinds.end()) refuse_member("kind", "there is no such kind of ceremony");
  plan.kind = static_cast<CeremonyKind>(std::distance(kKinds.begin(), kind));
  plan.domain = object.text("domain", 128);
  plan.epoch = static_cast<std::uint32_t>(object.integer("epoch", 1, kMost32));
  plan.threshold = static_cast<std::uint16_t>(object.integer("threshold", 1, kMostIndex));
  plan.dealers = ascending(object, "dealers");
  plan.receivers = ascending(object, "receivers");
  object.finish();
  return plan;
}

CeremonyOpening read_opening(PayloadReader& reader) {
  PayloadReader object = reader.object("opening");
  CeremonyOpening opening;
  read_bytes(object, "nonce", opening.nonce);
  for (const base::Json& one : object.array("commitments", kCeremonyGuardiansAtMost)) {
    opening.commitments.push_back(point_of(one, "commitments"));
  }
  read_bytes(object, "proof", opening.proof);
  object.finish();
  return opening;
}

Id message_id(std::string_view kind, const Id& ceremony, crypto::ShareIndex guardian) {
  base::Sha256 hash;
  hash.update(ceremony);
  hash.update(crypto::octets(guardian));
  return derived_id(kind, hash.finish());
}

void require_id(const Header& header, std::string_view kind, const Id& ceremony,
                crypto::ShareIndex guardian) {
  if (header.id != message_id(kind, ceremony, guardian)) {
    refuse_member("id", "it is not derived from kind, ceremony and guardian");
  }
}

}  // namespace

std::string_view name_of(CeremonyKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Id ceremony_id(const CeremonyPlan& plan) {
  base::Json::Object all{{"federation", base::to_hex(plan.federation)}, {"log", plan.log}};
  std::ranges::move(plan_json(plan), std::back_inserter(all));
  return derived_id(kCeremonyKind, base::sha256(base::as_bytes(base::write_json_line(all))));
}

std::vector<crypto::ShareIndex> participants(const CeremonyPlan& plan) {
  std::vector<crypto::ShareIndex> all;
  std::ranges::set_union(plan.dealers, plan.receivers, std::back_inserter(all));
  return all;
}

Header ceremony_header(const CeremonyPlan& plan, std::string_view kind, crypto::ShareIndex guardian,
                       std::int64_t made) {
  return {plan.federation, plan.log, message_id(kind, ceremony_id(plan), guardian), made};
}

std::string write_payload(const CeremonyCommit& commit) {
  auto payload = begin_payload(commit.header);
  payload.emplace_back("plan", plan_json(commit.plan));
  payload.emplace_back("guardian", std::int64_t{commit.guardian});
  payload.emplace_back("commitment",
                       commit.commitment ? base::Json(base::to_hex(*commit.commitment)) : nullptr);
  payload.emplace_back("one_time_key",
                       commit.one_time_key ? base::Json(base::to_hex(*commit.one_time_key)) : nullptr);
  return base::write_json_line(payload);
}

CeremonyCommit parse_ceremony_commit(std::string_view payload) {
  PayloadReader reader(payload);
  CeremonyCommit commit;
  commit.header = reader.header();
  commit.plan = read_plan(reader, commit.header);
  commit.guardian = index_of(reader, "guardian");
  commit.commitment = reader.digest_or_null("commitment");
  commit.one_time_key = reader.digest_or_null("one_time_key");
  reader.finish();
  require_id(commit.header, kCommitKind, ceremony_id(commit.plan), commit.guardian);
  return commit;
}

std::string write_payload(const CeremonyDeal& deal) {
  base::Json::Array shares;
  for (const SealedShare& share : deal.shares) {
    shares.emplace_back(base::Json::Object{{"receiver", std::int64_t{share.receiver}},
                                           {"sealed", base::to_hex(share.sealed)}});
  }
  auto payload = begin_payload(deal.header);
  payload.emplace_back("ceremony", base::to_hex(deal.ceremony));
  payload.emplace_back("guardian", std::int64_t{deal.guardian});
  payload.emplace_back("commits", digests_json(deal.commits));
  payload.emplace_back("opening", opening_json(deal.opening));
  payload.emplace_back("shares", std::move(shares));
  return base::write_json_line(payload);
}

CeremonyDeal parse_ceremony_deal(std::string_view payload) {
  PayloadReader reader(payload);
  CeremonyDeal deal;
  deal.header = reader.header();
  deal.ceremony = reader.id("ceremony");
  deal.guardian = index_of(reader, "guardian");
  deal.commits = reader.digests("commits", kParticipantsAtMost);
  deal.opening = read_opening(reader);
  for (const base::Json& one : reader.array("shares", kCeremonyGuardiansAtMost)) {
    PayloadReader object(one);
    SealedShare& share = deal.shares.emplace_back();
    share.receiver = index_of(object, "receiver");
    read_bytes(object, "sealed", share.sealed);
    object.finish();
  }
  reader.finish();
  require_id(deal.header, kDealKind, deal.ceremony, deal.guardian);
  return deal;
}

std::string write_payload(const CeremonyComplaint& complaint) {
  auto payload = begin_payload(complaint.header);
  payload.emplace_back("ceremony", base::to_hex(complaint.ceremony));
  payload.emplace_back("guardian", std::int64_t{complaint.guardian});
  payload.emplace_back("accused", std::int64_t{complaint.accused});
  payload.emplace_back("deal", base::to_hex(complaint.deal));
  payload.emplace_back("one_time_secret", base::to_hex(complaint.one_time_secret));
  return base::write_json_line(payload);
}

CeremonyComplaint parse_ceremony_complaint(std::string_view payload) {
  PayloadReader reader(payload);
  CeremonyComplaint complaint;
  complaint.header = reader.header();
  complaint.ceremony = reader.id("ceremony");
  complaint.guardian = index_of(reader, "guardian");
  complaint.accused = index_of(reader, "accused");
  complaint.deal = reader.digest("deal");
  read_bytes(reader, "one_time_secret", complaint.one_time_secret);
  reader.finish();
  require_id(complaint.header, kComplaintKind, complaint.ceremony, complaint.guardian);
  return complaint;
}

std::string write_payload(const Ceremony& ceremony) {
  base::Json::Array dealers, share_keys;
  for (const CeremonyDealer& dealer : ceremony.dealers) {
    dealers.emplace_back(base::Json::Object{{"guardian", std::int64_t{dealer.guardian}},
                                            {"commitment", base::to_hex(dealer.commitment)},
                                            {"opening", opening_json(dealer.opening)}});
  }
  for (const auto& [index, key] : ceremony.share_keys) {
    share_keys.emplace_back(
        base::Json::Object{{"guardian", std::int64_t{index}}, {"key", base::to_hex(key.bytes())}});
  }
  auto payload = begin_payload(ceremony.header);
  payload.emplace_back("plan", plan_json(ceremony.plan));
  payload.emplace_back("dealers", std::move(dealers));
  payload.emplace_back("key", base::to_hex(ceremony.key.bytes()));
  payload.emplace_back("share_keys", std::move(share_keys));
  payload.emplace_back("commits", digests_json(ceremony.commits));
  payload.emplace_back("deals", digests_json(ceremony.deals));
  return base::write_json_line(payload);
}

Ceremony parse_ceremony(std::string_view payload) {
  PayloadReader reader(payload);
  Ceremony ceremony;
  ceremony.header = reader.header();
  ceremony.plan = read_plan(reader, ceremony.header);
  for (const base::Json& one : reader.array("dealers", kCeremonyGuardiansAtMost)) {
    PayloadReader object(one);
    CeremonyDealer& dealer = ceremony.dealers.emplace_back();
    dealer.guardian = index_of(object, "guardian");
    dealer.commitment = object.digest("commitment");
    dealer.opening = read_opening(object);
    object.finish();
  }
  ceremony.key = point_of(base::Json(reader.text("key")), "key");
  for (const base::Json& one : reader.array("share_keys", kCeremonyGuardiansAtMost)) {
    PayloadReader object(one);
    const crypto::ShareIndex index = index_of(object, "guardian");
    ceremony.share_keys.emplace_back(index, point_of(base::Json(object.text("key")), "share_keys"));
    object.finish();
  }
  ceremony.commits = reader.digests("commits", kParticipantsAtMost);
  ceremony.deals = reader.digests("deals", kCeremonyGuardiansAtMost);
  reader.finish();
  if (ceremony.header.id != ceremony_id(ceremony.plan))
    refuse_member("id", "it is not derived from the plan");
  return ceremony;
}

std::string write_payload(const CeremonyAborted& aborted) {
  base::Json::Array evidence;
  for (const CeremonyEvidence& one : aborted.evidence) {
    evidence.emplace_back(base::Json::Object{
        {"guardian", std::int64_t{one.guardian}}, {"kind", one.kind}, {"envelope", one.envelope}});
  }
  auto payload = begin_payload(aborted.header);
  payload.emplace_back("plan", plan_json(aborted.plan));
  payload.emplace_back("guardian", std::int64_t{aborted.guardian});
  payload.emplace_back("blamed", std::int64_t{aborted.blamed});
  payload.emplace_back("fault", aborted.fault);
  payload.emplace_back("evidence", std::move(evidence));
  return base::write_json_line(payload);
}

CeremonyAborted parse_ceremony_aborted(std::string_view payload) {
  PayloadReader reader(payload);
  CeremonyAborted aborted;
  aborted.header = reader.header();
  aborted.plan = read_plan(reader, aborted.header);
  aborted.guardian = index_of(reader, "guardian");
  aborted.blamed = index_of(reader, "blamed");
  aborted.fault = reader.text("fault", 64);
  for (const base::Json& one : reader.array("evidence", 3)) {
    PayloadReader object(one);
    CeremonyEvidence& evidence = aborted.evidence.emplace_back();
    evidence.guardian = index_of(object, "guardian");
    evidence.kind = object.text("kind", 64);
    if (std::ranges::find(kEvidenceKinds, evidence.kind) == kEvidenceKinds.end()) {
      refuse_member("kind", "there is no such message of a ceremony");
    }
    evidence.envelope = object.text("envelope", kEnvelopeAtMostBytes);
    object.finish();
  }
  reader.finish();
  require_id(aborted.header, kAbortedKind, ceremony_id(aborted.plan), aborted.guardian);
  return aborted;
}

}  // namespace candour::statement
