// The vault's file format: the constants that reader and writer share. docs/reference/formats/vault.md has
// the whole of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candour::vault {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::int64_t kApplicationId = 0x434e4456;  ///< "CNDV"
inline constexpr std::int64_t kFormatVersion = 4;           ///< PRAGMA user_version
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

/// What version 3 added: opt-outs (opt_outs.h) and the regime of each slice (regimes.h). Requests and regimes
/// stay for good; a check is a cache that goes after 21 days; of the practice's list and of a slice's counts
/// there is one.
inline constexpr std::string_view kOptOutTables[] = {
    "CREATE TABLE opt_out_request (id INTEGER PRIMARY KEY, mailbox TEXT NOT NULL, made INTEGER NOT NULL, "
    "first_sequence INTEGER NOT NULL, files INTEGER NOT NULL, numbers INTEGER NOT NULL, sha256 BLOB NOT "
    "NULL, "
    "answered INTEGER, may_go INTEGER)",
    "CREATE TABLE opt_out_check (request INTEGER PRIMARY KEY REFERENCES opt_out_request, \"key\" BLOB NOT "
    "NULL, asked BLOB NOT NULL, may_go BLOB)",
    "CREATE TABLE opt_out_type1 (id INTEGER PRIMARY KEY CHECK (id = 1), drawn_up INTEGER NOT NULL, "
    "\"key\" BLOB NOT NULL, numbers BLOB NOT NULL)",
    "CREATE TABLE opt_out_count (slice INTEGER PRIMARY KEY REFERENCES slice, national INTEGER NOT NULL, "
    "type1 INTEGER NOT NULL, waiting INTEGER NOT NULL, without_number INTEGER NOT NULL, at INTEGER NOT NULL)",
    "CREATE TABLE regime (slice INTEGER PRIMARY KEY REFERENCES slice, first_day INTEGER NOT NULL, "
    "last_day INTEGER NOT NULL, regime TEXT NOT NULL, since INTEGER NOT NULL)",
};

/// What version 4 added: erasure orders (withdraw_orders.h). A week's batch for a domain has a seed, the
/// orders that stand in it, and what was or is to be sent.
inline constexpr std::string_view kWithdrawTables[] = {
    "CREATE TABLE withdraw_order (id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE, "
    "ordered_by TEXT NOT NULL, reference TEXT NOT NULL, ordered_at INTEGER NOT NULL)",
    "CREATE TABLE withdraw_week (id INTEGER PRIMARY KEY, domain TEXT NOT NULL, week INTEGER NOT NULL, "
    "seed BLOB NOT NULL, request BLOB, request_made INTEGER, receipt TEXT, received INTEGER, "
    "UNIQUE (domain, week))",
    "CREATE TABLE withdraw_place (week INTEGER NOT NULL REFERENCES withdraw_week, \"order\" INTEGER NOT NULL "
    "REFERENCES withdraw_order, PRIMARY KEY (week, \"order\")) WITHOUT ROWID",
};

/// The tables that every vault has, with kOptOutTables and kWithdrawTables. A table of a collection adds two
/// (row_table.h).
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
