// What tests of a release share: a small collection that needs no folder, inputs for it, relations from CSV.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/sha256.h"
#include "candour/base/simulated_disk.h"
#include "candour/release/compare.h"
#include "candour/release/release.h"
#include "candour/table/csv_writer.h"
#include "candour/testing/shared.h"

namespace candour::release::testing {

inline table::Relation relation_of(std::string_view csv, const table::Schema& schema) {
  base::MemorySource source(csv);
  return table::parse_canonical_csv(source, schema);
}

inline std::string csv_of(const table::Relation& relation) {
  base::TextSink sink;
  table::write_csv(relation, sink);
  return sink.take();
}

inline collection::Period september() {
  return collection::parse_period("2025-09", collection::PeriodKind::kMonth);
}

/// submitter, clinic (A, B; not in the alphabet's order), total, median with its status.
inline collection::ReleaseTable clinic_table() {
  using collection::ReleaseColumn;
  collection::ReleaseTable table;
  table.name = "clinics";
  table.title = "Treatments by clinic";
  table.measure = "treatments";
  table.rule = "none";
  table.frame = {{"submitter", "Provider", ""}, {"clinic", "Clinic", "clinics"}};
  ReleaseColumn total{"total", "Treatments", table::Type::kInteger, "treatments", 0, std::nullopt,
                      "0",     false};
  ReleaseColumn median{"median", "Median", table::Type::kReal, "weeks", 1e-9, "median_status", "", false};
  ReleaseColumn status{"median_status", "Why", table::Type::kText, "", 0, std::nullopt, "too-few", true};
  table.columns = {total, median, status};
  table.summary = {"total", "median"};
  table.summary_where = {{"clinic", "B"}};
  collection::ReleaseChart chart;
  chart.name = "largest";
  chart.title = "The largest";
  chart.description = "By treatments.";
  chart.kind = collection::ReleaseChart::Kind::kRanking;
  chart.columns = {"total"};
  chart.where = {{"clinic", "B"}};
  table.charts = {chart};
  return table;
}

/// Its combining step reads counts of (submitter, clinic, treatments).
inline collection::Collection clinic_collection() {
  collection::Collection collection;
  collection.name = "clinics";
  collection.title = "Clinics";
  collection.about = "A small collection.\n";
  collection.digest = base::sha256(base::as_bytes("clinics"));
  collection.codes["clinics"] = collection::CodeList({{"B", "Eyes", {}, {}, {}}, {"A", "Ears", {}, {}, {}}});
  collection.release.title = "Treatments";
  collection.release.headline = "**{{total}}** treatments, **{{twice}}** twice.";
  collection.release.headline_figures = {{"twice", {"total", "total"}}};
  collection.release.label = "management information";
  collection.release.tables = {clinic_table()};

  collection::Measure measure;
  measure.name = "treatments";
  measure.title = "Treatments";
  const table::Schema counts({{"submitter", table::Type::kText},
                              {"clinic", table::Type::kText},
                              {"treatments", table::Type::kInteger}});
  measure.local = sql::check_select("SELECT submitter, clinic, treatments FROM rows", {{"rows", counts}},
                                    sql::Reals::kRefused, base::Label("local"));
  measure.combine = sql::check_select(
      "SELECT submitter, clinic, CAST(SUM(treatments) AS BIGINT) AS total, "
      "CAST(NULL AS DOUBLE) AS median, 'too-few' AS median_status FROM counts GROUP BY submitter, clinic",
      {{"counts", counts}}, sql::Reals::kAllowed, base::Label("combine"));
  collection.measures.push_back(std::move(measure));
  return collection;
}

/// Counts of the small collection: rows as `clinic,treatments` for one submitter.
inline measure::Counts clinic_counts(const collection::Collection& collection, std::string submitter,
                                     const std::vector<std::pair<std::string, std::int64_t>>& rows) {
  measure::Counts counts;
  counts.submitter = std::move(submitter);
  counts.salt = std::string(32, '5');
  counts.relation = {collection.measure("treatments").local.result(), {}};
  for (const auto& [clinic, treatments] : rows) {
    table::Chunk row(counts.relation.schema);
    row.column(0).append_text(counts.submitter);
    row.column(1).append_text(clinic);
    row.column(2).append_integer(treatments);
    counts.relation.append_row(row, 0);
  }
  counts.counts_sha256 = base::to_hex(base::sha256(base::as_bytes(csv_of(counts.relation))));
  return counts;
}

/// R1 sent figures, R2 a nil return, R3 nothing.
inline ReleaseInputs clinic_inputs(const collection::Collection& collection) {
  ReleaseInputs inputs;
  inputs.collection = &collection;
  inputs.period = september();
  inputs.submitters = {{"R1", "First & Best Hospital"}, {"R2", ""}, {"R3", "Silent Hospital"}};
  measure::Counts nil = clinic_counts(collection, "R2", {});
  nil.nil = true;
  inputs.counts["treatments"] = {clinic_counts(collection, "R1", {{"A", 20}, {"A", 5}, {"B", 1234}}), nil};
  inputs.published_at = base::DateTime::parse_iso("2025-11-13T09:30").value();
  inputs.program_sha256 = std::string(64, '0');
  inputs.engine_sha256 = std::string(64, 'e');
  return inputs;
}

using Files = std::map<std::string, std::string>;

/// Every file below a folder, by its path there.
inline void collect(const base::Disk& disk, const std::filesystem::path& folder, const std::string& prefix,
                    Files& files) {
  for (const std::string& name : disk.list(folder)) {
    if (name == "tables" || name == "charts") {
      collect(disk, folder / name, name + "/", files);
    } else {
      files[prefix + name] = base::load_text(disk, folder / name);
    }
  }
}

inline Files files_of(const base::Disk& disk, const std::filesystem::path& folder) {
  Files files;
  collect(disk, folder, "", files);
  return files;
}

/// Builds a release on a simulated disk, and gives its files.
inline Files built(const ReleaseInputs& inputs) {
  const candour::testing::TemporaryFolder scratch;
  base::SimulatedDisk disk;
  build_release(disk, inputs, "release", scratch.path());
  return files_of(disk, "release");
}

}  // namespace candour::release::testing
