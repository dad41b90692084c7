#include "candour/vault/sqlite.h"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <new>
#include <utility>

#include "candour/base/error.h"
#include "candour/vault/vault_format.h"

namespace candour::vault {
namespace {

using base::Error;

// Raw keys are given to SQLCipher as x'…' with 64 hexadecimal digits: no derivation is wanted, the key has 32
// random bytes or comes from Argon2id.
base::SecretBytes raw_key_text(const base::SecretBytes& key) {
  CANDOUR_CHECK(key.size() == kKeyBytes);
  constexpr char kDigits[] = "0123456789abcdef";
  base::SecretBytes text(2 * kKeyBytes + 3);
  const std::span<std::uint8_t> out = text.span();
  out[0] = 'x';
  out[1] = '\'';
  for (std::size_t i = 0; i < kKeyBytes; ++i) {
    out[2 + 2 * i] = static_cast<std::uint8_t>(kDigits[key.view()[i] >> 4]);
    out[3 + 2 * i] = static_cast<std::uint8_t>(kDigits[key.view()[i] & 15]);
  }
  out[2 + 2 * kKeyBytes] = '\'';
  return text;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  const int code = sqlite3_prepare_v3(database.connection_, sql.data(), static_cast<int>(sql.size()), 0,
                                      &statement_, nullptr);
  try {
    check(code);
  } catch (...) {
    // Preparing can succeed on a disk that has failed. A statement left behind would keep the connection
    // open.
    sqlite3_finalize(statement_);
    throw;
  }
  CANDOUR_CHECK(statement_ != nullptr);
}

Statement::~Statement() { sqlite3_finalize(statement_); }
Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

void Statement::check(int code) const { database_->check(code); }

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_, parameter));
  return *this;
}
Statement& Statement::bind_integer(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}
Statement& Statement::bind_real(int parameter, double value) {
  check(sqlite3_bind_double(statement_, parameter, value));
  return *this;
}
Statement& Statement::bind_text(int parameter, std::string_view value) {
  // An empty view may have no address, and SQLite takes a text without one for NULL.
  const char* data = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_, parameter, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}
Statement& Statement::bind_blob(int parameter, base::ByteView value) {
  if (value.empty()) {
    check(sqlite3_bind_zeroblob(statement_, parameter, 0));
  } else {
    check(sqlite3_bind_blob64(statement_, parameter, value.data(), value.size(), SQLITE_STATIC));
  }
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  // Its code is that of the last step, which was checked.
  sqlite3_reset(statement_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
bool Statement::is_blob(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_BLOB; }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}
base::ByteView Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(base::Disk& disk, const std::filesystem::path& path, const base::SecretBytes& key,
                   Expect expect, Synchronous synchronous)
    : path_(path), vfs_(disk) {
  try {
    open(key, expect, synchronous);
  } catch (...) {
    CANDOUR_CHECK(sqlite3_close(connection_) != SQLITE_BUSY);
    throw;
  }
}

// Closing copies the log into the database and removes it. Where that fails nothing is lost: the log stays,
// and the next opening reads it. Refused is only what still has statements: the key would stay in memory.
Database::~Database() { CANDOUR_CHECK(sqlite3_close(connection_) != SQLITE_BUSY); }

void Database::open(const base::SecretBytes& key, Expect expect, Synchronous synchronous) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (expect == Expect::kNothing) flags |= SQLITE_OPEN_CREATE;
  check(sqlite3_open_v2(path_.c_str(), &connection_, flags, vfs_.name()));
  // Before the key is given: SQLCipher's log goes to standard error otherwise.
  set("cipher_log_level", "NONE", "NONE");
  set_key(key);
  // Before the first read: with it SQLite keeps the log's index in memory and asks for no shared-memory file.
  set("locking_mode", "EXCLUSIVE", "exclusive");
  if (expect == Expect::kVault) {
    // The first read of a page: it cannot be authenticated where the key is another or the page is damaged.
    if (number(ask("PRAGMA application_id")) != kApplicationId) {
      throw Error("CND-1501", "The key is not this vault's, or the file is damaged.").with("path", path_);
    }
    const std::int64_t version = number(ask("PRAGMA user_version"));
    if (version > kFormatVersion) {
      throw Error("CND-1502", "The vault was made by a newer Candour.")
          .with("path", path_)
          .with("version", version)
          .with("known", kFormatVersion);
    }
  }
  set("journal_mode", "WAL", "wal");
  const bool is_full = synchronous == Synchronous::kFull;
  set("synchronous", is_full ? "FULL" : "NORMAL", is_full ? "2" : "1");
  set("wal_autocheckpoint", "0", "0");  // checkpoint() is called between loads, where its failure has a place
  set("temp_store", "MEMORY", "2");
  set("secure_delete", "ON", "1");
  set("foreign_keys", "ON", "1");
  set("trusted_schema", "OFF", "0");
  set("cell_size_check", "ON", "1");
  set("cache_size", kCacheKibibytesText, kCacheKibibytesText);
  CANDOUR_CHECK(ask("PRAGMA page_size") == kPageBytesText);
}

void Database::set_key(const base::SecretBytes& key) {
  const base::SecretBytes text = raw_key_text(key);
  check(sqlite3_key_v2(connection_, "main", text.view().data(), static_cast<int>(text.size())));
}

void Database::set(std::string_view pragma, std::string_view value, std::string_view expected) {
  const std::string name(pragma);
  run("PRAGMA " + name + " = " + std::string(value));
  // The log's level has no form that only asks.
  if (pragma == "cipher_log_level") return;
  CANDOUR_CHECK(ask("PRAGMA " + name) == expected);
}

void Database::run(std::string_view sql) { Statement(*this, sql).run(); }

std::string Database::ask(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

std::uint64_t Database::changes() const { return static_cast<std::uint64_t>(sqlite3_changes64(connection_)); }
std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

void Database::checkpoint() {
  check(sqlite3_wal_checkpoint_v2(connection_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr));
}

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

// SQLite may have rolled back on its own after an error; and on a disk that failed there is nothing to do:
// what was not committed is not read when the database is opened again.
Transaction::~Transaction() {
  if (!database_.in_transaction()) return;
  try {
    database_.run("ROLLBACK");
  } catch (...) {
    return;
  }
}

void Transaction::commit() { database_.run("COMMIT"); }

void Database::check(int code) {
  const bool succeeded = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
  if (!succeeded || vfs_.has_failed()) fail(code);
}

void Database::fail(int code) {
  if (vfs_.has_failed()) std::rethrow_exception(vfs_.failure());
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw Error("CND-1501", "The key is not this vault's, or the file is damaged.").with("path", path_);
    case SQLITE_NOMEM:
      throw std::bad_alloc();
    default:
      throw Error("CND-1505", "The vault's database failed.").with("path", path_).with("sqlite_code", code);
  }
}

}  // namespace candour::vault
