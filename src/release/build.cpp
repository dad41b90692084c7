#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/page/assets.h"
#include "candour/release/metadata.h"
#include "candour/release/pages.h"
#include "candour/release/plan.h"
#include "candour/sql/engine.h"
#include "candour/table/csv_writer.h"

namespace candour::release {
namespace {

constexpr std::string_view kNoRule = "none";

ReleasedTable plan_table(Plan& plan, const ReleaseInputs& inputs, const collection::ReleaseTable& declared,
                         const std::filesystem::path& scratch) {
  const collection::Collection& collection = *inputs.collection;
  const auto counts = inputs.counts.find(declared.measure);
  const table::Relation combined = measure::combine_counts(
      collection, collection.measure(declared.measure), inputs.period,
      counts == inputs.counts.end() ? std::vector<measure::Counts>() : counts->second);
  ReleasedTable table{&declared, fill_frame(collection, declared, combined, inputs), {}, 0, 0};
  const std::string name = "tables/" + declared.name;
  base::TextSink csv;
  table::write_csv(table.framed, csv);
  table.csv_bytes = plan.add(name + ".csv", csv.take());
  plan.add(name + ".csv-metadata.json", base::write_json(csvw_json(declared, inputs.period)));
  const std::filesystem::path parquet = scratch / (declared.name + ".parquet");
  table::RelationSource rows(table.framed);
  sql::ParquetFile(parquet).write(rows);
  table.parquet_bytes = plan.add_file(name + ".parquet", parquet);
  table.charts = draw_charts(declared, table.framed, inputs);
  for (const DrawnChart& chart : table.charts) {
    if (chart.wide_svg.empty()) continue;
    plan.add("charts/" + chart.name + ".svg", chart.wide_svg);
    plan.add("charts/" + chart.name + "-narrow.svg", chart.narrow_svg);
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

void require_over(const collection::Period& period, const base::DateTime& published_at) {
  if (published_at.date > period.last_day) return;
  throw base::Error("CND-1710", "A release cannot be published before its period is over.")
      .with("published_at", base::Label(published_at.iso()))
      .with("last_day", base::Label(period.last_day.iso()));
}

void build_release(base::Disk& disk, const ReleaseInputs& inputs, const std::filesystem::path& folder,
                   const std::filesystem::path& scratch, const WhenMade& when_made) {
  require_known_rules(*inputs.collection);
  require_over(inputs.period, inputs.published_at);
  if (disk.exists(folder / "release.json")) {
    disk.settle(folder / "release.json");
    throw base::Error("CND-1005", "The folder holds a release already, and a release never changes.")
        .with("path", folder);
  }
  Plan plan;
  std::vector<ReleasedTable> tables;
  for (const collection::ReleaseTable& declared : inputs.collection->release.tables) {
    tables.push_back(plan_table(plan, inputs, declared, scratch));
  }
  plan.add("candour.css", std::string(page::style_sheet()));
  plan.add("quality.html", render_quality(inputs, tables));
  plan.add("index.html", render_index(inputs, tables));
  plan.require_room(disk, folder);
  const std::string release = base::write_json(release_json(inputs, plan.files()));
  if (when_made) when_made(base::sha256(base::as_bytes(release)));
  plan.store(disk, folder);
  disk.store_new(folder / "release.json", release, base::Access::kPublic);
}

}  // namespace candour::release
