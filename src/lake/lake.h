// A table of the hub's lake: Delta (protocol reader 1, writer 2) on Parquet, in one folder. Rows come and go
// by the slice, which is what one submitter sent for one period; each slice is one file. The log says which
// files are the table at each version, so that any version can be read again.
//
// What it promises, by docs/reference/formats/lake.md:
//
// - a submission is committed once, however often it is sent and by whatever process: its identity stands in
// the
//   commit, and a commit is a file that link() makes, which only one process can;
//
// - what was committed is on disk, and the Commit that is given for it never changes: a receipt is made of
// it;
//
// - a slice is replaced only by who knows what it holds (compare and swap);
//
// - a Parquet file is read only with the size and the SHA-256 that the log knows, from a private copy;
//
// - rows that are erased are in no file of any version.
//
// A Table is for one thread. Any number of processes, and of Tables in a process, may use one folder.
// https://github.com/delta-io/delta/blob/master/PROTOCOL.md
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/table/chunk.h"

namespace candour::lake {

/// What stands beside a file in the log for whoever reads it later. Keys of `a-z0-9_.`, at most 64, not
/// beginning with "candour."; values of at most 1,024 bytes of UTF-8 without control characters; at most 64.
using Tags = std::map<std::string, std::string>;

/// Whose rows, and for when. Both of letters, digits, `.`, `_` and `-`, 1 to 64 of them; a period may have
/// one
/// `/` among them, and does not begin with a point.
struct Slice {
  std::string submitter, period;
  friend auto operator<=>(const Slice&, const Slice&) = default;
};

/// A submission as it comes to the lake, beside its rows.
struct Submission {
  base::Digest identity{};  ///< SHA-256 of its signed manifest
  Slice slice;
  std::uint32_t revision = 1;
  /// The submission that holds the slice now and is replaced; none where the slice is new.
  std::optional<base::Digest> supersedes;
  std::int64_t committed_at_unix = 0;  ///< seconds, of the caller's Clock
  Tags tags;
};

/// The file that a slice has at a version.
struct SliceFile {
  base::Digest submission{};  ///< whose rows they are
  Slice slice;
  std::uint32_t revision = 0;
  std::int64_t committed_at_unix = 0;  ///< when the submission was committed
  std::int64_t written_at_unix = 0;    ///< the same, or when an erasure wrote the file anew
  Tags tags;
  std::string path;  ///< relative to the table's folder: "data/….parquet"
  std::uint64_t size_bytes = 0;
  base::Digest sha256{};
  std::uint64_t rows = 0;
  friend bool operator==(const SliceFile&, const SliceFile&) = default;
};

/// That a submission is in the lake. The same for every retry and every process, for ever.
struct Commit {
  std::uint64_t version = 0;
  SliceFile file;  ///< as it was committed
  friend bool operator==(const Commit&, const Commit&) = default;
};

/// The table at one version.
struct Snapshot {
  std::uint64_t version = 0;
  std::map<Slice, SliceFile> slices;
  /// What an erasure took out and nothing has come for since, as it was last.
  std::map<Slice, SliceFile> erased{};
};

/// Which rows are to be gone.
struct Erasure {
  std::optional<Slice> slice;  ///< of one slice, or of all
  std::string column;          ///< a text column
  std::set<std::string> values;
  std::int64_t erased_at_unix = 0;
};
struct ErasureReport {
  std::uint64_t rows = 0;  ///< that went from the newest version
  std::uint64_t slices_rewritten = 0;
  std::uint64_t files_deleted = 0;  ///< of older versions, from disk
};

/// What was committed with a tag, and is gone: the same whenever it is asked for.
struct TaggedErasure {
  std::vector<SliceFile> files;                       ///< in the order in which they were committed
  std::uint64_t first_version = 0, last_version = 0;  ///< in which one of them was; 0 where there is none
};

class TableWork;

class Table {
 public:
  /// What a table works with; all outlive it.
  struct Surroundings {
    base::Disk& disk;
    base::Random& random;           ///< names of files; the table's id
    std::filesystem::path scratch;  ///< a private folder on a real disk; nothing is left there
  };

  /// Opens the table in `folder`, or makes it there with these columns. Its name is for readers of other
  /// programs. Errors: CND-2303 (a name of a column that Delta does not allow, or a table with other columns
  /// is there), those of open.
  [[nodiscard]] static Table create(Surroundings surroundings, const std::filesystem::path& folder,
                                    const std::string& name, const table::Schema& schema,
                                    std::int64_t created_at_unix);
  /// Errors: CND-2304 (no table is there), CND-2301 (an entry of the log is not as it should be), CND-2302
  /// (one is missing), CND-2308 (it contradicts those before it), CND-2313 (a newer protocol), CND-1007
  /// (larger than an entry may be).
  [[nodiscard]] static Table open(Surroundings surroundings, const std::filesystem::path& folder);
  Table(Table&&) noexcept;
  ~Table();

  [[nodiscard]] const table::Schema& schema() const;

  /// The newest version, or an earlier one. Errors: CND-2304 (no such version), those of open.
  [[nodiscard]] Snapshot snapshot();
  [[nodiscard]] Snapshot snapshot(std::uint64_t version);

  /// Puts the rows of a submission in the place of what its slice holds, in the order in which they come. A
  /// submission that is in the lake already gives the Commit of the first time, and no row is pulled.
  /// Durable. Errors: CND-2306 (the slice holds another submission than the one that is superseded, or one of
  /// this revision or a later one), CND-2311 (a name or a tag that the log cannot hold, or the identity of
  /// another slice's submission), CND-2303 (`rows` has other columns), those of store_new, ParquetFile::write
  /// and open. What `rows` throws comes out as it is.
  Commit replace_slice(const Submission& submission, table::ChunkSource& rows);

  /// The commit of a submission, also of one that was superseded since. What is given is durable.
  [[nodiscard]] std::optional<Commit> find(const base::Digest& submission);

  /// How many submissions had been committed at a version that there is. Unlike the version it does not grow
  /// by an erasure, so that whoever is told it learns of none.
  [[nodiscard]] std::uint64_t submissions_until(std::uint64_t version) const;

  /// The rows of one slice, or of all in the order of the slices, as they were sent. The sources outlive
  /// neither the disk nor the scratch folder. Errors, also while they are read: CND-2304 (no such slice),
  /// CND-2305 (the file is missing or is not what the log says), CND-2307 (rows of it were erased since),
  /// CND-2309.
  [[nodiscard]] std::unique_ptr<table::ChunkSource> rows(const Snapshot& snapshot, const Slice& slice) const;
  [[nodiscard]] std::unique_ptr<table::ChunkSource> rows(const Snapshot& snapshot) const;

  /// Rewrites each slice without the rows whose `column` is one of `values`, then deletes every older file
  /// that has such rows: the versions before can then not read that slice (CND-2307). Ends the same when it
  /// is asked for again, also after a kill in the middle. Not undone by any means; a backup is the caller's
  /// matter. Errors: CND-2303 (no such text column), CND-2305 (a file is damaged: it cannot be said what it
  /// holds).
  ErasureReport erase(const Erasure& erasure);

  /// Deletes every file that was committed with this tag, of whatever version. A slice that has one is then
  /// no longer in the table; one that something else has replaced stays with it. Versions before cannot read
  /// what was deleted (CND-2307). Ends the same when it is asked for again, also after a kill in the middle.
  TaggedErasure erase_tagged(const std::string& key, const std::string& value, std::int64_t erased_at_unix);

  /// Writes a checkpoint of the newest version; each 100th commit writes one by itself.
  void checkpoint();
  /// Why the newest checkpoint could not be written, or not be used, so that the log was read instead.
  [[nodiscard]] const std::optional<base::Error>& checkpoint_problem() const;

  /// Removes data files that no commit names, left by processes that died; those of a process that is alive
  /// stay, because it holds a lock that its files are named by. Gives how many went.
  std::uint64_t sweep();

 private:
  explicit Table(std::unique_ptr<TableWork> work);
  /// The commit of a submission that is there already; nothing where it may take its slice.
  [[nodiscard]] std::optional<Commit> admit(const Submission& submission);
  std::unique_ptr<TableWork> work_;
};

}  // namespace candour::lake
