#include "candour/instruction/judge.h"

#include <algorithm>
#include <array>

#include "candour/instruction/log_policy.h"
#include "candour/instruction/opt_out_ground.h"
#include "candour/instruction/succession.h"
#include "candour/instruction/verdict.h"
#include "candour/log/policy.h"
#include "candour/statement/batch.h"
#include "candour/statement/ceremony.h"
#include "candour/statement/envelope.h"
#include "candour/statement/erasure.h"
#include "candour/statement/head.h"
#include "candour/statement/incident.h"
#include "candour/statement/kinds.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/refusal.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed.h"
#include "candour/statement/submission.h"

namespace candour::instruction {

namespace {

/// By the national policy's order of questions: a ground on which the opt-out does not apply, or an approval
/// under which it does; with neither, nobody may have these rows.
void require_opt_out(const Instruction& instruction) {
  OptOutAnswers answers;
  if (instruction.opt_out == "does-not-apply") {
    answers.ground = parse_opt_out_ground(instruction.opt_out_ground);
    answers.ground_reference = instruction.opt_out_source;
  } else {
    answers.has_approval = !instruction.opt_out_source.empty();
    answers.approval_reference = instruction.opt_out_source;
  }
  decide_opt_out(answers).require();
}

}  // namespace

/// The one place that changes a register.
class Judge {
 public:
  Judge(const Register& log, std::string_view envelope, std::string_view body)
      : log_(log), bytes_(envelope), body_(body) {}

  [[nodiscard]] Judged charter() const;
  [[nodiscard]] Judged collection() const;
  [[nodiscard]] Judged instruction() const;
  [[nodiscard]] Judged acceptance() const;
  [[nodiscard]] Judged objection() const;
  [[nodiscard]] Judged revocation() const;
  [[nodiscard]] Judged ceremony() const;
  [[nodiscard]] Judged ceremony_aborted() const;
  [[nodiscard]] Judged batch() const;
  [[nodiscard]] Judged submission() const;
  [[nodiscard]] Judged receipt() const;
  [[nodiscard]] Judged sealing_key() const;
  [[nodiscard]] Judged run() const;
  [[nodiscard]] Judged result() const;
  [[nodiscard]] Judged release() const;
  [[nodiscard]] Judged refusal() const;
  [[nodiscard]] Judged erasure() const;
  [[nodiscard]] Judged incident() const;
  [[nodiscard]] Judged sealed() const;
  [[nodiscard]] Judged opening() const;
  [[nodiscard]] Judged head() const;
  [[nodiscard]] Judged opt_out_figures() const;

  [[nodiscard]] statement::Revocation parsed_revocation() const;

 private:
  [[nodiscard]] const Charter& now() const { return *log_.charter(); }

  void require_here(const statement::Header& header) const {
    if (header.federation != log_.federation() || header.log != now().log()) {
      throw base::Error("CND-2041", "The statement is another federation's, or for another log.");
    }
  }

  /// The payload, signed by exactly this key.
  [[nodiscard]] std::string by(std::string_view kind, const crypto::SigningPublicKey& key) const {
    if (now().is_compromised(key)) {
      throw base::Error("CND-2042", "The key that signed is listed as compromised.");
    }
    return statement::verified_payload(bytes_, kind, key);
  }
  [[nodiscard]] std::string by_hub(std::string_view kind) const { return by(kind, now().hub.signing_key); }
  [[nodiscard]] std::string by_provider(std::string_view kind, std::string_view code) const {
    const Provider* provider = now().provider(code);
    if (provider == nullptr) {
      throw base::Error("CND-2027", "The organisation is no provider of this federation.")
          .with("provider", base::Label(code));
    }
    return by(kind, provider->signing_key);
  }
  /// What it says before its signature was looked at: only to find the key with which it is.
  [[nodiscard]] std::string claimed(std::string_view kind) const {
    return statement::parse_envelope(bytes_, kind).payload;
  }
  [[nodiscard]] std::string by_one_of(std::string_view kind,
                                      std::span<const crypto::SigningPublicKey> keys) const {
    const auto signers = statement::only_signers_of(statement::parse_envelope(bytes_, kind), keys);
    return by(kind, signers.front());
  }
  [[nodiscard]] std::vector<crypto::SigningPublicKey> controllers() const {
    std::vector<crypto::SigningPublicKey> keys;
    for (const Controller& one : now().controllers) keys.push_back(one.key);
    return keys;
  }
  [[nodiscard]] std::vector<crypto::SigningPublicKey> parties() const {
    std::vector<crypto::SigningPublicKey> keys = controllers();
    keys.push_back(now().hub.signing_key);
    keys.push_back(now().producer_key);
    for (const Guardian& one : now().guardians) keys.push_back(one.signing_key);
    for (const Provider& one : now().providers) keys.push_back(one.signing_key);
    return keys;
  }
  struct SignedByControllers {
    std::string payload;
    std::vector<crypto::SigningPublicKey> signers;
  };
  /// M bodies have signed, and nobody else. `excluded` may be known only from the payload.
  [[nodiscard]] SignedByControllers by_controllers(std::string_view kind) const {
    statement::Envelope envelope = statement::parse_envelope(bytes_, kind);
    auto signers = statement::only_signers_of(envelope, controllers());
    return {std::move(envelope.payload), std::move(signers)};
  }
  void require_votes(std::span<const crypto::SigningPublicKey> signers,
                     std::span<const std::string> excluded = {}) const {
    const std::size_t count = votes(now(), now(), signers, excluded).size();
    if (count < now().threshold) {
      throw base::Error("CND-2032", "Too few bodies have signed the instruction.")
          .with("signed", count)
          .with("needed", now().threshold);
    }
  }
  [[nodiscard]] const InstructionEntry& known(const statement::Id& id) const {
    const InstructionEntry* entry = log_.find(id);
    if (entry == nullptr) throw base::Error("CND-2020", "There is no such instruction in the log.");
    return *entry;
  }
  /// It was in force when the statement was made, as far as the log knows.
  void require_in_force(const Act& act, std::int64_t made) const {
    (void)known(act.instruction);
    in_force(log_, act, {.now = made, .witnessed = made}).require();
  }
  void require_fits(const Instruction& instruction) const;

  static Judged nothing(const statement::Header& header) { return {.id = header.id, .effect = {}}; }

  const Register& log_;
  std::string_view bytes_, body_;
};

Judged Judge::charter() const {
  const statement::Envelope envelope = statement::parse_envelope(bytes_, kCharterKind);
  auto next = std::make_shared<const Charter>(parse_charter(envelope.payload, body_));
  std::int64_t delay = 0;
  if (log_.charters().empty()) {
    require_founded(envelope, *next, log_.federation());
  } else {
    const Charter& before = *log_.charters().back().charter;
    require_succession(envelope, before, *next);
    delay = rules_of_change(before, *next).delay_seconds;
  }
  return {.id = next->header.id, .effect = [next, delay](Register& log, const Standing& standing) {
            CharterEntry entry{standing, next, delay, std::nullopt};
            if (log.charters_.empty()) entry.in_force_from = standing.index;
            log.charters_.push_back(std::move(entry));
          }};
}

Judged Judge::collection() const {
  const auto [payload, signers] = by_controllers("collection");
  require_votes(signers);
  const statement::Collection collection = statement::parse_collection(payload);
  require_here(collection.header);
  return {.id = collection.header.id, .effect = [collection](Register& log, const Standing& standing) {
            log.collections_.push_back({standing, collection});
          }};
}

// What can be known of an instruction when it is entered; the rest is asked at each act.
void Judge::require_fits(const Instruction& instruction) const {
  require_opt_out(instruction);
  const auto refuse = [&](base::Literal rule) {
    throw base::Error("CND-2030", "The instruction breaks a rule of instructions.")
        .with("instruction", base::Label(instruction.name))
        .with("rule", base::Label(rule.view()));
  };
  if (instruction.mode == Mode::kRecords && now().domain(instruction.domain) == nullptr) {
    refuse("it names a domain that there is not");
  }
  for (const std::string& code : instruction.providers) {
    if (code != "*" && now().provider(code) == nullptr) refuse("it names a provider that there is not");
  }
  for (const InstructedCollection& one : instruction.collections) {
    if (log_.find(one.name, one.sha256) == nullptr) {
      throw base::Error("CND-2034", "A collection of the instruction is not in the log.")
          .with("collection", base::Label(one.name));
    }
  }
  if (twin_of(log_, instruction, log_.size(), instruction.header.made) != nullptr) {
    throw base::Error(
        "CND-2035",
        "Another instruction gives the same rows under the other opt-out regime: with both, one "
        "could tell who opted out.");
  }
  // Under two orders at once a slice would be sent under one, then under the other, for ever.
  for (const auto& [id, entry] : log_.instructions()) {
    const Instruction& other = *entry.instruction;
    if (entry.revocation || other.mode != Mode::kRecords || instruction.mode != Mode::kRecords) continue;
    if (instruction.not_before >= other.expires || other.not_before >= instruction.expires) continue;
    const bool same_collection = std::ranges::any_of(
        instruction.collections, [&](const auto& one) { return other.collection(one.name) != nullptr; });
    const bool same_provider = std::ranges::any_of(
        instruction.providers, [&](const std::string& one) { return one == "*" || other.covers(one); });
    if (same_collection && same_provider) {
      throw base::Error("CND-2039",
                        "Another instruction covers this collection of these providers at that time.");
    }
  }
}

Judged Judge::instruction() const {
  auto [payload, signers] = by_controllers(kInstructionKind);
  auto instruction = std::make_shared<const Instruction>(parse_instruction(payload));
  require_here(instruction->header);
  std::vector<std::string> processors;
  for (const Processor& one : instruction->processors) processors.push_back(one.legal_person);
  require_votes(signers, processors);
  // Every body that signs says what it has to gain, if only that there is nothing.
  for (const std::string& person : votes(now(), now(), signers)) {
    if (std::ranges::find(instruction->declarations_of_interest, person, &Interest::signer) ==
        instruction->declarations_of_interest.end()) {
      throw base::Error("CND-2030", "The instruction breaks a rule of instructions.")
          .with("instruction", base::Label(instruction->name))
          .with("rule",
                base::Label("a body that has signed declares no interests, not even that it has none"));
    }
  }
  require_fits(*instruction);
  return {.id = instruction->id(),
          .effect = [instruction, signers = std::move(signers)](Register& log, const Standing& standing) {
            InstructionEntry entry;
            static_cast<Standing&>(entry) = standing;
            entry.instruction = instruction;
            entry.charter = log.charter();
            entry.signers = signers;
            log.instructions_.emplace(instruction->id(), std::move(entry));
          }};
}

Judged Judge::acceptance() const {
  const statement::Acceptance claim = statement::parse_acceptance(claimed("acceptance"));
  const auto acceptance = statement::parse_acceptance(by_provider("acceptance", claim.provider));
  require_here(acceptance.header);
  if (!known(acceptance.instruction).instruction->covers(acceptance.provider)) {
    throw base::Error("CND-2023", "The instruction does not cover this provider.");
  }
  return {.id = acceptance.header.id, .effect = [acceptance](Register& log, const Standing& standing) {
            log.instructions_.at(acceptance.instruction).acceptances.push_back({standing, acceptance});
          }};
}

Judged Judge::objection() const {
  const auto objection = statement::parse_objection(by_one_of("objection", parties()));
  require_here(objection.header);
  (void)known(objection.instruction);
  return {.id = objection.header.id, .effect = [objection](Register& log, const Standing& standing) {
            log.instructions_.at(objection.instruction).objections.push_back({standing, objection});
          }};
}

// Any one controller: stopping is easier than starting.
statement::Revocation Judge::parsed_revocation() const {
  auto revocation = statement::parse_revocation(by_one_of("revocation", controllers()));
  require_here(revocation.header);
  (void)known(revocation.instruction);
  return revocation;
}

Judged Judge::revocation() const {
  const statement::Revocation revocation = parsed_revocation();
  return {.id = revocation.header.id, .effect = [revocation](Register& log, const Standing& standing) {
            InstructionEntry& entry = log.instructions_.at(revocation.instruction);
            if (!entry.revoked_at) entry.revoked_at = standing.index;
            if (!entry.revocation) entry.revocation = revocation;
          }};
}

// That all who took part have signed; the arithmetic is verified by who uses its keys (pseudonym).
Judged Judge::ceremony() const {
  const statement::Envelope envelope = statement::parse_envelope(bytes_, statement::kCeremonyKind);
  const statement::Ceremony ceremony = statement::parse_ceremony(envelope.payload);
  require_here(ceremony.header);
  std::vector<crypto::SigningPublicKey> keys;
  for (const crypto::ShareIndex index : statement::participants(ceremony.plan)) {
    const Guardian* guardian = now().guardian(index);
    if (guardian != nullptr) keys.push_back(guardian->signing_key);
  }
  if (statement::only_signers_of(envelope, keys).size() != statement::participants(ceremony.plan).size()) {
    throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.");
  }
  const base::Digest digest = base::sha256(base::as_bytes(bytes_));
  return {.id = ceremony.header.id, .effect = [digest](Register& log, const Standing& standing) {
            log.ceremonies_.emplace(digest, standing.index);
          }};
}

Judged Judge::ceremony_aborted() const {
  const auto claim = statement::parse_ceremony_aborted(claimed(statement::kAbortedKind));
  const Guardian* guardian = now().guardian(claim.guardian);
  if (guardian == nullptr) {
    throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.");
  }
  (void)by(statement::kAbortedKind, guardian->signing_key);
  require_here(claim.header);
  return nothing(claim.header);
}

Judged Judge::batch() const {
  const statement::Batch claim = statement::parse_batch(claimed("batch"));
  const statement::Batch batch = statement::parse_batch(by_provider("batch", claim.provider));
  require_here(batch.header);
  require_in_force({.instruction = batch.instruction,
                    .domain = batch.domain,
                    .provider = batch.provider,
                    .collection = batch.collection},
                   batch.header.made);
  return {.id = batch.header.id, .effect = [id = batch.instruction](Register& log, const Standing&) {
            ++log.instructions_.at(id).uses.batches;
          }};
}

Judged Judge::submission() const {
  const statement::Submission claim = statement::parse_submission(claimed("submission"));
  const auto submission = statement::parse_submission(by_provider("submission", claim.provider));
  require_here(submission.header);
  const Instruction& order = *known(submission.instruction).instruction;
  require_in_force({.instruction = submission.instruction,
                    .mode = order.mode,
                    .domain = order.domain,
                    .provider = submission.provider,
                    .collection = submission.collection,
                    .collection_sha256 = &submission.collection_sha256},
                   submission.header.made);
  if (submission.opt_out != order.opt_out) {
    throw base::Error("CND-2043", "The submission is under another opt-out regime than its instruction.");
  }
  return {.id = submission.header.id, .effect = [submission](Register& log, const Standing&) {
            InstructionEntry& entry = log.instructions_.at(submission.instruction);
            ++entry.uses.submissions;
            entry.providers_used.insert(submission.provider);
            if (submission.acceptance == statement::Agreement::kCompelled) {
              entry.compelled[submission.provider] = submission.legal_notice;
            }
          }};
}

Judged Judge::receipt() const {
  const auto receipt = statement::parse_receipt(by_hub("receipt"));
  require_here(receipt.header);
  return nothing(receipt.header);
}

Judged Judge::sealing_key() const {
  const auto key = statement::parse_sealing_key(by_hub("sealing-key"));
  require_here(key.header);
  return nothing(key.header);
}

Judged Judge::run() const {
  const statement::Run run = statement::parse_run(by_hub("run"));
  require_here(run.header);
  const Instruction& order = *known(run.instruction).instruction;
  require_in_force({.instruction = run.instruction,
                    .mode = order.mode,
                    .domain = order.domain,
                    .collection = run.collection,
                    .measures = run.measures},
                   run.header.made);
  return {.id = run.header.id, .effect = [id = run.instruction](Register& log, const Standing& standing) {
            ++log.instructions_.at(id).uses.runs;
            log.runs_.emplace(standing.leaf, id);
          }};
}

Judged Judge::result() const {
  const statement::Result result = statement::parse_result(by_hub("result"));
  require_here(result.header);
  const auto run = log_.runs_.find(result.run);
  if (run == log_.runs_.end()) {
    throw base::Error("CND-2044", "The result is of a run that the log does not have, or that has a result.");
  }
  return {.id = result.header.id,
          .effect = [leaf = result.run, id = run->second](Register& log, const Standing&) {
            ++log.instructions_.at(id).uses.results;
            log.results_[leaf] = id;
            log.runs_.erase(leaf);
          }};
}

Judged Judge::release() const {
  const statement::Release release = statement::parse_release(by("release", now().producer_key));
  require_here(release.header);
  const Instruction& order = *known(release.instruction).instruction;
  require_in_force({.instruction = release.instruction, .mode = order.mode, .domain = order.domain},
                   release.header.made);
  const auto result = log_.results_.find(release.run);
  if (result == log_.results_.end() || result->second != release.instruction) {
    throw base::Error("CND-2045", "The release is of a run that has no result, or of another instruction's.");
  }
  return {.id = release.header.id, .effect = [release](Register& log, const Standing& standing) {
            InstructionEntry& entry = log.instructions_.at(release.instruction);
            ++entry.uses.releases;
            entry.releases.push_back({standing, release});
          }};
}

Judged Judge::refusal() const {
  const auto refusal = statement::parse_refusal(by_one_of("refusal", parties()));
  require_here(refusal.header);
  return {.id = refusal.header.id, .effect = [refusal](Register& log, const Standing&) {
            RefusalCount& count =
                log.refusals_[{refusal.instruction, refusal.code, refusal.role, refusal.act}];
            count.since = count.times == 0 ? refusal.since : std::min(count.since, refusal.since);
            count.until = std::max(count.until, refusal.until);
            count.times += refusal.times;
            if (!refusal.instruction) return;
            const auto found = log.instructions_.find(*refusal.instruction);
            if (found != log.instructions_.end()) found->second.uses.refusals += refusal.times;
          }};
}

Judged Judge::erasure() const {
  const auto erasure = statement::parse_erasure(by_hub("erasure"));
  require_here(erasure.header);
  (void)known(erasure.instruction);
  return {.id = erasure.header.id, .effect = [erasure](Register& log, const Standing& standing) {
            InstructionEntry& entry = log.instructions_.at(erasure.instruction);
            ++entry.uses.erasures;
            if (erasure.what == statement::ErasureGround::kExpiry) {
              entry.expiry_erasures.push_back({standing, erasure});
            }
          }};
}

Judged Judge::incident() const {
  const auto incident = statement::parse_incident(by_one_of("incident", parties()));
  require_here(incident.header);
  return {.id = incident.header.id, .effect = [incident](Register& log, const Standing& standing) {
            log.incidents_.push_back({standing, incident});
          }};
}

Judged Judge::sealed() const {
  const auto [payload, signers] = by_controllers("sealed");
  require_votes(signers);
  const statement::Sealed sealed = statement::parse_sealed(payload);
  require_here(sealed.header);
  return {.id = sealed.header.id, .effect = [sealed](Register& log, const Standing& standing) {
            log.sealed_.push_back({standing, sealed, false});
          }};
}

Judged Judge::opening() const {
  const statement::Opening opening = statement::parse_opening(by_one_of("opening", parties()));
  require_here(opening.header);
  const auto sealed = std::ranges::find(log_.sealed_, opening.sealed, &SealedEntry::leaf);
  if (sealed == log_.sealed_.end()) {
    throw base::Error("CND-2046", "The opening is of a sealed entry that the log does not have.");
  }
  statement::verify_opening(opening, sealed->sealed, sealed->leaf);
  return {.id = opening.header.id, .effect = [leaf = opening.sealed](Register& log, const Standing&) {
            std::ranges::find(log.sealed_, leaf, &SealedEntry::leaf)->opened = true;
          }};
}

Judged Judge::head() const {
  std::vector<crypto::SigningPublicKey> keys{now().hub.signing_key};
  for (const Guardian& one : now().guardians) keys.push_back(one.signing_key);
  const statement::Head head = statement::parse_head(by_one_of("head", keys));
  require_here(head.header);
  const log::SignedCheckpoint checkpoint = log::parse_checkpoint(head.checkpoint);
  const log::CheckpointVerdict verdict = log::judge_checkpoint(log_policy(now()), checkpoint);
  const std::int64_t time = log::lower_median_time(verdict.cosigned);
  const std::uint64_t covered = checkpoint.checkpoint.head.size;
  if (!verdict.holds() || checkpoint.checkpoint.origin != now().log() || covered > log_.size() ||
      covered < log_.known_size_ || time < log_.log_time()) {
    throw base::Error("CND-2047", "The checkpoint in the head does not hold, or is older than one before.");
  }
  return {.id = head.header.id, .effect = [time, covered](Register& log, const Standing&) {
            log.log_time_ = time;
            log.known_size_ = covered;
            const auto know = [&](Standing& one) {
              if (!one.known_since && one.index < covered) one.known_since = time;
            };
            for (CharterEntry& one : log.charters_) know(one);
            for (auto& [id, one] : log.instructions_) know(one);
            for (CollectionEntry& one : log.collections_) know(one);
          }};
}

Judged Judge::opt_out_figures() const {
  const auto claim = statement::parse_opt_out_figures(claimed("opt-out-figures"));
  const auto figures = statement::parse_opt_out_figures(by_provider("opt-out-figures", claim.provider));
  require_here(figures.header);
  return nothing(figures.header);
}

namespace {

struct Row {
  std::string_view kind;
  Judged (Judge::*judge)() const;
};
constexpr std::array kRows = {Row{"batch", &Judge::batch},
                              Row{"submission", &Judge::submission},
                              Row{"receipt", &Judge::receipt},
                              Row{"charter", &Judge::charter},
                              Row{"collection", &Judge::collection},
                              Row{"instruction", &Judge::instruction},
                              Row{"acceptance", &Judge::acceptance},
                              Row{"objection", &Judge::objection},
                              Row{"revocation", &Judge::revocation},
                              Row{"ceremony", &Judge::ceremony},
                              Row{"ceremony-aborted", &Judge::ceremony_aborted},
                              Row{"sealing-key", &Judge::sealing_key},
                              Row{"run", &Judge::run},
                              Row{"result", &Judge::result},
                              Row{"release", &Judge::release},
                              Row{"refusal", &Judge::refusal},
                              Row{"erasure", &Judge::erasure},
                              Row{"incident", &Judge::incident},
                              Row{"sealed", &Judge::sealed},
                              Row{"opening", &Judge::opening},
                              Row{"head", &Judge::head},
                              Row{"opt-out-figures", &Judge::opt_out_figures}};

}  // namespace

Judged judge_entry(const Register& log, std::string_view envelope, std::string_view body) {
  const statement::Kind& kind = statement::statement_kind(envelope);
  const auto row = std::ranges::find(kRows, kind.name, &Row::kind);
  if (row == kRows.end()) {
    throw base::Error("CND-2040", "Statements of this kind are no entries of the log.")
        .with("kind", base::Label(kind.name));
  }
  return (Judge(log, envelope, body).*row->judge)();
}

statement::Revocation judge_revocation(const Register& log, std::string_view envelope) {
  return Judge(log, envelope, "").parsed_revocation();
}

std::string judged_kind(std::string_view envelope) {
  try {
    return std::string(statement::statement_kind(envelope).name);
  } catch (const base::Error&) {
    return "";
  }
}

}  // namespace candour::instruction
