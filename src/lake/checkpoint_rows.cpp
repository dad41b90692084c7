#include "candour/lake/checkpoint_rows.h"

#include <algorithm>

#include "candour/lake/lake_format.h"
#include "candour/lake/schema_text.h"

namespace candour::lake {
namespace {

using table::Type;

constexpr std::int64_t kMs = 1000;
constexpr char kBetween = '\x1f';  ///< between a map's keys, and its values: no tag has one

// Written: `what` says which action the row is. `keys` and `vals` are the map that it has.
constexpr base::Literal kNested =
    "CASE WHEN what = 'txn' THEN {'appId': name, 'version': number} END AS txn, "
    "CASE WHEN what = 'add' THEN {'path': name, 'partitionValues': MAP([], [])::MAP(VARCHAR, VARCHAR), "
    "'size': number, 'modificationTime': time_ms, 'dataChange': false, 'stats': body, "
    "'tags': MAP(string_split(keys, chr(31)), string_split(vals, chr(31)))} END AS \"add\", "
    "CASE WHEN false THEN {'path': name, 'deletionTimestamp': time_ms, 'dataChange': true} END AS "
    "\"remove\", "
    "CASE WHEN what = 'metaData' THEN {'id': name, 'name': title, 'format': {'provider': 'parquet', "
    "'options': MAP([], [])::MAP(VARCHAR, VARCHAR)}, 'schemaString': body, "
    "'partitionColumns': []::VARCHAR[], 'createdTime': time_ms, "
    "'configuration': MAP(string_split(keys, chr(31)), string_split(vals, chr(31)))} END AS \"metaData\", "
    "CASE WHEN what = 'protocol' THEN {'minReaderVersion': 1::INTEGER, 'minWriterVersion': 2::INTEGER} END "
    "AS protocol";
// Read: the rows of a checkpoint that are state; what the log's first entry says stands there and is not
// read.
constexpr base::Literal kFlat =
    "CASE WHEN txn IS NOT NULL THEN 'txn' WHEN \"add\" IS NOT NULL THEN 'add' ELSE 'other' END AS what, "
    "coalesce(txn.\"appId\", \"add\".path) AS name, coalesce(txn.version, \"add\".size) AS number, "
    "\"add\".\"modificationTime\" AS time_ms, \"add\".stats AS body, "
    "array_to_string(map_keys(\"add\".tags), chr(31)) AS keys, "
    "array_to_string(map_values(\"add\".tags), chr(31)) AS vals";

enum Column : std::size_t { kWhat, kName, kNumber, kTime, kBody, kKeys, kVals, kTitle };

table::Schema flat_schema() {
  return table::Schema({{"what", Type::kText},
                        {"name", Type::kText},
                        {"number", Type::kInteger},
                        {"time_ms", Type::kInteger},
                        {"body", Type::kText},
                        {"keys", Type::kText},
                        {"vals", Type::kText}});
}

table::Schema written_schema() {
  std::vector<table::ColumnSpec> columns = flat_schema().columns();
  columns.push_back({"title", Type::kText});
  return table::Schema(std::move(columns));
}

/// The actions of a state, in an order that the state alone decides.
class Actions final : public table::ChunkSource {
 public:
  Actions(const State& state, const Creation& created)
      : state_(state),
        created_(created),
        commit_(state.commits.begin()),
        slice_(state.newest.slices.begin()) {}
  [[nodiscard]] const table::Schema& schema() const override { return schema_; }

  bool next(table::Chunk& chunk) override {
    chunk.clear();
    if (!is_begun_) {
      is_begun_ = true;
      put(chunk, "protocol", "", 0, 0, "", {}, "");
      put(chunk, "metaData", created_.id, 0, created_.created_at_unix * kMs, write_schema(created_.schema),
          table_configuration(), created_.name);
    }
    for (; commit_ != state_.commits.end() && !chunk.full(); ++commit_) {
      put(chunk, "txn", base::to_hex(commit_->first), commit_->second, 0, "", {}, "");
    }
    for (; slice_ != state_.newest.slices.end() && !chunk.full(); ++slice_) {
      const SliceFile& file = slice_->second;
      put(chunk, "add", file.path, file.size_bytes, file.written_at_unix * kMs, stats_text(file),
          tags_of(file), "");
    }
    return chunk.rows() > 0;
  }

 private:
  static void put(table::Chunk& chunk, std::string_view what, std::string_view name, std::uint64_t number,
                  std::int64_t time_ms, std::string_view body, const Tags& map, std::string_view title) {
    std::string keys;
    std::string vals;
    for (const auto& [key, value] : map) {
      if (!keys.empty()) {
        keys += kBetween;
        vals += kBetween;
      }
      keys += key;
      vals += value;
    }
    chunk.column(kWhat).append_text(what);
    chunk.column(kName).append_text(name);
    chunk.column(kNumber).append_integer(static_cast<std::int64_t>(number));
    chunk.column(kTime).append_integer(time_ms);
    chunk.column(kBody).append_text(body);
    chunk.column(kKeys).append_text(keys);
    chunk.column(kVals).append_text(vals);
    chunk.column(kTitle).append_text(title);
  }

  const State& state_;
  const Creation& created_;
  table::Schema schema_ = written_schema();
  bool is_begun_ = false;
  std::map<base::Digest, std::uint64_t>::const_iterator commit_;
  std::map<Slice, SliceFile>::const_iterator slice_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(kBetween);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool read_txn(const table::Chunk& chunk, std::size_t row, State& state) {
  const auto submission = base::from_hex_exactly<32>(chunk.column(kName).text(row));
  const std::int64_t version = chunk.column(kNumber).integer(row);
  if (!submission || version < 1 || static_cast<std::uint64_t>(version) > state.newest.version) {
    return false;
  }
  return state.commits.emplace(*submission, version).second;
}

bool read_add(const table::Chunk& chunk, std::size_t row, State& state) {
  for (const Column column : {kTime, kBody, kKeys, kVals}) {
    if (chunk.column(column).is_null(row)) return false;
  }
  AddFields add{std::string(chunk.column(kName).text(row)),
                chunk.column(kNumber).integer(row),
                chunk.column(kTime).integer(row),
                std::string(chunk.column(kBody).text(row)),
                {}};
  const std::vector<std::string> keys = split(chunk.column(kKeys).text(row));
  const std::vector<std::string> vals = split(chunk.column(kVals).text(row));
  if (keys.size() != vals.size()) return false;
  for (std::size_t i = 0; i < keys.size(); ++i) add.tags.emplace(keys[i], vals[i]);
  const auto file = file_of(add);
  return file && state.newest.slices.emplace(file->slice, *file).second;
}

}  // namespace

void write_checkpoint(const State& state, const Creation& created, sql::ParquetFile& file) {
  Actions actions(state, created);
  file.write(actions, kNested);
}

std::optional<State> read_checkpoint(sql::ParquetFile& file, std::uint64_t version) {
  State state;
  state.newest.version = version;
  sql::Result rows = file.read(flat_schema(), kFlat);
  table::Chunk chunk(rows.schema());
  while (rows.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      const std::string_view what = chunk.column(kWhat).text(row);
      if (what == "other") continue;
      if (chunk.column(kName).is_null(row) || chunk.column(kNumber).is_null(row)) return std::nullopt;
      if (!(what == "txn" ? read_txn(chunk, row, state) : read_add(chunk, row, state))) return std::nullopt;
    }
  }
  // Each slice is held by a submission that was committed.
  for (const auto& [slice, held] : state.newest.slices) {
    if (!state.commits.contains(held.submission)) return std::nullopt;
  }
  return state;
}

}  // namespace candour::lake
