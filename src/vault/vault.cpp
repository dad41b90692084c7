#include "candour/vault/vault.h"

#include <utility>

#include "candour/base/error.h"
#include "candour/vault/row_table.h"
#include "candour/vault/vault_format.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {
namespace {

using base::Error;
using Path = std::filesystem::path;

Path with_suffix(const Path& path, std::string_view suffix) {
  Path longer = path;
  longer += suffix;
  return longer;
}

std::unique_ptr<base::DiskLock> lock_vault(base::Disk& disk, const Path& path) {
  try {
    return disk.lock(with_suffix(path, ".lock"));
  } catch (const Error& error) {
    if (error.code() != base::ErrorCode("CND-1006")) throw;
    throw Error("CND-1503", "Another process has the vault.").with("path", path);
  }
}

// What SQLite keeps beside a database. A log of an earlier vault of the same name must never be read into a
// new one.
void remove_companions(base::Disk& disk, const Path& path) {
  for (const std::string_view suffix : {"-wal", "-journal"}) disk.remove(with_suffix(path, suffix));
}

void write_first_content(Database& database, base::Random& random, std::string_view submitter) {
  database.run("BEGIN IMMEDIATE");
  database.run("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.run("PRAGMA user_version = " + std::to_string(kFormatVersion));
  for (const std::string_view sql : kSchema) database.run(sql);
  for (const std::string_view sql : kOptOutTables) database.run(sql);
  for (const std::string_view sql : kWithdrawTables) database.run(sql);
  base::SecretBytes pseudonym_key(kKeyBytes);
  random.fill(pseudonym_key.span());
  Statement put = database.prepare("INSERT INTO meta (name, value) VALUES (?1, ?2)");
  put.bind_text(1, "submitter").bind_text(2, submitter).run();
  put.bind_text(1, "local_pseudonym_key").bind_blob(2, pseudonym_key.view()).run();
  database.run("COMMIT");
  database.checkpoint();
}

Statement find_meta(Database& database, std::string_view name) {
  Statement find = database.prepare("SELECT value FROM meta WHERE name = ?1");
  find.bind_text(1, name);
  if (!find.step()) {
    throw Error("CND-1501", "The key is not this vault's, or the file is damaged.")
        .with("path", database.path());
  }
  return find;
}

/// Power may go at any moment: the vault is then of the old version or of the new one.
void migrate(Database& database) {
  const std::string version = database.ask("PRAGMA user_version");
  if (version == std::to_string(kFormatVersion)) return;
  Transaction transaction(database);
  if (version == "1") database.run(kBatchTable);
  if (version == "1" || version == "2") {
    for (const std::string_view sql : kOptOutTables) database.run(sql);
  }
  for (const std::string_view sql : kWithdrawTables) database.run(sql);
  database.run("PRAGMA user_version = " + std::to_string(kFormatVersion));
  transaction.commit();
}

}  // namespace

std::optional<std::int64_t> Vault::State::find_slice(const Slice& slice) {
  Statement find = database->prepare(
      "SELECT id FROM slice WHERE collection = ?1 AND \"table\" = ?2 AND submitter = ?3 AND period = ?4");
  find.bind_text(1, slice.collection).bind_text(2, slice.table);
  find.bind_text(3, slice.submitter).bind_text(4, slice.period);
  if (!find.step()) return std::nullopt;
  return find.integer(0);
}

// The vault is made under a temporary name and comes to its own by store_new, whole or not at all: a file
// that SQLite had only begun could neither be opened nor made again.
Vault Vault::create(base::Disk& disk, const Path& path, const base::SecretBytes& key, base::Random& random,
                    std::string_view submitter) {
  {
    const auto lock = lock_vault(disk, path);
    const Path making = with_suffix(path, ".making");
    disk.remove(making);
    remove_companions(disk, making);
    if (disk.exists(path)) {
      disk.settle(path);
      throw Error("CND-1005", "The file exists already and is never replaced.").with("path", path);
    }
    remove_companions(disk, path);
    {
      Database database(disk, making, key, Expect::kNothing, Synchronous::kFull);
      write_first_content(database, random, submitter);
    }
    const auto made = disk.open(making);
    base::FileSource content(*made);
    disk.store_new(path, content);
    disk.remove(making);
    remove_companions(disk, making);
  }
  return open(disk, path, key);
}

Vault Vault::open(base::Disk& disk, const Path& path, const base::SecretBytes& key) {
  return VaultInternals::open(disk, path, key, Synchronous::kFull);
}

Vault VaultInternals::open(base::Disk& disk, const Path& path, const base::SecretBytes& key,
                           Synchronous synchronous) {
  if (!disk.exists(path)) {
    throw Error("CND-1002", "The file or folder is missing or cannot be read.").with("path", path);
  }
  auto state = std::make_unique<Vault::State>();
  state->lock = lock_vault(disk, path);
  state->database = std::make_unique<Database>(disk, path, key, Expect::kVault, synchronous);
  migrate(*state->database);
  state->submitter = std::string(find_meta(*state->database, "submitter").text(0));
  return Vault(std::move(state));
}

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::~Vault() = default;
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;

std::string Vault::submitter() const { return state_->submitter; }

base::SecretBytes Vault::local_pseudonym_key() const {
  const Statement found = find_meta(*state_->database, "local_pseudonym_key");
  return base::SecretBytes(found.blob(0));
}

std::uint64_t Vault::State::count_of_slice(const std::string& table, std::int64_t slice_id) {
  Statement count = database->prepare("SELECT count(*) FROM " + sql_name(table) + " WHERE _slice = ?1");
  count.bind_integer(1, slice_id);
  return count.step() ? static_cast<std::uint64_t>(count.integer(0)) : 0;
}

std::uint64_t Vault::row_count(const Slice& slice) const {
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  const std::string name = RowTable::rows_name(slice.collection, slice.table);
  return id ? state_->count_of_slice(name, *id) : 0;
}

std::vector<std::pair<std::string, std::uint64_t>> Vault::periods(const Slice& any_period) const {
  std::vector<std::pair<std::string, std::uint64_t>> found;
  Slice slice = any_period;
  Statement periods = state_->database->prepare(
      "SELECT period, nil FROM slice WHERE collection = ?1 AND \"table\" = ?2 AND submitter = ?3 ORDER BY "
      "period");
  periods.bind_text(1, any_period.collection).bind_text(2, any_period.table);
  periods.bind_text(3, any_period.submitter);
  while (periods.step()) {
    slice.period = std::string(periods.text(0));
    const std::uint64_t rows = row_count(slice);
    if (rows > 0 || periods.integer(1) != 0) found.emplace_back(slice.period, rows);
  }
  return found;
}

bool Vault::is_nil_return(const Slice& slice) const {
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  if (!id) return false;
  Statement find = state_->database->prepare("SELECT nil FROM slice WHERE id = ?1");
  find.bind_integer(1, *id);
  return find.step() && find.integer(0) != 0;
}

std::vector<SourceFile> Vault::files(const Slice& slice) const {
  std::vector<SourceFile> found;
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  if (!id) return found;
  Statement files =
      state_->database->prepare("SELECT name, sha256, loaded_at FROM file WHERE slice = ?1 ORDER BY id");
  files.bind_integer(1, *id);
  while (files.step()) {
    found.push_back({std::string(files.text(0)), std::string(files.text(1)), files.integer(2)});
  }
  return found;
}

std::uint64_t Vault::quarantine_count(const Slice& slice) const {
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  const std::string name = RowTable::quarantine_name(slice.collection, slice.table);
  return id ? state_->count_of_slice(name, *id) : 0;
}

void Vault::visit_quarantine(const Slice& slice,
                             const std::function<void(const QuarantinedRow&)>& visit) const {
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  if (!id) return;
  Statement refused = state_->database->prepare(
      "SELECT f.name, q._line, q._record, q._problems FROM " +
      sql_name(RowTable::quarantine_name(slice.collection, slice.table)) +
      " AS q JOIN file AS f ON f.id = q._file WHERE q._slice = ?1 ORDER BY q._file, q._line, q._id");
  refused.bind_integer(1, *id);
  while (refused.step()) {
    QuarantinedRow row;
    row.file = std::string(refused.text(0));
    row.line = static_cast<std::uint64_t>(refused.integer(1));
    row.record = base::Identifiable<std::string>(std::string(base::as_text(refused.blob(2))));
    row.problems = base::Identifiable<std::string>(std::string(refused.text(3)));
    visit(row);
  }
}

// SQLCipher authenticates every page of the file, free ones too; SQLite then checks what the pages say.
void Vault::verify() const {
  CANDOUR_CHECK(!state_->is_loading);
  Database& database = *state_->database;
  database.checkpoint();
  if (!database.ask("PRAGMA cipher_integrity_check").empty() ||
      database.ask("PRAGMA integrity_check(1)") != "ok") {
    throw Error("CND-1501", "The key is not this vault's, or the file is damaged.")
        .with("path", database.path());
  }
}

}  // namespace candour::vault
