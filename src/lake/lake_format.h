// The names in a table's folder, and the keys of a file's tags; docs/reference/formats/lake.md has the
// grammar.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace candour::lake {

inline constexpr const char* kLogFolder = "_delta_log";
inline constexpr const char* kDataFolder = "data";
inline constexpr const char* kErasedFolder = "erased";    ///< one file for each data file that was erased
inline constexpr const char* kWritersFolder = "writers";  ///< one lock for each Table that ever wrote
inline constexpr const char* kCheckpointsFolder = "checkpoints";  ///< size and digest of each checkpoint
inline constexpr const char* kLastCheckpoint = "_last_checkpoint";

inline constexpr std::uint64_t kCheckpointEvery = 100;
/// An entry has one file and its tags: all that is over this was written by something else.
inline constexpr std::uint64_t kEntryLimitBytes = std::uint64_t{256} << 10;

inline constexpr std::string_view kReservedTags = "candour.";

/// 20 digits, as Delta's log has them.
[[nodiscard]] std::string version_name(std::uint64_t version);
/// The version that a name of 20 digits and `suffix` has.
[[nodiscard]] std::optional<std::uint64_t> parse_version_name(std::string_view name, std::string_view suffix);

/// "VERSION-WRITER-COUNT.parquet": the version that its writer was about to commit, 16 hexadecimal digits of
/// the writer, and how many files it had made before. No two files ever have one name.
struct DataName {
  std::uint64_t version = 0;
  std::string writer;
  std::uint64_t count = 0;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<DataName> parse(std::string_view name);
};
/// The name in "data/NAME", which is the only form of a path that the log may have.
[[nodiscard]] std::optional<DataName> parse_data_path(std::string_view path);

}  // namespace candour::lake
