// Options that several commands share, spelt the same everywhere.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/date.h"
#include "candour/cli/context.h"
#include "candour/collection/collection.h"
#include "candour/vault/vault.h"

namespace candour::cli {

/// COLLECTION, and --table for the commands that work on one table.
struct CollectionOptions {
  std::string name;
  std::string table;  ///< empty: the only one

  void add_to(CLI::App& command);
  void add_table_to(CLI::App& command);
  [[nodiscard]] collection::Collection load() const;
  /// The table that was named, or the only one. Errors: CND-1302 (no such table, or several and none named).
  [[nodiscard]] const collection::Table& table_of(const collection::Collection& collection) const;
};

/// --vault FILE with --key-file FILE, or a passphrase that is read from standard input.
struct VaultOptions {
  std::filesystem::path vault;
  std::filesystem::path key_file;
  bool passphrase = false;

  void add_to(CLI::App& command);
  /// The key of a vault that is to be made. A passphrase is read from standard input, on a terminal twice and
  /// without echo; its salt is made beside the vault (VAULT.salt). Errors: CND-1005 (the vault exists),
  /// CND-1015 (neither or both were given; the passphrase is empty or too long, or was typed differently the
  /// second time), CND-1011, CND-1012.
  [[nodiscard]] base::SecretBytes new_key(Context& context) const;
  /// Opens the vault. Errors: CND-1002 (there is none), CND-1015, CND-1011, CND-1012, CND-15xx.
  [[nodiscard]] vault::Vault open(Context& context) const;

 private:
  void require_one_key() const;
};

/// --reference NAME=FILE, repeated.
struct ReferenceOptions {
  std::vector<std::string> pairs;

  void add_to(CLI::App& command);
  /// Errors: CND-1016 (not NAME=FILE).
  [[nodiscard]] std::map<std::string, std::filesystem::path> paths() const;
};

/// One line of standard input, such as an NHS number; on a terminal asked for with `prompt` and not shown.
/// Errors: CND-1015 (it is empty or too long).
[[nodiscard]] base::SecretBytes read_secret_line(Context& context, std::string_view prompt);

/// An organisation's code from the command line or a public file, in upper case. Errors: CND-1019.
[[nodiscard]] std::string organisation_code(std::string_view text);

/// A day from the command line. Errors: CND-1016.
[[nodiscard]] base::Date day_of(std::string_view text);

/// "R1H,RJ1" as its parts; empty parts are left out.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace candour::cli
