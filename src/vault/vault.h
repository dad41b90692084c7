// The vault: a provider's identifiable records, one encrypted file an organisation (SQLCipher 4 over Disk).
//
// It keeps rows by (submitter, table, period, key), by person and by pathway, each with the file and line it
// came from; what was refused waits in quarantine until a corrected file empties it. A load is one
// transaction: after kill -9 at any moment the vault holds the slice before it or after it, never a part.
// commit() returns when the transaction is on disk (WAL, synchronous=FULL, asserted on every connection).
//
// Each page is authenticated, so that damage is found when the page is read (verify() reads all of them).
// What is not found: a whole file, or a page of it, replaced by its own older version.
//
// One process has a vault at a time, and one thread uses it. The format is docs/reference/formats/vault.md.
//
// Errors of every call, beside those named: what the Disk throws (CND-1003 when it is full), and the same
// again on every later call, until the vault is opened anew; CND-1501 (damaged); CND-1505 (SQLite failed
// otherwise).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/base/identifiable.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::vault {

/// Which rows a load is about: a submission's slice.
struct Slice {
  std::string collection;
  std::string table;
  std::string submitter;
  std::string period;
  friend bool operator==(const Slice&, const Slice&) = default;
};

/// Whether a load's files are the whole slice (rows that they do not hold are removed, quarantine is theirs
/// alone) or a part (rows are added or replaced by key; quarantined rows with a key that is accepted now are
/// emptied).
enum class Scope { kWholeSlice, kPart };

/// A file that a slice came from.
struct SourceFile {
  std::string name;
  std::string sha256;
  std::int64_t loaded_at_unix_seconds = 0;
};

struct QuarantinedRow {
  std::string file;
  std::uint64_t line = 0;
  base::Identifiable<std::string> record;    ///< as it stood in the file
  base::Identifiable<std::string> problems;  ///< JSON array of {rule, code, column, message}
};

struct LoadResult {
  std::uint64_t added = 0, changed = 0, unchanged = 0, removed = 0;
  std::uint64_t quarantined = 0;  ///< rows in the slice's quarantine now
};

/// Where a row that a load has put came from.
struct RowPlace {
  std::size_t file = 0;  ///< which of the load's files, from 0
  std::uint64_t line = 0;
  friend bool operator==(const RowPlace&, const RowPlace&) = default;
};

/// A batch of pseudonyms whose record the vault keeps, so that an auditor can see who was in it.
struct KeptBatch {
  base::Digest leaf{};    ///< of its statement
  Slice slice;            ///< whose people it was for
  std::int64_t made = 0;  ///< as its statement says; seconds since 1970
  friend bool operator==(const KeptBatch&, const KeptBatch&) = default;
};

/// By which field records_of() looks.
enum class Of { kPerson, kPathway };

/// The text of a row's key, by which a batch's record names the row: of each of the key's fields the size of
/// its canonical text, ":" and that text, or "-" where it has no value; where that is longer than 1,024 bytes
/// "sha256:" and its digest. `rows` is a chunk of table.row_schema().
[[nodiscard]] base::Identifiable<std::string> key_text(const collection::Table& table,
                                                       const table::IdentifiableChunk& rows, std::size_t row);

class Load;
class OptOutFilter;

/// Rows of a slice, pulled chunk by chunk; the vault outlives it.
class RowCursor {
 public:
  ~RowCursor();
  RowCursor(RowCursor&&) noexcept;
  /// Clears `rows` (a chunk of table.row_schema()) and fills it; false at the end. Errors: CND-1501
  /// (damaged).
  [[nodiscard]] bool next(table::IdentifiableChunk& rows);

 private:
  friend class Vault;
  struct State;
  explicit RowCursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Vault {
 public:
  /// Makes a vault for an organisation; `key` is 32 bytes. Cut off at any moment it leaves either no vault or
  /// a whole one. Errors: CND-1005 (it exists), CND-1503 (another process has it), CND-1003, CND-1004.
  [[nodiscard]] static Vault create(base::Disk& disk, const std::filesystem::path& path,
                                    const base::SecretBytes& key, base::Random& random,
                                    std::string_view submitter);
  /// Opens one; an older format is brought to the newest first, in one transaction. Errors: CND-1002
  /// (missing), CND-1501 (the key is not this vault's, or the file is damaged), CND-1502 (made by a newer
  /// Candour), CND-1503 (another process has it).
  [[nodiscard]] static Vault open(base::Disk& disk, const std::filesystem::path& path,
                                  const base::SecretBytes& key);
  ~Vault();
  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) noexcept;

  [[nodiscard]] std::string submitter() const;
  /// The provider's own key for local pseudonyms; made with the vault, never leaves it.
  [[nodiscard]] base::SecretBytes local_pseudonym_key() const;

  /// Begins a load of one slice. One at a time. Errors: CND-1504 (the table's fields differ from those that
  /// the vault holds in a way that loses data).
  [[nodiscard]] Load begin_load(const collection::Table& table, const Slice& slice, Scope scope);

  /// The rows of a slice in the order of their keys. One cursor at a time, none during a load. With a filter,
  /// which outlives the cursor, only those that may go where the opt-out applies (opt_out_filter.h).
  [[nodiscard]] RowCursor rows(const collection::Table& table, const Slice& slice,
                               const OptOutFilter* filter = nullptr) const;
  [[nodiscard]] std::uint64_t row_count(const Slice& slice) const;
  /// Periods of a table that hold rows or a nil return, sorted, with the number of rows.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> periods(const Slice& any_period) const;
  /// Whether the slice was loaded as a declared nil return.
  [[nodiscard]] bool is_nil_return(const Slice& slice) const;
  /// The files that the slice came from, in the order in which they were loaded.
  [[nodiscard]] std::vector<SourceFile> files(const Slice& slice) const;
  /// How many refused rows of the slice wait in quarantine.
  [[nodiscard]] std::uint64_t quarantine_count(const Slice& slice) const;
  /// The slice's refused rows in the order of their files and lines.
  void visit_quarantine(const Slice& slice, const std::function<void(const QuarantinedRow&)>& visit) const;
  /// The rows of a table, whatever their period, of one person or pathway: `visit` gets chunks of
  /// table.row_schema(), period by period. Nothing where the table declares no such field.
  void records_of(const collection::Table& table, const Slice& any_period, Of of,
                  const base::Identifiable<std::string>& value,
                  const std::function<void(const Slice&, const table::IdentifiableChunk&)>& visit) const;

  /// Keeps the record of a batch that was made of a slice which the vault has; durable. A batch that is kept
  /// already stays as it is. Not during a load. Errors: CND-1003.
  void keep_batch(const KeptBatch& batch, const base::Identifiable<std::string>& record);
  /// The batches that are kept, in the order in which they were made.
  [[nodiscard]] std::vector<KeptBatch> batches() const;
  /// The record of a batch; nothing where none is kept.
  [[nodiscard]] std::optional<base::Identifiable<std::string>> batch(const base::Digest& leaf) const;
  /// Forgets the records of batches that were made before `unix_seconds`; durable. Gives how many. Not during
  /// a load.
  std::uint64_t forget_batches_before(std::int64_t unix_seconds);

  /// Reads the whole file. Errors: CND-1501 (a page is damaged).
  void verify() const;

 private:
  friend class Load;
  friend class OptOuts;
  friend class Regimes;
  friend class WithdrawOrders;
  friend struct VaultInternals;
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A load in progress; the vault and the table outlive it. Destroyed without commit() it leaves the vault as
/// it was; after an error nothing else can be done with it.
class Load {
 public:
  ~Load();
  Load(Load&&) noexcept;

  /// Names the file that the next rows come from.
  void begin_file(std::string_view name, std::int64_t loaded_at_unix_seconds);
  /// After the last row of a file: the SHA-256 of the bytes that its rows were read from, in hexadecimal.
  void end_file(std::string_view sha256);
  /// Puts one accepted row. Where this load already put a row with its key nothing changes, and the place of
  /// that row is given. A row that stood in the vault with the same values counts as unchanged, and from now
  /// on comes from this file and line.
  [[nodiscard]] std::optional<RowPlace> put(const table::IdentifiableChunk& rows, std::size_t row,
                                            std::uint64_t line);
  /// Puts a refused row of which no key is known into quarantine. A later part empties it only if it holds
  /// the same file again; a later whole slice always does.
  void quarantine(std::uint64_t line, std::string_view record, std::string_view problems_json);
  /// Puts a refused row into quarantine with its key: row `row` of `rows` (a chunk of table.row_schema();
  /// what could not be read is null, and only the key's fields are looked at). A later part that holds a row
  /// with that key, accepted or refused again, empties it.
  void quarantine(std::uint64_t line, std::string_view record, std::string_view problems_json,
                  const table::IdentifiableChunk& rows, std::size_t row);
  /// Declares that the slice has no rows; none may be put, and the load must be of the whole slice.
  void declare_nil();
  /// Durable. Errors: CND-1003 (the disk is full or failed). The slice is then as before; where the very last
  /// sync failed, nobody can know whether the disk has it, and it is as before or whole. Loading the same
  /// files again is right in both cases.
  LoadResult commit();

 private:
  friend class Vault;
  struct State;
  explicit Load(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace candour::vault
