#include <algorithm>

#include "candour/instruction/judge_statement.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/opt_out_ground.h"
#include "candour/instruction/succession.h"
#include "candour/log/policy.h"
#include "candour/statement/ceremony.h"
#include "candour/statement/head.h"
#include "candour/statement/run.h"

// What governs: charters, collections, instructions and what is said of them, key ceremonies, sealed entries,
// and the heads by which the log tells the time.
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

Judged Judge::charter() const {
  const statement::Envelope& envelope = of_kind(kCharterKind);
  // A stranger's long list is not read: somebody of the version before has signed, or it is version 1.
  if (!log_.charters().empty()) {
    std::vector<crypto::SigningPublicKey> keys;
    for (const Controller& one : log_.charters().back().charter->controllers) keys.push_back(one.key);
    if (statement::signers_of(envelope, keys).empty()) {
      throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.");
    }
  }
  auto next = std::make_shared<const Charter>(parse_charter(envelope.payload, body_));
  std::int64_t delay = 0;
  if (log_.charters().empty()) {
    require_founded(envelope, *next, log_.federation());
  } else {
    const Charter& before = *log_.charters().back().charter;
    require_succession(envelope, before, *next);
    // Of those that wait, one may come into force together with those before it.
    for (std::size_t i = log_.in_force_; i < log_.charters_.size(); ++i) {
      require_shared_witness(*log_.charters_[i].charter, *next);
    }
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

std::string Judge::by_party(std::string_view kind, std::string_view name) const {
  std::vector<crypto::SigningPublicKey> keys;
  const auto add = [&](std::string_view of, const crypto::SigningPublicKey& key) {
    if (of == name) keys.push_back(key);
  };
  add(now().hub.name, now().hub.signing_key);
  for (const Controller& one : now().controllers) add(one.name, one.key);
  for (const Guardian& one : now().guardians) add(one.name, one.signing_key);
  for (const Provider& one : now().providers) add(one.code, one.signing_key);
  return by_one_of(kind, keys);
}

Judged Judge::objection() const {
  const statement::Objection claim = statement::parse_objection(claimed("objection"));
  const statement::Objection objection = statement::parse_objection(by_party("objection", claim.party));
  require_here(objection.header);
  (void)known(objection.instruction);
  return {.id = objection.header.id, .effect = [objection](Register& log, const Standing& standing) {
            log.instructions_.at(objection.instruction).objections.push_back({standing, objection});
            log.texts_.push_back({standing, "objection", objection.reasons});
          }};
}

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
            log.texts_.push_back({standing, "revocation", revocation.why});
          }};
}

Judged Judge::ceremony() const {
  const statement::Envelope& envelope = of_kind(statement::kCeremonyKind);
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

Judged Judge::sealed() const {
  const auto [payload, signers] = by_controllers("sealed");
  require_votes(signers);
  const statement::Sealed sealed = statement::parse_sealed(payload);
  require_here(sealed.header);
  return {.id = sealed.header.id, .effect = [sealed](Register& log, const Standing& standing) {
            log.sealed_.push_back({standing, sealed, std::nullopt});
          }};
}

Judged Judge::opening() const {
  const statement::Opening opening = statement::parse_opening(by_one_of("opening", controllers()));
  require_here(opening.header);
  const auto sealed = std::ranges::find(log_.sealed_, opening.sealed, &SealedEntry::leaf);
  if (sealed == log_.sealed_.end()) {
    throw base::Error("CND-2046", "The opening is of a sealed entry that the log does not have.");
  }
  statement::verify_opening(opening, sealed->sealed, sealed->leaf);
  return {.id = opening.header.id, .effect = [opening](Register& log, const Standing& standing) {
            const auto opened = std::ranges::find(log.sealed_, opening.sealed, &SealedEntry::leaf);
            opened->opening = {standing, opening};
            const auto incident = statement::opened_incident(opening);
            if (incident) log.texts_.push_back({standing, "opening", incident->text});
            if (opened->sealed.of != statement::SealedKind::kRun) return;
            const auto order = log.instructions_.find(statement::parse_run(opening.payload).instruction);
            if (order != log.instructions_.end()) ++order->second.uses.opened_runs;
          }};
}

// Only free texts can be taken away: what else lies beside the log is what a statement needs to bind.
Judged Judge::redaction() const {
  const auto [payload, signers] = by_controllers("redaction");
  require_votes(signers);
  const statement::Redaction redaction = statement::parse_redaction(payload);
  require_here(redaction.header);
  const auto text = std::ranges::find_if(log_.texts_, [&](const TextEntry& one) {
    return one.leaf == redaction.entry && one.text == redaction.text;
  });
  if (text == log_.texts_.end()) {
    throw base::Error("CND-2582", "The redaction is of no free text that the entry commits to.");
  }
  return {
      .id = redaction.header.id,
      .effect = [redaction, index = text->index, kind = text->kind](Register& log, const Standing& standing) {
        log.redactions_.push_back({standing, redaction, index, kind});
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

}  // namespace candour::instruction
