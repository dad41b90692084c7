// An entry of the log: one commit, one file `_delta_log/VERSION.json`, one action a line. Four kinds:
//
//   created     protocol, metaData             version 0 and no other
//   submitted   txn, remove?, add              a submission took its slice
//   rewritten   remove, add                    an erasure wrote a slice's file anew
//   taken out   remove                         an erasure took a slice out of the table
//
// An entry has one spelling, the one that write_entry gives: parse_entry refuses every other, so what two
// readers could understand differently is in no log. docs/reference/formats/lake.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/lake/lake.h"

namespace candour::lake {

struct Creation {
  std::string id;  ///< a GUID
  std::string name;
  table::Schema schema;
  std::int64_t created_at_unix = 0;
  friend bool operator==(const Creation&, const Creation&) = default;
};

/// Why a slice has another file: a submission took it, or an erasure wrote its file anew.
enum class Reason { kSubmitted, kErased };

struct Entry {
  std::uint64_t version = 0;
  std::optional<Creation> created;
  Reason reason = Reason::kErased;     ///< with `added`
  std::optional<std::string> removed;  ///< the path of the file that is no longer of the table
  std::int64_t taken_out_at_unix = 0;  ///< with `removed` alone
  std::optional<SliceFile> added;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Parses an entry that stands as `version` in the file `path`, which errors name. Errors: CND-2301 with the
/// line, CND-2313 (a newer protocol), CND-2303 (a type of a column that no table of ours has).
[[nodiscard]] Entry parse_entry(std::string_view text, std::uint64_t version,
                                const std::filesystem::path& path);
[[nodiscard]] std::string write_entry(const Entry& entry);

/// Errors: CND-2311 where an entry cannot hold the submitter, the period, a tag or the time of the file.
void check_file(const SliceFile& file);

/// The properties that each table has.
[[nodiscard]] Tags table_configuration();
/// The statistics and the tags of an `add`, which a checkpoint has too.
[[nodiscard]] std::string stats_text(const SliceFile& file);
[[nodiscard]] Tags tags_of(const SliceFile& file);
/// A file from the fields of an `add`. Nothing where they are none of ours.
struct AddFields {
  std::string path;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;
  std::string stats;
  Tags tags;
};
[[nodiscard]] std::optional<SliceFile> file_of(const AddFields& fields);

}  // namespace candour::lake
