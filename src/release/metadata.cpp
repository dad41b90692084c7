#include "candour/release/metadata.h"

#include "candour/crypto/mac.h"
#include "candour/page/layout.h"

namespace candour::release {
namespace {

constexpr std::string_view kFormat = "candour-release-2";

std::string_view csvw_type(table::Type type) {
  switch (type) {
    case table::Type::kBoolean:
      return "boolean";
    case table::Type::kInteger:
      return "integer";
    case table::Type::kReal:
      return "double";
    case table::Type::kDate:
      return "date";
    case table::Type::kText:
      break;
  }
  return "string";
}

base::Json csvw_column(const std::string& name, const std::string& title, table::Type type,
                       const std::string& unit) {
  base::Json::Object column{
      {"name", name}, {"titles", title.empty() ? name : title}, {"datatype", csvw_type(type)}};
  if (!unit.empty()) column.emplace_back("dc:description", "Unit: " + unit);
  return column;
}

/// Each expected submitter with what it sent, and a commitment to it.
base::Json inputs_json(const ReleaseInputs& inputs) {
  base::Json::Array list;
  for (const auto& [measure, counts] : inputs.counts) {
    std::map<std::string_view, const measure::Counts*> sent;
    for (const measure::Counts& one : counts) sent[one.submitter] = &one;
    for (const Submitter& submitter : inputs.submitters) {
      base::Json::Object entry{{"measure", measure}, {"submitter", submitter.code}};
      const auto found = sent.find(submitter.code);
      if (found == sent.end()) {
        entry.emplace_back("return", "x");
      } else {
        entry.emplace_back("return", found->second->nil ? "nil" : "made");
        entry.emplace_back("rows", found->second->rows);
        entry.emplace_back("rows_refused", found->second->rows_refused);
        if (found->second->submission.empty()) {
          entry.emplace_back("commitment", commitment_to(*found->second));
        } else {
          entry.emplace_back("submission", found->second->submission);
        }
      }
      list.push_back(std::move(entry));
    }
  }
  return list;
}

base::Json disclosure_json(const collection::Collection& collection) {
  base::Json::Array list;
  for (const collection::ReleaseTable& table : collection.release.tables) {
    list.push_back(base::Json::Object{{"table", table.name}, {"rule", table.rule}});
  }
  return list;
}

base::Json breaks_json(const ReleaseInputs& inputs) {
  base::Json::Array list;
  for (const collection::SeriesBreak& one : breaks_up_to(inputs)) {
    list.push_back(base::Json::Object{{"from", one.from.iso()}, {"what", one.what}});
  }
  return list;
}

}  // namespace

std::vector<collection::SeriesBreak> breaks_up_to(const ReleaseInputs& inputs) {
  std::vector<collection::SeriesBreak> breaks;
  for (const collection::SeriesBreak& one : inputs.collection->release.series_breaks) {
    if (one.from <= inputs.period.last_day) breaks.push_back(one);
  }
  return breaks;
}

std::string commitment_to(const measure::Counts& counts) {
  const base::Bytes salt = base::from_hex(counts.salt).value_or(base::Bytes());
  return base::to_hex(crypto::hmac_sha256(salt, base::as_bytes(counts.manifest_sha256)));
}

base::Json release_json(const ReleaseInputs& inputs, const std::vector<ReleaseFile>& files) {
  const collection::Collection& collection = *inputs.collection;
  base::Json::Array measures;
  for (const collection::Measure& measure : collection.measures) {
    measures.push_back(base::Json::Object{{"name", measure.name}, {"title", measure.title}, {"unit", "row"}});
  }
  base::Json::Array listed;
  for (const ReleaseFile& file : files) {
    listed.push_back(base::Json::Object{{"path", file.path},
                                        {"size_bytes", file.stored.size_bytes},
                                        {"sha256", base::to_hex(file.stored.digest)}});
  }
  return base::Json::Object{
      {"format", kFormat},
      {"title", collection.release.title},
      {"period", base::Json::Object{{"name", inputs.period.name},
                                    {"first_day", inputs.period.first_day.iso()},
                                    {"last_day", inputs.period.last_day.iso()}}},
      {"status", "provisional"},
      {"label", collection.release.label},
      {"demonstration", page::kDemonstrationPhase},
      {"published_at", inputs.published_at.iso()},
      {"next_release", inputs.next_release ? base::Json(inputs.next_release->iso()) : base::Json(nullptr)},
      {"lead_statistician", collection.release.lead_statistician},
      {"contact", collection.release.contact},
      {"collection",
       base::Json::Object{{"name", collection.name}, {"sha256", base::to_hex(collection.digest)}}},
      {"measures", std::move(measures)},
      {"instruction", inputs.instruction.empty() ? base::Json(nullptr) : base::Json(inputs.instruction)},
      {"program", base::Json::Object{{"name", "candour"}, {"sha256", inputs.program_sha256}}},
      {"engine", base::Json::Object{{"name", "duckdb"}, {"sha256", inputs.engine_sha256}}},
      {"disclosure", disclosure_json(collection)},
      {"series_breaks", breaks_json(inputs)},
      {"changes", nullptr},
      {"pre_release_access", base::Json::Array()},
      {"inputs", inputs_json(inputs)},
      {"files", std::move(listed)}};
}

base::Json csvw_json(const collection::ReleaseTable& table, const collection::Period& period) {
  base::Json::Array columns;
  base::Json::Array key;
  for (const collection::FrameDimension& dimension : table.frame) {
    columns.push_back(csvw_column(dimension.column, dimension.title, table::Type::kText, ""));
    key.push_back(dimension.column);
  }
  for (const collection::ReleaseColumn& column : table.columns) {
    columns.push_back(csvw_column(column.name, column.title, column.type, column.unit));
  }
  columns.push_back(
      csvw_column("return", "Whether a return was made: made, nil, or x for none", table::Type::kText, ""));
  return base::Json::Object{
      {"@context", "http://www.w3.org/ns/csvw"},
      {"url", table.name + ".csv"},
      {"dc:title", table.title},
      {"dc:temporal", period.first_day.iso() + "/" + period.last_day.iso()},
      {"dc:license", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"},
      {"tableSchema", base::Json::Object{{"columns", std::move(columns)}, {"primaryKey", std::move(key)}}}};
}

}  // namespace candour::release
