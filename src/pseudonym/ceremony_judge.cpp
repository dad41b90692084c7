#include "candour/pseudonym/ceremony_judge.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "candour/crypto/seal.h"
#include "candour/pseudonym/ceremony_dealing.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

using crypto::ShareIndex;
using instruction::Charter;
using statement::Ceremony;
using statement::CeremonyCommit;
using statement::CeremonyComplaint;
using statement::CeremonyDeal;
using statement::CeremonyEvidence;
using statement::CeremonyPlan;
using Messages = std::vector<CeremonyEvidence>;

struct Words {
  std::string_view name;
  base::Literal sentence;
};
constexpr std::array<Words, 9> kWords = {{
    {"malformed", "it signed something that is no message of a ceremony"},
    {"against-plan", "its message is not what the plan of the ceremony asks of it"},
    {"two-versions", "it signed two versions of a message"},
    {"not-as-committed", "what it opened is not what it had committed to"},
    {"not-proved", "it does not prove that it knows what it shares"},
    {"other-secret", "what it deals is not its old share"},
    {"bad-share", "the share that it sealed is not the one that it committed to"},
    {"false-accusation", "it complained about a share that is good"},
    {"false-transcript", "it signed a transcript whose values do not follow from it"},
}};

bool holds(const std::vector<ShareIndex>& indices, ShareIndex index) {
  return std::ranges::binary_search(indices, index);
}

template <typename Statement>
Statement parse(std::string_view payload) {
  if constexpr (std::is_same_v<Statement, CeremonyCommit>) return statement::parse_ceremony_commit(payload);
  if constexpr (std::is_same_v<Statement, CeremonyDeal>) return statement::parse_ceremony_deal(payload);
  if constexpr (std::is_same_v<Statement, CeremonyComplaint>) {
    return statement::parse_ceremony_complaint(payload);
  }
  if constexpr (std::is_same_v<Statement, Ceremony>) return statement::parse_ceremony(payload);
}

template <typename Statement>
statement::Id ceremony_of(const Statement& message) {
  if constexpr (std::is_same_v<Statement, CeremonyCommit>) {
    return statement::ceremony_id(message.plan);
  } else if constexpr (std::is_same_v<Statement, Ceremony>) {
    return message.header.id;
  } else {
    return message.ceremony;
  }
}

[[noreturn]] void refuse_other_version(ShareIndex by, ShareIndex about) {
  throw base::Error("CND-2154", "Two guardians saw different versions of a message of a third.")
      .with("seen_by", by)
      .with("signed_by", about);
}

// A key of low order would make every shared secret the same, known one.
bool is_key(const crypto::SealPublicKey& key) {
  const std::array<std::uint8_t, 32> any{1};
  try {
    crypto::SealContext(key, crypto::SealKey(any), {});
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

std::optional<Fault> fault_of(const CeremonyPlan& plan, const Charter&, const CeremonyCommit& commit) {
  const bool as_planned = commit.commitment.has_value() == holds(plan.dealers, commit.guardian) &&
                          commit.one_time_key.has_value() == holds(plan.receivers, commit.guardian) &&
                          (commit.commitment || commit.one_time_key);
  if (!as_planned || (commit.one_time_key && !is_key(*commit.one_time_key))) return Fault::kAgainstPlan;
  return std::nullopt;
}

std::optional<Fault> fault_of(const CeremonyPlan& plan, const Charter& charter, const CeremonyDeal& deal) {
  const bool to_receivers =
      std::ranges::equal(deal.shares, plan.receivers, {}, &statement::SealedShare::receiver);
  if (!holds(plan.dealers, deal.guardian) || !to_receivers ||
      deal.opening.commitments.size() != plan.threshold ||
      deal.commits.size() != statement::participants(plan).size()) {
    return Fault::kAgainstPlan;
  }
  if (!verify_opening(plan, deal.guardian, deal.opening)) return Fault::kNotProved;
  if (plan.kind != statement::CeremonyKind::kNew) {
    const instruction::Domain& old = *charter.domain(plan.domain);
    if (deal.opening.commitments.front() != reshared_point(plan, old, deal.guardian)) {
      return Fault::kOtherSecret;
    }
  }
  return std::nullopt;
}

std::optional<Fault> fault_of(const CeremonyPlan& plan, const Charter&, const CeremonyComplaint& complaint) {
  if (!holds(plan.receivers, complaint.guardian) || !holds(plan.dealers, complaint.accused)) {
    return Fault::kAgainstPlan;
  }
  return std::nullopt;
}

std::optional<Fault> fault_of(const CeremonyPlan&, const Charter& charter, const Ceremony& ceremony) {
  try {
    require_transcript(ceremony, charter);
    return std::nullopt;
  } catch (const base::Error&) {
    return Fault::kFalseTranscript;
  }
}

template <typename Statement>
std::optional<Blame> judge_alone(const CeremonyPlan& plan, const Charter& charter,
                                 const CeremonyEvidence& message) {
  const Opened<Statement> opened = open_message<Statement>(plan, charter, message);
  const std::optional<Fault> fault =
      opened.statement ? fault_of(plan, charter, *opened.statement) : Fault::kMalformed;
  if (!fault) return std::nullopt;
  return Blame{message.guardian, *fault, {message}};
}

std::optional<Blame> judge_alone(const CeremonyPlan& plan, const Charter& charter,
                                 const CeremonyEvidence& message) {
  if (message.kind == statement::kCommitKind) return judge_alone<CeremonyCommit>(plan, charter, message);
  if (message.kind == statement::kDealKind) return judge_alone<CeremonyDeal>(plan, charter, message);
  if (message.kind == statement::kComplaintKind) {
    return judge_alone<CeremonyComplaint>(plan, charter, message);
  }
  if (message.kind == statement::kCeremonyKind) return judge_alone<Ceremony>(plan, charter, message);
  throw base::Error("CND-2153", "The message is of another ceremony.").with("guardian", message.guardian);
}

std::optional<Blame> judge_pair(const CeremonyPlan& plan, const Charter& charter, const Messages& messages) {
  const CeremonyEvidence& first = messages[0];
  const CeremonyEvidence& second = messages[1];
  if (first.guardian != second.guardian) return std::nullopt;
  if (first.kind == second.kind) {
    if (signed_payload(charter, first) == signed_payload(charter, second)) return std::nullopt;
    return Blame{first.guardian, Fault::kTwoVersions, messages};
  }
  if (first.kind != statement::kCommitKind || second.kind != statement::kDealKind) return std::nullopt;
  const auto commit = *open_message<CeremonyCommit>(plan, charter, first).statement;
  const auto deal = *open_message<CeremonyDeal>(plan, charter, second).statement;
  if (*commit.commitment == commitment_to(plan, deal.guardian, deal.opening)) return std::nullopt;
  return Blame{first.guardian, Fault::kNotAsCommitted, messages};
}

std::optional<Blame> judge_complaint(const CeremonyPlan& plan, const Charter& charter,
                                     const Messages& messages) {
  if (messages[0].kind != statement::kCommitKind || messages[1].kind != statement::kDealKind ||
      messages[2].kind != statement::kComplaintKind) {
    return std::nullopt;
  }
  const auto commit = open_message<CeremonyCommit>(plan, charter, messages[0]);
  const auto deal = open_message<CeremonyDeal>(plan, charter, messages[1]);
  const auto complaint = *open_message<CeremonyComplaint>(plan, charter, messages[2]).statement;
  const ShareIndex receiver = complaint.guardian;
  const ShareIndex dealer = complaint.accused;
  if (commit.statement->guardian != receiver || deal.statement->guardian != dealer) return std::nullopt;
  if (complaint.deal != base::sha256(base::as_bytes(deal.payload))) refuse_other_version(receiver, dealer);
  const std::vector<ShareIndex> all = statement::participants(plan);
  const auto place = std::ranges::find(all, receiver) - all.begin();
  if (deal.statement->commits[static_cast<std::size_t>(place)] !=
      base::sha256(base::as_bytes(commit.payload))) {
    refuse_other_version(dealer, receiver);
  }
  const crypto::SealKey key(complaint.one_time_secret);
  const bool is_its_key = key.public_key() == *commit.statement->one_time_key;
  if (is_its_key && !open_share(plan, *deal.statement, receiver, key)) {
    return Blame{dealer, Fault::kBadShare, messages};
  }
  return Blame{receiver, Fault::kFalseAccusation, messages};
}

}  // namespace

std::string_view name_of(Fault fault) { return kWords.at(static_cast<std::size_t>(fault)).name; }
base::Literal sentence_of(Fault fault) { return kWords.at(static_cast<std::size_t>(fault)).sentence; }

std::string signed_payload(const Charter& charter, const CeremonyEvidence& message) {
  const instruction::Guardian* guardian = charter.guardian(message.guardian);
  try {
    if (guardian != nullptr) {
      return statement::verified_payload(message.envelope, message.kind, guardian->signing_key);
    }
  } catch (const base::Error&) {  // it is said below, in the words of a ceremony
  }
  throw base::Error("CND-2161", "A message is not signed by the guardian that it is named for.")
      .with("guardian", message.guardian)
      .with("kind", base::Label(message.kind));
}

template <typename Statement>
Opened<Statement> open_message(const CeremonyPlan& plan, const Charter& charter,
                               const CeremonyEvidence& message) {
  Opened<Statement> opened{.payload = signed_payload(charter, message), .statement = std::nullopt};
  try {
    opened.statement = parse<Statement>(opened.payload);
  } catch (const base::Error&) {
    return opened;
  }
  if (ceremony_of(*opened.statement) != statement::ceremony_id(plan)) {
    throw base::Error("CND-2153", "The message is of another ceremony.").with("guardian", message.guardian);
  }
  if constexpr (!std::is_same_v<Statement, Ceremony>) {
    if (opened.statement->guardian != message.guardian) opened.statement.reset();
  }
  return opened;
}

template Opened<CeremonyCommit> open_message(const CeremonyPlan&, const Charter&, const CeremonyEvidence&);
template Opened<CeremonyDeal> open_message(const CeremonyPlan&, const Charter&, const CeremonyEvidence&);
template Opened<CeremonyComplaint> open_message(const CeremonyPlan&, const Charter&, const CeremonyEvidence&);
template Opened<Ceremony> open_message(const CeremonyPlan&, const Charter&, const CeremonyEvidence&);

std::optional<Blame> judge(const CeremonyPlan& plan, const Charter& charter, const Messages& messages) {
  for (const CeremonyEvidence& message : messages) {
    if (auto blame = judge_alone(plan, charter, message)) return blame;
  }
  if (messages.size() == 2) return judge_pair(plan, charter, messages);
  if (messages.size() == 3) return judge_complaint(plan, charter, messages);
  return std::nullopt;
}

bool proves(const statement::CeremonyAborted& aborted, const Charter& charter) {
  const std::optional<Blame> blame = judge(aborted.plan, charter, aborted.evidence);
  return blame && blame->guardian == aborted.blamed && name_of(blame->fault) == aborted.fault;
}

}  // namespace candour::pseudonym
