// The two folders of a guardian in a ceremony: the one that goes round, on a shared drive, a stick or by any
// copying, and its own. Each message is a file that is made once and never replaced. A guardian keeps a copy
// of all that it has seen, so that nobody can give it a second version later, and its own messages are kept
// before they are shown.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "candour/base/disk.h"
#include "candour/pseudonym/ceremony_judge.h"

namespace candour::pseudonym {

/// So large may a message be that two of them fit into a record of an aborted ceremony, as its evidence.
inline constexpr std::uint64_t kMessageAtMostBytes = 22'000;

/// The name of a message's file: "commit-2.dsse", "deal-2.dsse", "complaint-2.dsse", "sign-2.dsse",
/// "aborted-2.dsse".
[[nodiscard]] std::string message_file(std::string_view kind, crypto::ShareIndex guardian);

/// Makes a finished file, or makes one of an earlier run durable. Errors: those of Disk.
void store_once(base::Disk& disk, const std::filesystem::path& path, std::string_view bytes,
                base::Access access);

class CeremonyFolder {
 public:
  /// All outlive it.
  CeremonyFolder(base::Disk& disk, const std::filesystem::path& shared, const std::filesystem::path& own,
                 const statement::CeremonyPlan& plan, const instruction::Charter& charter)
      : disk_(disk), shared_(shared), own_(own), plan_(plan), charter_(charter) {}

  /// The message of a guardian, or nothing where it is not there yet. It is kept, and judged alone; a second
  /// version in the shared folder is noted as blame. Errors: CND-2153, CND-2161 (both with the file),
  /// CND-1007.
  [[nodiscard]] const statement::CeremonyEvidence* receive(std::string_view kind,
                                                           crypto::ShareIndex guardian);

  /// Shows a message of this guardian: the one that it kept, or the one that `make` gives, kept before it is
  /// shown. Errors: CND-2152 (another run of this guardian showed another), those of Disk.
  void publish(std::string_view kind, crypto::ShareIndex guardian, const std::function<std::string()>& make);

  [[nodiscard]] bool has_own(std::string_view file) const { return disk_.exists(own_ / file); }
  [[nodiscard]] bool is_shown(std::string_view file) const { return disk_.exists(shared_ / file); }
  /// The first fault that was seen.
  [[nodiscard]] const std::optional<Blame>& blame() const { return blame_; }
  void note(std::optional<Blame> blame) {
    if (blame && !blame_) blame_ = std::move(blame);
  }

 private:
  [[nodiscard]] std::optional<std::string> load(const std::filesystem::path& path) const;
  void judge_file(const std::filesystem::path& path,
                  const std::vector<statement::CeremonyEvidence>& messages);

  base::Disk& disk_;
  const std::filesystem::path& shared_;
  const std::filesystem::path& own_;
  const statement::CeremonyPlan& plan_;
  const instruction::Charter& charter_;
  std::map<std::string, statement::CeremonyEvidence> received_;
  std::optional<Blame> blame_;
};

}  // namespace candour::pseudonym
