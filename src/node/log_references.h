// What the entries of a log owe to each other: ids that are used once, batches that one submission uses,
// receipts that answer one, runs that get a result. The register asks this of no statement, because the
// log's admission and the hub do; who audits or watches them looks again.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/instruction/register.h"
#include "candour/node/log_audit.h"

namespace candour::node {

/// After so long a run without its result raises an alarm, a batch without its submission, and what an
/// instruction brought without its erasure.
inline constexpr std::int64_t kPromiseSeconds = 86'400;

class LogReferences {
 public:
  /// Takes the next entry that binds (the register has no problem with it), and gives what is wrong with it.
  /// `after`, in unix seconds, is a time when the witnesses had signed the log without it; 0 where none is
  /// known. What is made and entered at once (a batch, a run) or within a day (a submission, erasure orders)
  /// may not say that it was made long before.
  [[nodiscard]] std::vector<AuditFinding> take(std::uint64_t index, std::string_view entry,
                                               std::int64_t after);
  /// Ids that several entries have. It sorts them: called at the end.
  [[nodiscard]] std::vector<AuditFinding> repeated_ids();
  /// What is overdue at `now`, in unix seconds: runs, batches, the register's sealed
  /// entries, and what instructions brought whose retention has ended.
  [[nodiscard]] std::vector<AuditFinding> overdue(const instruction::Register& log, std::int64_t now) const;

 private:
  struct Batch {
    std::uint64_t index = 0;
    std::int64_t made = 0;
    statement::Id instruction{};
    std::string provider, collection;
    bool is_used = false;
  };
  struct Run {
    std::uint64_t index = 0;
    std::int64_t made = 0;
  };
  [[nodiscard]] std::vector<AuditFinding> refer(std::uint64_t index, std::string_view entry,
                                                std::string_view kind, const statement::Header& header,
                                                std::string_view payload);
  [[nodiscard]] std::vector<AuditFinding> take_submission(std::uint64_t index, std::string_view entry,
                                                          std::string_view payload);
  [[nodiscard]] std::vector<AuditFinding> take_withdraw(std::uint64_t index, std::string_view entry,
                                                        std::string_view payload);
  /// Uses batches for a statement of this kind; of `expected` what a batch must have for it.
  [[nodiscard]] std::vector<AuditFinding> take_batches(std::uint64_t index, std::string_view kind,
                                                       std::span<const base::Digest> batches,
                                                       const Batch& expected);
  [[nodiscard]] std::vector<AuditFinding> take_receipt(std::uint64_t index, std::string_view payload) const;

  std::vector<std::pair<statement::Id, std::uint64_t>> ids_;
  std::map<base::Digest, Batch> batches_;            ///< by leaf
  std::map<base::Digest, std::string> submissions_;  ///< identity → provider
  std::map<base::Digest, Run> runs_;                 ///< by leaf, without a result
};

}  // namespace candour::node
