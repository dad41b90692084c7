#include "candour/measure/counts.h"

#include <algorithm>
#include <set>

#include "candour/base/json.h"
#include "candour/measure/count_rules.h"
#include "candour/sql/engine.h"
#include "candour/table/csv_writer.h"

namespace candour::measure {
namespace {

constexpr std::string_view kFormat = "candour-counts-1";
constexpr std::string_view kCountsFile = "counts.csv";
constexpr std::string_view kManifestFile = "manifest.json";
constexpr std::size_t kSaltBytes = 16;
constexpr std::string_view kSubmitter = "submitter";

/// Minimised rows with the submitter before them, as a local step reads them.
class WithSubmitter final : public table::ChunkSource {
 public:
  WithSubmitter(table::ChunkSource& rows, table::Schema schema, std::string_view submitter)
      : rows_(rows), schema_(std::move(schema)), submitter_(submitter), buffer_(rows.schema()) {}
  [[nodiscard]] const table::Schema& schema() const override { return schema_; }
  [[nodiscard]] std::uint64_t rows_read() const { return rows_read_; }

  bool next(table::Chunk& chunk) override {
    chunk.clear();
    if (!rows_.next(buffer_)) return false;
    const std::size_t count = buffer_.rows();
    for (std::size_t row = 0; row < count; ++row) chunk.column(0).append_text(submitter_);
    for (std::size_t i = 0; i < buffer_.columns().size(); ++i) {
      for (std::size_t row = 0; row < count; ++row) chunk.column(i + 1).append_from(buffer_.column(i), row);
    }
    rows_read_ += count;
    return true;
  }

 private:
  table::ChunkSource& rows_;
  table::Schema schema_;
  std::string submitter_;
  table::Chunk buffer_;
  std::uint64_t rows_read_ = 0;
};

table::Relation collect(table::ChunkSource& source) {
  table::Relation all{source.schema(), {}};
  table::Chunk chunk(source.schema());
  while (source.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) all.append_row(chunk, row);
  }
  return all;
}

std::string counts_text(const table::Relation& relation) {
  base::TextSink sink;
  table::write_csv(relation, sink);
  return sink.take();
}

const std::string& text_member(const base::Json& manifest, std::string_view key,
                               const std::filesystem::path& path) {
  const base::Json* member = manifest.find(key);
  if (member == nullptr || member->text() == nullptr) {
    throw base::Error("CND-1605", "A counts manifest lacks a text that it must have.")
        .with("path", path)
        .with("key", base::Label(key));
  }
  return *member->text();
}

std::uint64_t number_member(const base::Json& manifest, std::string_view key,
                            const std::filesystem::path& path) {
  const base::Json* member = manifest.find(key);
  if (member == nullptr || member->integer() == nullptr || *member->integer() < 0) {
    throw base::Error("CND-1605", "A counts manifest lacks a number of rows that it must have.")
        .with("path", path)
        .with("key", base::Label(key));
  }
  if (*member->integer() > kMostCounted) {
    throw base::Error("CND-1605", "A counts manifest has more rows than can be counted.")
        .with("path", path)
        .with("key", base::Label(key))
        .with("at_most", kMostCounted);
  }
  return static_cast<std::uint64_t>(*member->integer());
}

void require_equal(const std::string& found, std::string_view expected, std::string_view key,
                   const std::filesystem::path& path) {
  if (found == expected) return;
  throw base::Error("CND-1605", "These counts are not of this collection, measure and period.")
      .with("path", path)
      .with("key", base::Label(key))
      .with("found", base::Label(found))
      .with("expected", base::Label(expected));
}

/// A salt that is no salt would make a commitment that anyone can open by trying small counts.
void require_salt(const std::string& salt, const std::filesystem::path& path) {
  const auto bytes = base::from_hex(salt);
  if (bytes && bytes->size() == kSaltBytes) return;
  throw base::Error("CND-1605", "The salt of a counts manifest is not 32 hexadecimal digits.")
      .with("path", path);
}

/// Counts hold what the manifest says: nothing in a nil return, and no row of another submitter, whose
/// figures it would change.
void require_own_rows(const Counts& counts, const std::filesystem::path& path) {
  if (counts.nil && (counts.rows != 0 || counts.rows_refused != 0 || counts.relation.rows() != 0)) {
    throw base::Error("CND-1605", "A nil return has counts, or rows that were refused.")
        .with("path", path)
        .with("submitter", base::Label(counts.submitter));
  }
  const auto column = counts.relation.schema.find(kSubmitter);
  if (!column || counts.relation.schema.columns()[*column].type != table::Type::kText) return;
  for (const table::Chunk& chunk : counts.relation.chunks) {
    const table::Column& submitters = chunk.column(*column);
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      if (!submitters.is_null(row) && submitters.text(row) == counts.submitter) continue;
      throw base::Error("CND-1605", "Counts hold a row of another submitter than their manifest's.")
          .with("path", path)
          .with("submitter", base::Label(counts.submitter));
    }
  }
}

/// The reader knows the place in the file, not whose file it is.
table::Relation parse_relation(base::ByteSource& source, const collection::Measure& measure,
                               const Counts& counts, const std::filesystem::path& path) {
  try {
    return table::parse_canonical_csv(source, measure.local.result());
  } catch (const base::Error& error) {
    throw base::Error(error).with("path", path).with("submitter", base::Label(counts.submitter));
  }
}

}  // namespace

Counts compute_counts(const collection::Collection& collection, const collection::Measure& measure,
                      std::string_view submitter, const collection::Period& period, table::ChunkSource& rows,
                      base::Random& random) {
  if (measure.unit != collection::Unit::kRow) {
    throw base::Error("CND-1604",
                      "This measure's unit needs linkage across providers, which counts cannot give.")
        .with("measure", base::Label(measure.name));
  }
  const collection::Table& table = collection.table(measure.table);
  WithSubmitter with_submitter(rows, table.local_schema(), submitter);
  sql::Engine engine;
  collection.put_relations(engine, measure.local, period);
  engine.put_table("rows", with_submitter);
  sql::Result result = engine.run(measure.local);

  Counts counts;
  counts.collection = collection.name;
  counts.collection_sha256 = base::to_hex(collection.digest);
  counts.measure = measure.name;
  counts.submitter = submitter;
  counts.period = period.name;
  counts.relation = collect(result);
  counts.rows = with_submitter.rows_read();
  table::sort_rows(counts.relation);
  require_counts(measure, counts, {});
  std::array<std::uint8_t, kSaltBytes> salt;
  random.fill(salt);
  counts.salt = base::to_hex(salt);
  counts.counts_sha256 = base::to_hex(base::sha256(base::as_bytes(counts_text(counts.relation))));
  return counts;
}

std::string manifest_text(const Counts& counts) {
  return base::write_json(base::Json::Object{{"format", kFormat},
                                             {"collection", counts.collection},
                                             {"collection_sha256", counts.collection_sha256},
                                             {"measure", counts.measure},
                                             {"submitter", counts.submitter},
                                             {"period", counts.period},
                                             {"rows", counts.rows},
                                             {"rows_refused", counts.rows_refused},
                                             {"nil_return", counts.nil},
                                             {"counts_sha256", counts.counts_sha256},
                                             {"salt", counts.salt}});
}

void store_counts(base::Disk& disk, const std::filesystem::path& folder, const Counts& counts) {
  disk.make_folder(folder);
  // A kill between the two files leaves counts without a manifest, which are no counts: made again from the
  // start.
  if (disk.exists(folder / kCountsFile) && !disk.exists(folder / kManifestFile))
    disk.remove(folder / kCountsFile);
  // And one in the last steps leaves counts that are whole: the next line says that they are there.
  if (disk.exists(folder / kManifestFile)) disk.settle(folder / kManifestFile);
  disk.store_new(folder / kCountsFile, counts_text(counts.relation));
  disk.store_new(folder / kManifestFile, manifest_text(counts));
}

Counts load_counts(const base::Disk& disk, const std::filesystem::path& folder,
                   const collection::Collection& collection, const collection::Measure& measure,
                   const collection::Period& period) {
  const std::filesystem::path path = folder / kManifestFile;
  const std::string manifest_bytes = base::load_text(disk, path);
  const base::Json manifest = base::parse_json(manifest_bytes);
  Counts counts;
  counts.manifest_sha256 = base::to_hex(base::sha256(base::as_bytes(manifest_bytes)));
  require_equal(text_member(manifest, "format", path), kFormat, "format", path);
  counts.collection = text_member(manifest, "collection", path);
  counts.collection_sha256 = text_member(manifest, "collection_sha256", path);
  counts.measure = text_member(manifest, "measure", path);
  counts.submitter = text_member(manifest, "submitter", path);
  counts.period = text_member(manifest, "period", path);
  counts.counts_sha256 = text_member(manifest, "counts_sha256", path);
  counts.salt = text_member(manifest, "salt", path);
  require_equal(counts.collection, collection.name, "collection", path);
  require_equal(counts.collection_sha256, base::to_hex(collection.digest), "collection_sha256", path);
  require_equal(counts.measure, measure.name, "measure", path);
  require_equal(counts.period, period.name, "period", path);
  counts.rows = number_member(manifest, "rows", path);
  counts.rows_refused = number_member(manifest, "rows_refused", path);
  const base::Json* nil = manifest.find("nil_return");
  if (nil == nullptr || nil->boolean() == nullptr) {
    throw base::Error("CND-1605", "A counts manifest does not say whether it is a nil return.")
        .with("path", path);
  }
  counts.nil = *nil->boolean();
  require_salt(counts.salt, path);

  const std::string text = base::load_text(disk, folder / kCountsFile);
  require_equal(base::to_hex(base::sha256(base::as_bytes(text))), counts.counts_sha256, "counts_sha256",
                folder / kCountsFile);
  base::MemorySource source(text);
  counts.relation = parse_relation(source, measure, counts, folder / kCountsFile);
  require_own_rows(counts, folder / kCountsFile);
  require_counts(measure, counts, folder / kCountsFile);
  return counts;
}

table::Relation combine_counts(const collection::Collection& collection, const collection::Measure& measure,
                               const collection::Period& period, const std::vector<Counts>& counts) {
  table::Relation all{measure.local.result(), {}};
  std::set<std::string_view> submitters;
  for (const Counts& of_one : counts) {
    if (!submitters.insert(of_one.submitter).second) {
      throw base::Error("CND-1606", "Two counts of one submitter would be added twice.")
          .with("submitter", base::Label(of_one.submitter));
    }
    for (const table::Chunk& chunk : of_one.relation.chunks) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) all.append_row(chunk, row);
    }
  }
  sql::Engine engine;
  collection.put_relations(engine, measure.combine, period);
  table::RelationSource source(all);
  engine.put_table("counts", source);
  sql::Result result = engine.run(measure.combine);
  table::Relation combined = collect(result);
  table::sort_rows(combined);
  return combined;
}

}  // namespace candour::measure
