#include "candour/instruction/register.h"

#include <algorithm>

#include "candour/instruction/judge.h"
#include "candour/statement/envelope.h"

namespace candour::instruction {

bool InstructionEntry::is_erased(std::string_view collection, std::string_view table) const {
  return std::ranges::any_of(expiry_erasures, [&](const ErasureEntry& one) {
    return one.erasure.collection == collection && one.erasure.table == table;
  });
}

bool InstructionEntry::is_erased() const {
  return !expiry_erasures.empty() && std::ranges::all_of(tables_used, [&](const auto& used) {
    return is_erased(used.first, used.second);
  });
}

std::optional<base::Digest> Register::body_of(std::string_view envelope) {
  if (judged_kind(envelope) != kCharterKind) return std::nullopt;
  try {
    return providers_digest(statement::parse_envelope(envelope, kCharterKind).payload);
  } catch (const base::Error&) {
    return std::nullopt;  // nothing that could be judged
  }
}

statement::Id Register::judge(std::string_view envelope, std::string_view body) const {
  return judge_entry(*this, envelope, body).id;
}

void Register::apply(std::string_view envelope, std::string_view body) {
  const std::uint64_t index = size_;
  try {
    const Judged judged = judge_entry(*this, envelope, body);
    if (judged.effect) judged.effect(*this, {.index = index, .leaf = statement::leaf_hash(envelope)});
  } catch (const base::Error& error) {
    problems_.push_back({.index = index,
                         .kind = judged_kind(envelope),
                         .code = std::string(error.code().view()),
                         .rule = std::string(error.message())});
  }
  ++size_;
  activate(index);
}

void Register::hand_in(std::string_view revocation) {
  const statement::Revocation given = judge_revocation(*this, revocation);
  auto& entry = instructions_.at(given.instruction);
  if (!entry.revocation) entry.revocation = given;
}

const std::shared_ptr<const Charter>& Register::charter() const {
  if (charters_.empty()) {
    throw base::Error("CND-2016", "The log does not begin with the federation's charter.");
  }
  return charters_[in_force_].charter;
}

const CharterEntry& Register::charter_at(std::uint64_t index) const {
  (void)charter();
  std::size_t at = in_force_;
  while (at > 0 && *charters_[at].in_force_from >= index) --at;
  return charters_[at];
}

const InstructionEntry* Register::find(const statement::Id& instruction) const {
  const auto found = instructions_.find(instruction);
  return found == instructions_.end() ? nullptr : &found->second;
}

const CollectionEntry* Register::find(std::string_view collection, const base::Digest& sha256) const {
  const auto found = std::ranges::find_if(collections_, [&](const CollectionEntry& one) {
    return one.collection.name == collection && one.collection.collection_sha256 == sha256;
  });
  return found == collections_.end() ? nullptr : &*found;
}

const RedactionEntry* Register::redacted(const base::Digest& text, std::int64_t at) const {
  const RedactionEntry* longest = nullptr;
  for (const RedactionEntry& one : redactions_) {
    const std::optional<base::Date>& until = one.redaction.until;
    if (one.redaction.text.commitment != text || one.is_over(at)) continue;
    const bool lasts_longer =
        longest != nullptr && longest->redaction.until && (!until || *until > *longest->redaction.until);
    if (longest == nullptr || lasts_longer) longest = &one;
  }
  return longest;
}

std::optional<std::uint64_t> Register::ceremony(const base::Digest& envelope_sha256) const {
  const auto found = ceremonies_.find(envelope_sha256);
  if (found == ceremonies_.end()) return std::nullopt;
  return found->second;
}

bool Register::wants_head(std::int64_t now) const {
  const bool unknown =
      std::ranges::any_of(charters_, [](const CharterEntry& one) { return !one.known_since; }) ||
      std::ranges::any_of(instructions_, [](const auto& one) { return !one.second.known_since; });
  if (unknown || charters_.empty()) return unknown;
  if (size_ - known_size_ >= kHeadEvery) return true;
  if (in_force_ + 1 == charters_.size()) return false;
  const CharterEntry& next = charters_[in_force_ + 1];
  return now >= *next.known_since + next.delay_seconds;
}

// A version takes effect when those before it have, and its delay is over by the log's own time.
void Register::activate(std::uint64_t index) {
  while (in_force_ + 1 < charters_.size() && is_due(charters_[in_force_ + 1], log_time_)) {
    charters_[++in_force_].in_force_from = index;
  }
}

bool Register::is_due(const CharterEntry& next, std::int64_t time) {
  return next.delay_seconds == 0 || (next.known_since && time >= *next.known_since + next.delay_seconds);
}

const std::shared_ptr<const Charter>& Register::charter_due(std::int64_t time) const {
  (void)charter();
  std::size_t due = in_force_;
  while (due + 1 < charters_.size() && is_due(charters_[due + 1], std::max(time, log_time_))) ++due;
  return charters_[due].charter;
}

}  // namespace candour::instruction
