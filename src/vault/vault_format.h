// The vault's file format: the constants that reader and writer share. docs/reference/formats/vault.md has
// the whole of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candour::vault {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::int64_t kApplicationId = 0x434e4456;  ///< "CNDV"
inline constexpr std::int64_t kFormatVersion = 2;           ///< PRAGMA user_version
inline constexpr std::string_view kPageBytesText = "4096";
inline constexpr std::string_view kCacheKibibytesText = "-65536";  ///< 64 MiB: negative counts KiB, not pages

/// Columns that the vault adds to a table's fields. A field's name never begins with an underscore.
inline constexpr std::string_view kSliceColumn = "_slice";
inline constexpr std::string_view kFileColumn = "_file";
inline constexpr std::string_view kLineColumn = "_line";

/// What version 2 added: the records of batches. `made` stands before `record`, so that a look at all batches
/// reads no record.
inline constexpr std::string_view kBatchTable =
    "CREATE TABLE batch (leaf BLOB PRIMARY KEY, slice INTEGER NOT NULL REFERENCES slice, "
    "made INTEGER NOT NULL, record BLOB NOT NULL)";

/// The tables that every vault has. A table of a collection adds two (row_table.h).
inline constexpr std::string_view kSchema[] = {
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE slice (id INTEGER PRIMARY KEY, collection TEXT NOT NULL, \"table\" TEXT NOT NULL, "
    "submitter TEXT NOT NULL, period TEXT NOT NULL, nil INTEGER NOT NULL DEFAULT 0, "
    "UNIQUE (collection, \"table\", submitter, period))",
    "CREATE TABLE file (id INTEGER PRIMARY KEY, slice INTEGER NOT NULL REFERENCES slice, name TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, loaded_at INTEGER NOT NULL)",
    "CREATE INDEX file_by_slice ON file (slice)",
    kBatchTable,
};

}  // namespace candour::vault
