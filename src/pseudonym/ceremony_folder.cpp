#include "candour/pseudonym/ceremony_folder.h"

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {

using statement::CeremonyEvidence;

std::string message_file(std::string_view kind, crypto::ShareIndex guardian) {
  constexpr std::string_view kPrefix = "ceremony-";
  const std::string_view round = kind == statement::kCeremonyKind ? "sign" : kind.substr(kPrefix.size());
  return std::string(round) + "-" + std::to_string(guardian) + ".dsse";
}

void store_once(base::Disk& disk, const std::filesystem::path& path, std::string_view bytes,
                base::Access access) {
  if (disk.exists(path)) return disk.settle(path);
  try {
    disk.store_new(path, bytes, access);
  } catch (const base::Error& error) {
    // Another guardian's machine was faster.
    if (error.code() != base::ErrorCode("CND-1005")) throw;
  }
}

std::optional<std::string> CeremonyFolder::load(const std::filesystem::path& path) const {
  if (!disk_.exists(path)) return std::nullopt;
  return base::load_text(disk_, path, kMessageAtMostBytes);
}

// What judge() refuses is said with the file, which people can look at.
void CeremonyFolder::judge_file(const std::filesystem::path& path,
                                const std::vector<CeremonyEvidence>& messages) {
  try {
    note(judge(plan_, charter_, messages));
  } catch (const base::Error& error) {
    const crypto::ShareIndex guardian = messages.back().guardian;
    if (error.code() == base::ErrorCode("CND-2161")) {
      throw base::Error("CND-2161", "A message is not signed by the guardian that it is named for.")
          .with("path", path)
          .with("guardian", guardian);
    }
    if (error.code() == base::ErrorCode("CND-2153")) {
      throw base::Error("CND-2153", "The message is of another ceremony.")
          .with("path", path)
          .with("guardian", guardian);
    }
    throw;
  }
}

const CeremonyEvidence* CeremonyFolder::receive(std::string_view kind, crypto::ShareIndex guardian) {
  const std::string file = message_file(kind, guardian);
  if (const auto found = received_.find(file); found != received_.end()) return &found->second;
  std::optional<std::string> kept = load(own_ / file);
  const std::optional<std::string> shown = load(shared_ / file);
  if (!kept && !shown) return nullptr;
  const bool is_new = !kept;
  const CeremonyEvidence& message =
      received_[file] = {guardian, std::string(kind), is_new ? *shown : *std::move(kept)};
  judge_file((is_new ? shared_ : own_) / file, {message});
  if (shown && *shown != message.envelope) {
    judge_file(shared_ / file, {message, {guardian, std::string(kind), *shown}});
  }
  if (is_new) store_once(disk_, own_ / file, message.envelope, base::Access::kPrivate);
  return &message;
}

void CeremonyFolder::publish(std::string_view kind, crypto::ShareIndex guardian,
                             const std::function<std::string()>& make) {
  const std::string file = message_file(kind, guardian);
  const auto refuse_other = [&] {
    throw base::Error("CND-2152",
                      "Another run of this guardian has taken part, and this one does not know of it.")
        .with("path", shared_ / file);
  };
  if (!has_own(file)) {
    if (is_shown(file)) refuse_other();
    store_once(disk_, own_ / file, make(), base::Access::kPrivate);
  } else {
    disk_.settle(own_ / file);
  }
  const std::string message = base::load_text(disk_, own_ / file, statement::kEnvelopeAtMostBytes);
  store_once(disk_, shared_ / file, message, base::Access::kPublic);
  if (base::load_text(disk_, shared_ / file, statement::kEnvelopeAtMostBytes) != message) refuse_other();
}

}  // namespace candour::pseudonym
