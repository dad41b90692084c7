// What a Vault holds, for the files that implement it and for its crash tests.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "candour/vault/sqlite.h"
#include "candour/vault/vault.h"

namespace candour::vault {

struct Vault::State {
  std::unique_ptr<base::DiskLock> lock;  // let go after the database is closed
  std::unique_ptr<Database> database;
  std::string submitter;
  bool is_loading = false;

  /// The slice's id, where the vault has the slice.
  [[nodiscard]] std::optional<std::int64_t> find_slice(const Slice& slice);
  /// How many rows of `table` (a name in the database) the slice has.
  [[nodiscard]] std::uint64_t count_of_slice(const std::string& table, std::int64_t slice_id);
};

struct VaultInternals {
  /// Vault::open with another `synchronous`: the crash tests' positive control.
  [[nodiscard]] static Vault open(base::Disk& disk, const std::filesystem::path& path,
                                  const base::SecretBytes& key, Synchronous synchronous);
};

}  // namespace candour::vault
