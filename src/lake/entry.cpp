#include "candour/lake/entry.h"

#include <algorithm>
#include <vector>

#include "candour/base/json.h"
#include "candour/lake/lake_format.h"
#include "candour/lake/schema_text.h"

namespace candour::lake {
namespace {

using base::Json;

constexpr std::int64_t kMs = 1000;
constexpr int kReaderVersion = 1;
constexpr int kWriterVersion = 2;

Json object_of(const Tags& map) {
  Json::Object object;
  for (const auto& [key, value] : map) object.emplace_back(key, value);
  return object;
}

Json info_action(std::int64_t unix_seconds, const char* operation) {
  return Json::Object{{"commitInfo", Json::Object{{"timestamp", unix_seconds * kMs},
                                                  {"operation", operation},
                                                  {"operationParameters", Json::Object{}},
                                                  {"engineInfo", "candour"}}}};
}

Json protocol_action() {
  return Json::Object{
      {"protocol", Json::Object{{"minReaderVersion", kReaderVersion}, {"minWriterVersion", kWriterVersion}}}};
}

Json metadata_action(const Creation& created) {
  return Json::Object{{"metaData", Json::Object{{"id", created.id},
                                                {"name", created.name},
                                                {"format", Json::Object{{"provider", "parquet"},
                                                                        {"options", Json::Object{}}}},
                                                {"schemaString", write_schema(created.schema)},
                                                {"partitionColumns", Json::Array{}},
                                                {"configuration", object_of(table_configuration())},
                                                {"createdTime", created.created_at_unix * kMs}}}};
}

Json txn_action(const base::Digest& submission, std::uint64_t version) {
  return Json::Object{{"txn", Json::Object{{"appId", base::to_hex(submission)}, {"version", version}}}};
}

Json remove_action(const std::string& path, std::int64_t unix_seconds) {
  return Json::Object{
      {"remove",
       Json::Object{{"path", path}, {"deletionTimestamp", unix_seconds * kMs}, {"dataChange", true}}}};
}

Json add_action(const SliceFile& file) {
  return Json::Object{{"add", Json::Object{{"path", file.path},
                                           {"partitionValues", Json::Object{}},
                                           {"size", file.size_bytes},
                                           {"modificationTime", file.written_at_unix * kMs},
                                           {"dataChange", true},
                                           {"stats", stats_text(file)},
                                           {"tags", object_of(tags_of(file))}}}};
}

std::vector<Json> actions_of(const Entry& entry) {
  if (entry.created) {
    return {info_action(entry.created->created_at_unix, "CREATE TABLE"), protocol_action(),
            metadata_action(*entry.created)};
  }
  if (!entry.added) {
    CANDOUR_CHECK(entry.removed.has_value());
    return {info_action(entry.taken_out_at_unix, "DELETE"),
            remove_action(*entry.removed, entry.taken_out_at_unix)};
  }
  const SliceFile& file = *entry.added;
  std::vector<Json> actions = {
      info_action(file.written_at_unix, entry.reason == Reason::kSubmitted ? "WRITE" : "DELETE")};
  if (entry.reason == Reason::kSubmitted) actions.push_back(txn_action(file.submission, entry.version));
  if (entry.removed) actions.push_back(remove_action(*entry.removed, file.written_at_unix));
  actions.push_back(add_action(file));
  return actions;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

const std::string* text_in(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr ? nullptr : value->text();
}

std::int64_t integer_in(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr || value->integer() == nullptr ? -1 : *value->integer();
}

/// Reads the fields that an entry keeps, one action after another. What else stands in an action is judged by
/// parse_entry, which spells the entry again.
class Reader {
 public:
  Reader(std::uint64_t version, const std::filesystem::path& path) : path_(path) { entry_.version = version; }

  void read(std::string_view line) {
    ++line_;
    Json action;
    try {
      action = base::parse_json(line);
    } catch (const base::Error&) {
      fail(line_);
    }
    if (action.object() == nullptr || action.object()->size() != 1) fail(line_);
    const auto& [name, fields] = action.object()->front();
    if (name == "protocol") {
      require_protocol(fields);
    } else if (name == "metaData") {
      read_metadata(fields);
    } else if (name == "txn") {
      entry_.reason = Reason::kSubmitted;
    } else if (name == "remove") {
      if (const std::string* removed = text_in(fields, "path")) entry_.removed = *removed;
      const std::int64_t removed_ms = integer_in(fields, "deletionTimestamp");
      if (!entry_.removed || !parse_data_path(*entry_.removed) || removed_ms < 0) fail(line_);
      entry_.taken_out_at_unix = removed_ms / kMs;
    } else if (name == "add") {
      read_add(fields);
    } else if (name != "commitInfo") {
      fail(line_);
    }
  }

  [[nodiscard]] const Entry& entry() const { return entry_; }

  [[noreturn]] void fail(std::int64_t line) const {
    throw base::Error("CND-2301", "An entry of the table's log is not as Candour writes it.")
        .with("path", path_)
        .with("line", line);
  }

 private:
  void require_protocol(const Json& fields) const {
    const std::int64_t reader = integer_in(fields, "minReaderVersion");
    const std::int64_t writer = integer_in(fields, "minWriterVersion");
    if (reader <= kReaderVersion && writer <= kWriterVersion) return;
    throw base::Error("CND-2313", "The table needs a newer version of the Delta protocol.")
        .with("path", path_)
        .with("line", line_)
        .with("reader_version", reader)
        .with("writer_version", writer);
  }

  void read_metadata(const Json& fields) {
    const std::string* id = text_in(fields, "id");
    const std::string* name = text_in(fields, "name");
    const std::string* schema = text_in(fields, "schemaString");
    const std::int64_t created_ms = integer_in(fields, "createdTime");
    if (id == nullptr || name == nullptr || schema == nullptr || created_ms < 0) fail(line_);
    auto columns = parse_schema(*schema);
    if (!columns) {
      throw base::Error("CND-2303", "The table has columns or types that no lake table of Candour has.")
          .with("path", path_)
          .with("line", line_);
    }
    entry_.created = Creation{*id, *name, std::move(*columns), created_ms / kMs};
  }

  void read_add(const Json& fields) {
    const std::string* path = text_in(fields, "path");
    const std::string* stats = text_in(fields, "stats");
    const Json* tags = fields.find("tags");
    if (path == nullptr || stats == nullptr || tags == nullptr || tags->object() == nullptr) fail(line_);
    AddFields add{*path, integer_in(fields, "size"), integer_in(fields, "modificationTime"), *stats, {}};
    for (const auto& [key, value] : *tags->object()) {
      if (value.text() == nullptr) fail(line_);
      add.tags.emplace(key, *value.text());
    }
    entry_.added = file_of(add);
    if (!entry_.added) fail(line_);
    entry_.taken_out_at_unix = 0;
  }

  const std::filesystem::path& path_;
  std::int64_t line_ = 0;
  Entry entry_;
};

}  // namespace

// No file is forgotten before an erasure takes it, the log is kept whole, and checkpoints hold no tombstones.
Tags table_configuration() {
  return {{"delta.checkpointInterval", std::to_string(kCheckpointEvery)},
          {"delta.deletedFileRetentionDuration", "interval 0 seconds"},
          {"delta.enableExpiredLogCleanup", "false"}};
}

std::string write_entry(const Entry& entry) {
  std::string text;
  for (const Json& action : actions_of(entry)) text += base::write_json_line(action) + "\n";
  return text;
}

Entry parse_entry(std::string_view text, std::uint64_t version, const std::filesystem::path& path) {
  const std::vector<std::string_view> lines = lines_of(text);
  Reader reader(version, path);
  for (const std::string_view line : lines) reader.read(line);
  const Entry& entry = reader.entry();
  // Neither a creation nor a file: nothing that could be spelled again.
  const bool has_file = entry.added || entry.removed;
  if (entry.created.has_value() == has_file || entry.created.has_value() != (version == 0)) {
    reader.fail(1);
  }
  const std::string spelled = write_entry(entry);
  if (spelled == text) return entry;
  const std::vector<std::string_view> expected = lines_of(spelled);
  const auto differs = std::mismatch(lines.begin(), lines.end(), expected.begin(), expected.end()).first;
  reader.fail(differs - lines.begin() + 1);
}

}  // namespace candour::lake
