// The log as a node has it: its own copy, the register folded from it, and how fresh both are. Every node
// asks this and nobody else whether an instruction is in force: a provider before it sends, a guardian before
// it evaluates, the hub before it stores, runs or releases.
//
// What the log says is redacted is taken away here, at the hub as at who follows it.
//
// A node that cannot bring its copy up to date has no fresh checkpoint, so that nothing is in force for it.
// From any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/instruction/register.h"
#include "candour/instruction/verdict.h"
#include "candour/log/entry_index.h"
#include "candour/log/mirror.h"
#include "candour/log/store.h"
#include "candour/pseudonym/guardian_log.h"
#include "candour/pseudonym/quota.h"

namespace candour::node {

/// The first version of the charter, out of the folder that a configuration names: all that a node needs to
/// find the log. Errors: CND-1002; CND-2011 (it is not the one that is pinned); those of parse_charter.
[[nodiscard]] std::shared_ptr<const instruction::Charter> pinned_charter(const base::Disk& disk,
                                                                         const std::filesystem::path& folder,
                                                                         const base::Digest& federation);

class LogView final : public pseudonym::GuardianLog {
 public:
  /// Brings the store's published head forward, at the nodes of the charter in force, as far as a checkpoint
  /// of those who are believed; nothing where there is nobody to ask, as at the hub.
  using Follow = std::function<log::Followed(const instruction::Charter& now, const log::Trusted& whom)>;
  /// A body that an entry names; nothing where it cannot be had.
  using BodyOf = std::function<std::optional<std::string>(const base::Digest&)>;
  struct Parts {
    const base::Clock& clock;
    log::Store& store;
    std::shared_ptr<const instruction::Charter> first;
    Follow follow;
    BodyOf body_of;
  };
  /// Folds what the store has published. Errors: those of refresh(), but for follow's.
  explicit LogView(Parts parts);

  /// Brings the copy up to date and folds what is new: in steps, where the charter that came has other
  /// witnesses, each believed on the word of those before. Errors: those of `follow`; CND-2017 (a body that
  /// an entry names cannot be had); CND-2453, CND-2156 and those of verify_ceremony (the charter's keys are
  /// not those of their ceremony). After an error what earlier steps brought stays; of the one that failed
  /// nothing does, and the time of the witnesses is that of the newest checkpoint that was folded, so that
  /// what is in force has its end in sight.
  void refresh();
  /// The same where the newest checkpoint is older than so many seconds.
  void refresh_if_older(std::int64_t seconds);

  /// What the log says is binding.
  [[nodiscard]] std::shared_ptr<const instruction::Register> now() const;
  /// The node's clock, and the witnesses': 0 where the newest checkpoint lacks the quorum in force.
  [[nodiscard]] instruction::Moment moment() const;
  [[nodiscard]] log::Store& store() { return parts_.store; }

  /// A revocation that was handed to this node: it takes effect at once, whatever a refresh is waiting for.
  /// What the log says of entries before it stays as it is for everybody. Errors: those of Register::hand_in.
  void hand_in(std::string_view revocation);
  /// The entry that binds and has this once_id(); nothing where there is none.
  [[nodiscard]] std::optional<std::string> entry_with(const statement::Id& once_id) const;

  // GuardianLog. charter() is the first version while the log is empty.

  [[nodiscard]] std::shared_ptr<const instruction::Charter> charter() override;
  [[nodiscard]] instruction::Verdict judge(const instruction::Act& act) override;
  void look_for(const base::Digest& leaf) override;
  void require_entered(const instruction::Provider& provider, const statement::Batch& batch,
                       const base::Digest& leaf, std::int64_t now) override;
  [[nodiscard]] std::uint64_t used_since(std::string_view provider, std::int64_t since) override;
  [[nodiscard]] std::string checkpoint() override;

  /// Every entry that was folded, in the log's order, for who looks for what the register does not keep.
  void each_entry(const log::EachEntry& each) const;

 private:
  void fold();
  void follow();
  void redact();
  [[nodiscard]] log::Trusted believed(std::int64_t time) const;
  [[nodiscard]] std::shared_ptr<const instruction::Register> with_handed_in() const;

  const Parts parts_;
  std::mutex refresh_mutex_;  ///< one refreshes at a time
  mutable std::mutex mutex_;  ///< over what follows; never held while another node is asked
  std::shared_ptr<const instruction::Register> folded_;    ///< of the entries alone
  std::shared_ptr<const instruction::Register> register_;  ///< with what was handed in
  std::vector<std::string> handed_in_;
  /// The checkpoint that was the newest when all entries under it were folded. What time it is by it: fresh
  /// is a view that has read what it is fresh of, so that an entry that cannot be read blinds nobody.
  std::string folded_note_;
  log::EntryIndex ids_;  ///< SHA-256 of the ids of all entries that bind
  pseudonym::Quota quota_;
};

}  // namespace candour::node
