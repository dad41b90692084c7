// Opt-outs as a provider's vault knows them: which numbers were asked about, what the Check for National Data
// Opt-outs service answered, and the practice's own list of Type 1 opt-outs.
//
// Nothing is stored against a record. The answer is a cache, as the national policy allows one: keyed digests
// of the numbers that were asked about and a bit for each, valid for 21 days from the request, replaced as a
// whole by the next answer, and forgotten when it is over. docs/reference/formats/vault.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/collection/collection.h"
#include "candour/vault/opt_out_filter.h"
#include "candour/vault/vault.h"

namespace candour::vault {

inline constexpr std::int64_t kCheckValidSeconds = std::int64_t{21} * 24 * 3600;

/// A request of a clock that was further ahead would be valid for too long: it is as good as over.
inline constexpr std::int64_t kCheckClockToleranceSeconds = 300;

/// A question to the service, kept for good: no number is in it.
struct OptOutRequest {
  std::string mailbox;
  std::int64_t made = 0;             ///< seconds since 1970
  std::uint32_t first_sequence = 1;  ///< of its files in the month
  std::uint32_t files = 1;
  std::uint64_t numbers = 0;
  base::Digest sha256{};                   ///< of all its lines
  std::optional<std::int64_t> answered{};  ///< seconds since 1970
  std::optional<std::uint64_t> may_go{};   ///< how many numbers the answer holds
  [[nodiscard]] std::vector<std::string> file_names() const;
  [[nodiscard]] std::int64_t valid_until() const { return made + kCheckValidSeconds; }
};

/// A table of a collection that a check is for.
struct CheckedTable {
  const collection::Collection& collection;
  const collection::Table& table;
};

/// A practice's list of Type 1 opt-outs.
struct Type1List {
  base::Date drawn_up{};
  std::uint64_t numbers = 0;
};

struct OptOutState {
  std::optional<OptOutRequest> waiting;  ///< the newest request, if it has no answer yet
  std::optional<OptOutRequest> check;    ///< whose answer is in use
  std::optional<Type1List> type1;
};

/// The service's answer, while its files are read; nothing of it counts before OptOuts::accept.
class OptOutAnswer {
 public:
  /// Reads one file. Errors: CND-2607 (it is not named as one of the newest request's files, or was read
  /// already), CND-2603 (a line's form), CND-2604 (a number that was not asked about), CND-2605 (one that
  /// stands twice), CND-2606 (the service could not use the request), CND-1002, CND-1007.
  void read(const base::Disk& disk, const std::filesystem::path& path);

 private:
  friend class OptOuts;
  OptOutAnswer(std::int64_t id, const OptOutRequest& request, NumberDigests asked);
  std::int64_t id_;
  NumberDigests asked_;
  base::Bytes may_go_;
  std::uint64_t count_ = 0;
  std::set<std::string> missing_;  ///< names of files that were not read yet
};

/// Rows of a slice that do not go where the opt-out applies.
struct LeftOut {
  std::uint64_t national = 0, type1 = 0, waiting = 0, without_number = 0;
  [[nodiscard]] std::uint64_t rows() const { return national + type1 + waiting + without_number; }
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};
/// What a filter makes of a slice. A person may have many rows: how many people there are is what may be
/// told.
struct SliceLeftOut {
  LeftOut rows{};
  std::uint64_t national_people = 0, type1_people = 0;
  base::Digest fingerprint{};  ///< keyed, of which rows go
};
/// The same as they were when the slice was last sent.
struct KeptLeftOut {
  Slice slice;
  LeftOut left_out;
  std::int64_t at = 0;  ///< seconds since 1970
  friend bool operator==(const KeptLeftOut&, const KeptLeftOut&) = default;
};

/// Works on a vault, which outlives it, and not during a load. Errors of every call: those of Vault.
class OptOuts {
 public:
  explicit OptOuts(Vault& vault) : vault_(vault) {}

  /// Writes the files for the service into `folder`, mode 0600: every number of the tables' rows, ascending,
  /// each once. What it was is in the vault before the files are; a request without an answer is given up.
  /// Errors: CND-2601 (no row has a number), CND-2602 (the mailbox), CND-2613 (9,999 files in a month),
  /// CND-1003 to CND-1005.
  OptOutRequest ask(base::Disk& disk, const std::filesystem::path& folder,
                    const std::vector<CheckedTable>& tables, std::string_view mailbox, std::int64_t now,
                    base::Random& random, std::size_t numbers_a_file = kNumbersAFile);

  /// Errors: CND-2608 (no request waits for an answer, or it is older than 21 days).
  [[nodiscard]] OptOutAnswer begin_answer(std::int64_t now);
  /// From now on this answer counts and no other; durable, whole or not at all. An answer may be given again.
  /// Errors: CND-2609 (a file of the request has no answer).
  OptOutRequest accept(const OptOutAnswer& answer, std::int64_t now);

  /// Replaces the practice's list. Errors: CND-2612, CND-2615 (it is drawn up after `today`, or before the
  /// list that the vault has).
  Type1List replace_type1(const base::Disk& disk, const std::filesystem::path& path, base::Date drawn_up,
                          base::Date today, base::Random& random);

  /// Removes what is over at `now`: answers and requests of more than 21 days; durable.
  void forget_expired(std::int64_t now);
  [[nodiscard]] OptOutState state() const;

  /// Errors: CND-2610 (there was no check yet), CND-2611 (the last one is over).
  [[nodiscard]] OptOutFilter filter(std::int64_t now) const;

  /// Counts the rows of a slice that `filter` leaves out, and the people whose they are.
  [[nodiscard]] SliceLeftOut left_out(const collection::Table& table, const Slice& slice,
                                      const OptOutFilter& filter) const;
  /// Keeps the counts of a slice that the vault has, in the place of earlier ones; durable.
  void keep_left_out(const KeptLeftOut& counts);
  /// By collection, table and period.
  [[nodiscard]] std::vector<KeptLeftOut> kept_left_out() const;

 private:
  [[nodiscard]] IdentifiableNumbers numbers_of(const std::vector<CheckedTable>& tables) const;
  [[nodiscard]] std::uint32_t next_sequence(std::int64_t now) const;
  Vault& vault_;
};

}  // namespace candour::vault
