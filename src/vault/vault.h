// The vault: a provider's identifiable records, one encrypted file an organisation (SQLCipher 4 over Disk).
//
// It keeps rows by (submitter, table, period, key), by person and by pathway, each with the file and line it
// came from; what was refused waits in quarantine until a corrected file empties it. A load is one
// transaction: after kill -9 at any moment the vault holds the slice before it or after it, never a part.
// commit() returns when the transaction is on disk (WAL, synchronous=FULL, asserted on every connection).
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
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::vault {

/// Which rows a load is about: a submission's slice.
struct Slice {
  std::string collection;
  std::string table;
  std::string submitter;
  std::string period;
};

/// Whether a load's files are the whole slice (rows that they do not hold are removed, quarantine is theirs
/// alone) or a part (rows are added or replaced by key; quarantined rows with a key that is accepted now are
/// emptied).
enum class Scope { kWholeSlice, kPart };

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
  std::string key;  ///< hexadecimal digest of the key's values; empty where it had none
};

struct LoadResult {
  std::uint64_t added = 0, changed = 0, unchanged = 0, removed = 0;
  std::uint64_t quarantined = 0;  ///< rows in the slice's quarantine now
};

class Load;

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
  /// Makes a vault for an organisation. Errors: CND-1005 (it exists), CND-1003, CND-1004.
  [[nodiscard]] static Vault create(base::Disk& disk, const std::filesystem::path& path,
                                    const base::SecretBytes& key, base::Random& random,
                                    std::string_view submitter);
  /// Opens one. Errors: CND-1002 (missing), CND-1501 (the key is not this vault's, or the file is damaged),
  /// CND-1502 (made by a newer Candour), CND-1503 (another process has it).
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

  /// The rows of a slice in the order of their keys. One cursor at a time, none during a load.
  [[nodiscard]] RowCursor rows(const collection::Table& table, const Slice& slice) const;
  [[nodiscard]] std::uint64_t row_count(const Slice& slice) const;
  /// Periods of a table that hold rows or a nil return, sorted, with the number of rows.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> periods(const Slice& any_period) const;
  /// Whether the slice was loaded as a declared nil return.
  [[nodiscard]] bool is_nil_return(const Slice& slice) const;
  [[nodiscard]] std::vector<SourceFile> files(const Slice& slice) const;
  void visit_quarantine(const Slice& slice, const std::function<void(const QuarantinedRow&)>& visit) const;

 private:
  friend class Load;
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A load in progress. Destroyed without commit() it leaves the vault as it was.
class Load {
 public:
  ~Load();
  Load(Load&&) noexcept;

  /// Names the file that the next rows come from.
  void begin_file(const SourceFile& file);
  /// Puts one accepted row. Where this load already put a row with its key nothing changes, and the line of
  /// that row is given.
  [[nodiscard]] std::optional<std::uint64_t> put(const table::IdentifiableChunk& rows, std::size_t row,
                                                 std::uint64_t line);
  /// Puts a refused row into quarantine. `key_row`, where the key's fields were readable, lets a later part
  /// empty it.
  void quarantine(std::uint64_t line, std::string_view record, std::string_view problems_json);
  void declare_nil();
  /// Errors: CND-1003 (disk full); the vault is then as before.
  LoadResult commit();

 private:
  friend class Vault;
  struct State;
  explicit Load(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace candour::vault
