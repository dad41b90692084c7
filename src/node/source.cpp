#include "candour/node/source.h"

#include "candour/base/date.h"
#include "candour/base/json.h"
#include "candour/node/vault_rows.h"
#include "candour/statement/payload.h"
#include "candour/submission/outbox_names.h"

namespace candour::node {
namespace {

constexpr const char* kSourceFile = "source.json";
constexpr const char* kLeftOutFile = "left_out.json";
constexpr std::int64_t kMostRows = 1'000'000'000'000;

Source parse_source(std::string_view text) {
  const base::Json json = base::parse_json(text);
  statement::PayloadReader reader(json);
  Source source;
  source.domain = reader.text("domain");
  source.opt_out = reader.text("opt_out");
  for (const base::Json& one : reader.array("files", 100'000)) {
    statement::PayloadReader file(one);
    source.files.push_back({file.text("name"), file.text("sha256"), file.time("loaded_at")});
    file.finish();
  }
  source.rows = static_cast<std::uint64_t>(reader.integer("rows", 0, kMostRows));
  source.rows_refused = static_cast<std::uint64_t>(reader.integer("rows_refused", 0, kMostRows));
  source.nil = reader.flag("nil");
  if (json.find("left_out") != nullptr) source.left_out = base::to_hex(reader.digest("left_out"));
  reader.finish();
  return source;
}

std::string write_source(const Source& source) {
  base::Json::Array files;
  for (const Source::File& file : source.files) {
    files.emplace_back(base::Json::Object{
        {"name", file.name}, {"sha256", file.sha256}, {"loaded_at", base::utc_text(file.loaded_at)}});
  }
  base::Json::Object object{
      {"domain", source.domain}, {"opt_out", source.opt_out},           {"files", std::move(files)},
      {"rows", source.rows},     {"rows_refused", source.rows_refused}, {"nil", source.nil}};
  if (!source.left_out.empty()) object.emplace_back("left_out", source.left_out);
  return base::write_json(object);
}

}  // namespace

Source source_of(const vault::Vault& vault, const SliceJob& job, std::string left_out) {
  const vault::Slice slice = slice_of(vault, job.collection, job.table, job.period);
  Source source;
  source.domain = job.instruction.domain;
  source.opt_out = job.instruction.opt_out;
  for (const vault::SourceFile& file : vault.files(slice)) {
    source.files.push_back({file.name, file.sha256, file.loaded_at_unix_seconds});
  }
  source.rows = vault.row_count(slice);
  source.rows_refused = vault.quarantine_count(slice);
  source.nil = vault.is_nil_return(slice);
  source.left_out = std::move(left_out);
  return source;
}

void store_source(base::Disk& disk, const std::filesystem::path& submission, const Source& source) {
  const std::filesystem::path path = submission / kSourceFile;
  if (load_source(disk, submission) == source) return disk.settle(path);
  disk.remove(path);
  disk.store_new(path, write_source(source));
}

std::optional<Source> load_source(const base::Disk& disk, const std::filesystem::path& submission) {
  const std::filesystem::path path = submission / kSourceFile;
  if (!disk.exists(path)) return std::nullopt;
  return parse_source(base::load_text(disk, path));
}

void store_left_out(base::Disk& disk, const std::filesystem::path& submission,
                    const PeopleLeftOut& left_out) {
  const std::filesystem::path path = submission / kLeftOutFile;
  if (load_left_out(disk, submission) == left_out) return disk.settle(path);
  disk.remove(path);
  disk.store_new(path, base::write_json(
                           base::Json::Object{{"national", left_out.national}, {"type_1", left_out.type_1}}));
}

std::optional<PeopleLeftOut> load_left_out(const base::Disk& disk, const std::filesystem::path& submission) {
  const std::filesystem::path path = submission / kLeftOutFile;
  if (!disk.exists(path)) return std::nullopt;
  const base::Json json = base::parse_json(base::load_text(disk, path));
  statement::PayloadReader reader(json);
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint64_t>(reader.integer(key, 0, kMostRows));
  };
  const PeopleLeftOut left_out{count("national"), count("type_1")};
  reader.finish();
  return left_out;
}

std::optional<LatestSubmission> latest_submission(const base::Disk& disk, const submission::Outbox& outbox,
                                                  const SliceJob& job) {
  const std::string prefix =
      submission::folder_name_prefix({job.collection.name, job.table.name, job.period.name});
  std::optional<LatestSubmission> latest;
  for (const std::filesystem::path& folder : outbox.submissions()) {
    const auto revision = submission::revision_of(folder.filename().string(), prefix);
    if (revision && (!latest || *revision > latest->revision))
      latest = LatestSubmission{folder, *revision, false, {}};
  }
  if (!latest) return latest;
  latest->received = submission::stage_of(disk, latest->folder) == submission::Stage::kReceived;
  latest->source = load_source(disk, latest->folder);
  return latest;
}

}  // namespace candour::node
