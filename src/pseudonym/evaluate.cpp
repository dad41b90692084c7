#include "candour/pseudonym/evaluate.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "candour/base/parallel.h"
#include "candour/pseudonym/wire.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

// A set that is asked together, in the order of its indices.
struct Team {
  AskedSet asked;
  std::vector<AskedGuardian> guardians;
  std::vector<GuardianPort*> ports;
};

// The code of a failure and, where another node refused, the code that it gave.
std::string codes_of(const base::Error& error) {
  std::string codes(error.code().view());
  for (const base::Error::Field& field : error.fields()) {
    const auto* refusal = std::get_if<std::string>(&field.value);
    if (field.name == "refusal" && refusal != nullptr && !refusal->empty())
      codes.append(": ").append(*refusal);
  }
  return codes;
}

// Who may still be asked, in this call. For several threads.
class Roster {
 public:
  Roster(const EvaluationJob& job, const instruction::Domain& domain) : job_(job), domain_(domain) {}

  // The first t that have not failed. Errors: CND-2110, CND-2103.
  [[nodiscard]] Team choose() const {
    std::vector<GuardianAccess> chosen;
    {
      const std::lock_guard lock(mutex_);
      for (const GuardianAccess& one : job_.guardians) {
        if (chosen.size() < domain_.threshold && !failed_.contains(one.index)) chosen.push_back(one);
      }
    }
    if (chosen.size() < domain_.threshold) refuse();
    std::ranges::sort(chosen, {}, &GuardianAccess::index);
    Team team;
    for (const GuardianAccess& one : chosen) team.asked.push_back(one.index);
    const crypto::Points keys = weighted_keys(domain_, team.asked);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const instruction::Guardian* guardian = job_.charter.guardian(chosen[i].index);
      team.guardians.push_back({chosen[i].index, guardian->signing_key, keys[i]});
      team.ports.push_back(chosen[i].port);
    }
    return team;
  }

  // Every failure is told, also the second of a guardian that was asked for two batches at once.
  void fail(GuardianFailure failure) {
    const std::lock_guard lock(mutex_);
    failed_.emplace(failure.guardian, codes_of(failure.error));
    if (job_.on_failure) job_.on_failure(failure);
  }

 private:
  [[noreturn]] void refuse() const {
    const std::lock_guard lock(mutex_);
    std::string who;
    for (const auto& [index, code] : failed_) {
      who.append(who.empty() ? "" : ", ").append(job_.charter.guardian(index)->name);
      who.append(" (").append(code).append(")");
    }
    throw base::Error("CND-2110", "Fewer guardians are left than are needed.")
        .with("needed", domain_.threshold)
        .with("failed", base::Label(who));
  }

  const EvaluationJob& job_;
  const instruction::Domain& domain_;
  mutable std::mutex mutex_;
  std::map<crypto::ShareIndex, std::string> failed_;
};

bool is_signed_attestation(base::ByteView answer, const crypto::SigningPublicKey& key) {
  try {
    (void)statement::verified_payload(parse_answer(answer).envelope, "attestation", key);
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

// The evaluation of one batch by one set.
class Round {
 public:
  Round(const EvaluationJob& job, const BlindedBatch& batch, const Team& team, Roster& roster)
      : job_(job), batch_(batch), team_(team), roster_(roster), answers_(team.asked.size()) {}

  // The answers, where all of the set gave a good one.
  [[nodiscard]] std::optional<std::vector<VerifiedAnswer>> run() {
    const base::Bytes request = write_request(batch_.envelope, team_.asked, batch_.points);
    base::for_each_on_threads(answers_.size(), static_cast<int>(answers_.size()),
                              [&](std::size_t i) { ask(i, request); });
    std::vector<VerifiedAnswer> good;
    for (auto& answer : answers_) {
      if (!answer) return std::nullopt;
      good.push_back(std::move(*answer));
    }
    return good;
  }

 private:
  void ask(std::size_t i, const base::Bytes& request) {
    const AskedGuardian& guardian = team_.guardians[i];
    base::Bytes answer;
    try {
      answer = team_.ports[i]->evaluate(request);
      answers_[i] = verify_answer(answer, batch_, team_.asked, guardian);
    } catch (const base::Error& error) {
      GuardianFailure failure{.guardian = guardian.index,
                              .name = job_.charter.guardian(guardian.index)->name,
                              .batch = batch_.leaf,
                              .error = error,
                              .request = {},
                              .answer = {}};
      if (is_signed_attestation(answer, guardian.signing_key)) {
        failure.request = request;
        failure.answer = std::move(answer);
      }
      roster_.fail(std::move(failure));
    }
  }

  const EvaluationJob& job_;
  const BlindedBatch& batch_;
  const Team& team_;
  Roster& roster_;
  std::vector<std::optional<VerifiedAnswer>> answers_;
};

// The same plan may be evaluated again at another time, and the log has each id once.
statement::Id id_at(const statement::Id& planned, std::int64_t made) {
  base::Sha256 hash;
  hash.update(planned);
  hash.update(base::as_bytes(base::utc_text(made)));
  return statement::derived_id("batch", hash.finish());
}

AttestedBatch evaluate_one(const EvaluationJob& job, const instruction::Domain& domain, BatchPlan& plan,
                           std::span<const Identifier> identifiers, Roster& roster, std::span<Token> tokens) {
  const std::int64_t made = job.clock.now_unix_seconds();
  plan.id = id_at(plan.id, made);
  const BlindedBatch batch = make_batch(plan, identifiers, job.purpose, made, job.charter, job.signing_key);
  if (job.on_batch) job.on_batch(plan, batch);
  std::optional<std::vector<VerifiedAnswer>> answers;
  while (!answers) {
    const Team team = roster.choose();
    answers = Round(job, batch, team, roster).run();
  }
  AttestedBatch attested{.leaf = batch.leaf, .envelope = batch.envelope, .attestations = {}};
  std::vector<crypto::Points> evaluated;
  for (VerifiedAnswer& answer : *answers) {
    attested.attestations.push_back(std::move(answer.attestation));
    evaluated.push_back(std::move(answer.points));
  }
  combine(plan, identifiers, domain.key, evaluated, tokens);
  return attested;
}

}  // namespace

Evaluation evaluate_batches(const EvaluationJob& job, std::span<const Identifier> identifiers,
                            base::Progress& progress) {
  const instruction::Domain& domain = domain_of(job.charter, job.purpose.domain);
  for (const GuardianAccess& one : job.guardians) {
    CANDOUR_CHECK(one.port != nullptr && job.charter.guardian(one.index) != nullptr &&
                  domain.share_key(one.index) != nullptr);
  }
  std::vector<BatchPlan> plans = plan_batches(identifiers.size(), job.seed);
  Evaluation evaluation{.tokens = std::vector<Token>(identifiers.size()),
                        .batches = std::vector<AttestedBatch>(plans.size())};
  Roster roster(job, domain);
  progress.begin("pseudonyms", padded_total(identifiers.size()), "identifiers");
  base::for_each_on_threads(plans.size(), job.threads, [&](std::size_t i) {
    evaluation.batches[i] = evaluate_one(job, domain, plans[i], identifiers, roster, evaluation.tokens);
    progress.advance(plans[i].places.size());
  });
  progress.end();
  return evaluation;
}

}  // namespace candour::pseudonym
