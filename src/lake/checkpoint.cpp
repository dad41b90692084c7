#include "candour/lake/checkpoint.h"

#include <algorithm>

#include "candour/base/json.h"
#include "candour/lake/checkpoint_rows.h"
#include "candour/lake/lake_format.h"

namespace candour::lake {
namespace {

using base::Json;

constexpr std::uint64_t kNoteLimitBytes = 4096;

/// store_new where another process may have made the same file.
template <typename Content>
void store_unless_there(base::Disk& disk, const std::filesystem::path& path, Content&& content) {
  try {
    static_cast<void>(disk.store_new(path, content));
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode("CND-1005")) throw;
  }
}

std::int64_t integer_in(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr || value->integer() == nullptr ? -1 : *value->integer();
}

}  // namespace

std::filesystem::path Checkpoints::parquet_path(std::uint64_t version) const {
  return folder_ / kLogFolder / (version_name(version) + ".checkpoint.parquet");
}

std::filesystem::path Checkpoints::note_path(std::uint64_t version) const {
  return folder_ / kCheckpointsFolder / (version_name(version) + ".json");
}

std::vector<std::uint64_t> Checkpoints::versions() const {
  std::vector<std::uint64_t> versions;
  const std::filesystem::path folder = folder_ / kCheckpointsFolder;
  if (!disk_.exists(folder)) return versions;
  for (const std::string& name : disk_.list(folder)) {
    if (const auto version = parse_version_name(name, ".json")) versions.push_back(*version);
  }
  return versions;
}

void Checkpoints::store(const State& state, const Creation& created) {
  const std::uint64_t version = state.newest.version;
  const auto scratch = scratches_->take();
  write_checkpoint(state, created, scratch->parquet());
  const auto written = scratch->open();
  base::FileSource to_hash(*written);
  const base::Digest sha256 = base::sha256_of(to_hash);
  base::FileSource to_store(*written);
  store_unless_there(disk_, parquet_path(version), to_store);
  disk_.make_folder(folder_ / kCheckpointsFolder);
  // After the checkpoint, and of what was written here: a file that another left there under its name is no
  // checkpoint if it has other bytes.
  store_unless_there(
      disk_, note_path(version),
      base::write_json(Json::Object{{"size", written->size_bytes()}, {"sha256", base::to_hex(sha256)}}));
  constexpr std::uint64_t kProtocolAndMetadata = 2;
  store_hint(version, kProtocolAndMetadata + state.commits.size() + state.newest.slices.size(),
             written->size_bytes());
}

// The one file that is replaced. Readers do without it between the two steps, and so they do for ever if a
// process dies there or two of them meet.
void Checkpoints::store_hint(std::uint64_t version, std::uint64_t actions, std::uint64_t size_bytes) {
  const std::filesystem::path path = folder_ / kLogFolder / kLastCheckpoint;
  disk_.remove(path);
  store_unless_there(disk_, path,
                     base::write_json_line(
                         Json::Object{{"version", version}, {"size", actions}, {"sizeInBytes", size_bytes}}));
}

State Checkpoints::load(std::uint64_t version) const {
  const std::filesystem::path path = parquet_path(version);
  const auto fail = [&] {
    throw base::Error("CND-2310", "A checkpoint of the table is not as Candour writes it.")
        .with("path", path);
  };
  Json note;
  try {
    note = base::parse_json(base::load_text(disk_, note_path(version), kNoteLimitBytes));
  } catch (const base::Error&) {
    fail();
  }
  const Json* digest_text = note.find("sha256");
  const auto sha256 = digest_text == nullptr || digest_text->text() == nullptr
                          ? std::nullopt
                          : base::from_hex_exactly<32>(*digest_text->text());
  const std::int64_t size_bytes = integer_in(note, "size");
  if (size_bytes < 0 || !sha256) fail();
  const auto scratch = scratches_->take();
  scratch->copy_verified(disk_, path, static_cast<std::uint64_t>(size_bytes), *sha256);
  std::optional<State> state = read_checkpoint(scratch->parquet(), version);
  if (!state) fail();
  return std::move(*state);
}

}  // namespace candour::lake
