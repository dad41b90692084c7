// The hub's lake, table by table: what was submitted of a collection's table is in `LAKE/COLLECTION-TABLE`.
// Its columns are `pseudonym` and those that are left of the table after minimisation.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/instruction/register.h"
#include "candour/lake/lake.h"
#include "candour/measure/counts.h"
#include "candour/statement/submission.h"
#include "candour/submission/manifest.h"
#include "candour/submission/receipt.h"

namespace candour::node {

/// Tags of a slice's file.
inline constexpr const char* kInstructionTag = "instruction";
inline constexpr const char* kRowsRefusedTag = "rows_refused";
inline constexpr const char* kNilTag = "nil";  ///< "true" or "false"

/// Where a table's files are.
[[nodiscard]] std::filesystem::path lake_folder(const std::filesystem::path& lake,
                                                std::string_view collection, std::string_view table);
/// The columns of a table of the lake.
[[nodiscard]] table::Schema lake_schema(const collection::Table& table);

/// One table, for the hub's threads. Commits are one after another.
class LakeTable {
 public:
  /// Opens the table, or makes it, and removes what no commit names. What is referred to outlives it. Errors:
  /// those of lake::Table::create.
  LakeTable(lake::Table::Surroundings surroundings, const base::Clock& clock,
            const std::filesystem::path& lake, const collection::Collection& collection,
            const collection::Table& table);

  [[nodiscard]] const collection::Table& table() const { return table_; }
  [[nodiscard]] const collection::Collection& collection() const { return collection_; }

  /// What the table holds of a slice now.
  [[nodiscard]] std::optional<submission::SliceNow> slice_now(const std::string& provider,
                                                              const std::string& period);
  /// The commit of a submission, also of one that was replaced since.
  [[nodiscard]] std::optional<submission::StoredSlice> find(const submission::Identity& identity);
  /// Stores a submission's rows, once. So many rows of the slice were refused at the provider, as its package
  /// says. Errors: those of lake::Table::replace_slice.
  [[nodiscard]] submission::StoredSlice store(const statement::Submission& manifest,
                                              const submission::Identity& identity,
                                              std::uint64_t rows_refused, table::ChunkSource& rows);
  /// As erase_instruction.
  [[nodiscard]] lake::TaggedErasure erase(const statement::Id& instruction);
  [[nodiscard]] lake::Snapshot snapshot();
  /// Why the newest checkpoint was not used when the table was opened.
  [[nodiscard]] const std::optional<base::Error>& checkpoint_problem() const {
    return lake_.checkpoint_problem();
  }

 private:
  [[nodiscard]] submission::StoredSlice stored(const lake::Commit& commit);
  const base::Clock& clock_;
  const collection::Collection& collection_;
  const collection::Table& table_;
  std::mutex mutex_;
  lake::Table lake_;
};

/// A table whose files a lake has.
struct StoredTable {
  std::string collection, table;
  std::filesystem::path folder;
};

/// Every one of them: of these collections, and of those that the log has submissions of, since the rows of a
/// collection that the configuration no longer names are there still. By their names.
[[nodiscard]] std::vector<StoredTable> tables_of_lake(const base::Disk& disk,
                                                      const std::filesystem::path& lake,
                                                      const std::vector<collection::Collection>& collections,
                                                      const instruction::Register& log);

/// Which slices of a lake are meant: what an instruction brought for a period. Rows of another instruction
/// are not this one's to compute over, whatever they are of.
struct LakeSlices {
  std::filesystem::path lake;
  statement::Id instruction{};
  collection::Period period;
};
/// These slices of each table, a line each: "TABLE SUBMITTER REVISION SUBMISSION". Errors: those of
/// lake::Table::open.
[[nodiscard]] std::string slices_of_lake(lake::Table::Surroundings surroundings, const LakeSlices& slices,
                                         const collection::Collection& collection);

/// Deletes all that an instruction brought to a table, of every version. The versions that it gives count
/// submissions, as those of receipts do. Errors: those of lake::Table::erase_tagged.
[[nodiscard]] lake::TaggedErasure erase_instruction(lake::Table& table, const statement::Id& instruction,
                                                    std::int64_t now);

/// A measure's local step over these slices of each provider: the same counts that the providers would make
/// themselves, but for rows that an erasure order wants gone. Of the newest version; sorted by provider.
/// Errors: those of compute_counts and of lake::Table.
[[nodiscard]] std::vector<measure::Counts> counts_of_lake(lake::Table::Surroundings surroundings,
                                                          const LakeSlices& slices,
                                                          const collection::Collection& collection,
                                                          const collection::Measure& measure);

}  // namespace candour::node
