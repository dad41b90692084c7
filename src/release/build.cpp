#include <array>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/page/assets.h"
#include "candour/release/metadata.h"
#include "candour/release/pages.h"
#include "candour/sql/engine.h"
#include "candour/table/csv_writer.h"

namespace candour::release {
namespace {

constexpr std::string_view kNoRule = "none";

/// The files of a release folder, stored one by one. A file that is there with the same bytes is taken as
/// stored: a build that was killed goes on where it was. release.json comes last, so a folder without it is
/// no release.
class Folder {
 public:
  Folder(base::Disk& disk, std::filesystem::path path) : disk_(disk), path_(std::move(path)) {
    for (const char* folder : {"tables", "charts"}) disk_.make_folder(path_ / folder, base::Access::kPublic);
  }

  std::uint64_t store(const std::string& name, std::string_view content) {
    base::MemorySource source(content);
    return store(name, source, base::sha256(base::as_bytes(content)), content.size());
  }

  std::uint64_t store_file(const std::string& name, const std::filesystem::path& scratch) {
    const base::PosixDisk scratch_disk;
    const auto file = scratch_disk.open(scratch);
    base::FileSource once(*file);
    const base::Digest digest = base::sha256_of(once);
    base::FileSource again(*file);
    return store(name, again, digest, file->size_bytes());
  }

  [[nodiscard]] const std::vector<ReleaseFile>& files() const { return files_; }

 private:
  std::uint64_t store(const std::string& name, base::ByteSource& content, const base::Digest& digest,
                      std::uint64_t size_bytes) {
    if (disk_.exists(path_ / name)) {
      const auto there = disk_.open(path_ / name);
      base::FileSource source(*there);
      if (base::sha256_of(source) != digest) {
        throw base::Error("CND-1005", "The folder holds a file of another release.")
            .with("path", path_ / name);
      }
      disk_.settle(path_ / name);
    } else {
      disk_.store_new(path_ / name, content, base::Access::kPublic);
    }
    files_.push_back({name, {digest, size_bytes}});
    return size_bytes;
  }

  base::Disk& disk_;
  std::filesystem::path path_;
  std::vector<ReleaseFile> files_;
};

ReleasedTable store_table(Folder& folder, const ReleaseInputs& inputs,
                          const collection::ReleaseTable& declared, const std::filesystem::path& scratch) {
  const collection::Collection& collection = *inputs.collection;
  const auto counts = inputs.counts.find(declared.measure);
  const table::Relation combined = measure::combine_counts(
      collection, collection.measure(declared.measure), inputs.period,
      counts == inputs.counts.end() ? std::vector<measure::Counts>() : counts->second);
  ReleasedTable table{&declared, fill_frame(collection, declared, combined, inputs), {}, 0, 0};
  const std::string name = "tables/" + declared.name;
  base::TextSink csv;
  table::write_csv(table.framed, csv);
  table.csv_bytes = folder.store(name + ".csv", csv.text());
  folder.store(name + ".csv-metadata.json", base::write_json(csvw_json(declared, inputs.period)));
  const std::filesystem::path parquet = scratch / (declared.name + ".parquet");
  table::RelationSource rows(table.framed);
  sql::Engine::write_parquet(rows, parquet);
  table.parquet_bytes = folder.store_file(name + ".parquet", parquet);
  table.charts = draw_charts(declared, table.framed, inputs);
  for (const DrawnChart& chart : table.charts) {
    if (chart.wide_svg.empty()) continue;
    folder.store("charts/" + chart.name + ".svg", chart.wide_svg);
    folder.store("charts/" + chart.name + "-narrow.svg", chart.narrow_svg);
  }
  return table;
}

}  // namespace

void require_known_rules(const collection::Collection& collection) {
  for (const collection::ReleaseTable& table : collection.release.tables) {
    if (table.rule == kNoRule) continue;
    throw base::Error("CND-1701", "This version has no disclosure control but the rule none.")
        .with("table", base::Label(table.name))
        .with("rule", base::Label(table.rule));
  }
}

void build_release(base::Disk& disk, const ReleaseInputs& inputs, const std::filesystem::path& folder_path,
                   const std::filesystem::path& scratch) {
  require_known_rules(*inputs.collection);
  if (disk.exists(folder_path / "release.json")) {
    disk.settle(folder_path / "release.json");
    throw base::Error("CND-1005", "The folder holds a release already, and a release never changes.")
        .with("path", folder_path);
  }
  Folder folder(disk, folder_path);
  std::vector<ReleasedTable> tables;
  for (const collection::ReleaseTable& declared : inputs.collection->release.tables) {
    tables.push_back(store_table(folder, inputs, declared, scratch));
  }
  folder.store("candour.css", page::style_sheet());
  folder.store("quality.html", render_quality(inputs, tables));
  folder.store("index.html", render_index(inputs, tables));
  disk.store_new(folder_path / "release.json", base::write_json(release_json(inputs, folder.files())),
                 base::Access::kPublic);
}

}  // namespace candour::release
