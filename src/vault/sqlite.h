// SQLite (SQLCipher 4) behind a small wrapper: an encrypted database and its statements. sqlite3.h is
// included in sqlite.cpp and sqlite_vfs.cpp and nowhere else.
//
// Every connection is opened with the same settings, and each is read back: a setting that SQLite did not
// take (a misspelt PRAGMA is no error there) would otherwise cost durability or secrecy in silence. SQLite's
// own error texts are never passed on: they can quote values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/vault/sqlite_vfs.h"

struct sqlite3;
struct sqlite3_stmt;

namespace candour::vault {

class Database;

/// A prepared statement. Columns count from 0, parameters from 1, as in SQLite. What is bound as text or blob
/// must stay where it is until reset().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  Statement& bind_null(int parameter);
  Statement& bind_integer(int parameter, std::int64_t value);
  Statement& bind_real(int parameter, double value);
  Statement& bind_text(int parameter, std::string_view value);
  Statement& bind_blob(int parameter, base::ByteView value);

  /// The next row; false when there is none. Errors: those of Database.
  [[nodiscard]] bool step();
  /// Runs it to its end, then resets it.
  void run();
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_blob(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  ///< until the next step or reset
  [[nodiscard]] base::ByteView blob(int column) const;    ///< until the next step or reset

 private:
  void check(int code) const;
  Database* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// kNormal exists for the positive control of the crash tests alone: with it an acknowledged load can be
/// lost.
enum class Synchronous { kFull, kNormal };

/// What is expected of the file that is opened.
enum class Expect { kNothing, kVault };

/// One encrypted database over a Disk. Errors of every call: what the Disk threw, as it threw it; CND-1501
/// (the key is another, or a page is damaged); CND-1505 (SQLite failed in another way); std::bad_alloc.
class Database {
 public:
  /// `key` is 32 bytes. With Expect::kNothing a new file is made where there is none. Errors also: CND-1502
  /// (of a newer format).
  Database(base::Disk& disk, const std::filesystem::path& path, const base::SecretBytes& key, Expect expect,
           Synchronous synchronous);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one statement that takes no parameters.
  void run(std::string_view sql);
  [[nodiscard]] Statement prepare(std::string_view sql) { return Statement(*this, sql); }
  /// The first column of the first row, as text; empty where there is no row.
  [[nodiscard]] std::string ask(std::string_view sql);

  [[nodiscard]] std::uint64_t changes() const;  ///< rows that the last statement touched
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] bool in_transaction() const;
  /// Copies the log into the database, synced, and empties it.
  void checkpoint();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  friend class Statement;
  void check(int code);
  [[noreturn]] void fail(int code);
  void open(const base::SecretBytes& key, Expect expect, Synchronous synchronous);
  void set_key(const base::SecretBytes& key);
  void set(std::string_view pragma, std::string_view value, std::string_view expected);

  std::filesystem::path path_;
  SqliteVfs vfs_;
  sqlite3* connection_ = nullptr;
};

/// Several statements, all of them or none: what is destroyed without commit() leaves the database as it was.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();  ///< durable

 private:
  Database& database_;
};

/// A name as SQL quotes it: "clock_stops".
[[nodiscard]] std::string sql_name(std::string_view name);

}  // namespace candour::vault
