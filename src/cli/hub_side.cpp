#include "candour/cli/hub_side.h"

#include <algorithm>
#include <set>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/collection/field_parse.h"
#include "candour/node/hub_run.h"
#include "candour/node/lake_tables.h"
#include "candour/node/scratch.h"
#include "candour/sql/engine.h"
#include "candour/table/csv_writer.h"

namespace candour::cli {
namespace {

std::string digest_of(const base::Disk& disk, const std::filesystem::path& path) {
  const auto file = disk.open(path);
  base::FileSource source(*file);
  return base::to_hex(base::sha256_of(source));
}

/// Counts that came and would not be added, because nobody expects them, are a mistake in the list or in the
/// folder: left out in silence they would make every total too small.
void refuse_unexpected(const base::Disk& disk, const std::filesystem::path& folder,
                       const std::vector<release::Submitter>& submitters) {
  if (!disk.exists(folder)) return;
  for (const std::string& name : disk.list(folder)) {
    const bool expected = std::any_of(submitters.begin(), submitters.end(),
                                      [&](const release::Submitter& one) { return one.code == name; });
    if (expected || !disk.exists(folder / name / "manifest.json")) continue;
    throw base::Error("CND-1705",
                      "There are counts of an organisation that is not in the list of submitters.")
        .with("path", folder / name);
  }
}

/// The name of the table's column that says whose a row is. Without one no provider's rows can be chosen: to
/// compare all of them instead would answer another question.
const std::string& submitter_column(const collection::ReleaseTable& table) {
  const auto submitters = std::find_if(table.frame.begin(), table.frame.end(),
                                       [](const auto& dimension) { return dimension.codes.empty(); });
  if (submitters != table.frame.end()) return submitters->column;
  throw base::Error("CND-1711", "The rows of this table are no provider's, so that none can be chosen.")
      .with("table", base::Label(table.name));
}

/// The codes of a list, at least one. Errors: CND-1802.
std::set<std::string> chosen_codes(std::string_view providers) {
  std::set<std::string> codes;
  for (const std::string& code : split_list(providers)) codes.insert(organisation_code(code));
  if (codes.empty()) throw base::Error("CND-1802", "The list of providers names none.");
  return codes;
}

/// The rows of some organisations; those that have any are taken out of `unknown`.
table::Relation rows_of(const std::string& submitter_column, const table::Relation& relation,
                        const std::vector<std::string>& wanted, std::set<std::string>& unknown) {
  const std::size_t column = relation.schema.find(submitter_column).value();
  table::Relation chosen{relation.schema, {}};
  for (const table::Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      const std::string code(chunk.column(column).text(row));
      if (!std::binary_search(wanted.begin(), wanted.end(), code)) continue;
      chosen.append_row(chunk, row);
      unknown.erase(code);
    }
  }
  return chosen;
}

/// What the expected submitters sent of a measure in counts mode.
std::vector<measure::Counts> counts_sent(const Context& context, const ReleaseRequest& request,
                                         const collection::Measure& measure) {
  std::vector<measure::Counts> counts;
  refuse_unexpected(context.disk, request.counts / measure.name, request.submitters);
  for (const release::Submitter& submitter : request.submitters) {
    const std::filesystem::path folder = request.counts / measure.name / submitter.code;
    if (!context.disk.exists(folder / "manifest.json")) continue;
    counts.push_back(
        measure::load_counts(context.disk, folder, *request.collection, measure, request.period));
    if (counts.back().submitter != submitter.code) {
      throw base::Error("CND-1605", "These counts are another submitter's than their folder says.")
          .with("path", folder)
          .with("submitter", base::Label(counts.back().submitter));
    }
  }
  return counts;
}

/// What the rows that they sent in records mode come to.
std::vector<measure::Counts> counts_of_rows(Context& context, const ReleaseRequest& request,
                                            const node::LakeSlices& slices,
                                            const collection::Measure& measure,
                                            const std::filesystem::path& scratch) {
  std::vector<measure::Counts> counts =
      node::counts_of_lake({context.disk, context.random, scratch}, slices, *request.collection, measure);
  for (const measure::Counts& one : counts) {
    if (std::ranges::find(request.submitters, one.submitter, &release::Submitter::code) !=
        request.submitters.end()) {
      continue;
    }
    throw base::Error("CND-1705", "There are rows of an organisation that is not in the list of submitters.")
        .with("path", slices.lake)
        .with("submitter", base::Label(one.submitter));
  }
  return counts;
}

/// What is there of the period, for the run's commitment: a line each.
std::string inputs_of(Context& context, const ReleaseRequest& request, const node::LakeSlices& slices,
                      const std::filesystem::path& scratch) {
  if (request.counts.empty()) {
    return node::slices_of_lake({context.disk, context.random, scratch}, slices, *request.collection);
  }
  std::string lines;
  for (const collection::Measure& measure : request.collection->measures) {
    for (const release::Submitter& submitter : request.submitters) {
      const std::filesystem::path manifest = request.counts / measure.name / submitter.code / "manifest.json";
      if (!context.disk.exists(manifest)) continue;
      lines += measure.name + " " + submitter.code + " " + digest_of(context.disk, manifest) + "\n";
    }
  }
  return lines;
}

/// Builds the folder of counts, or where there are none of a lake's slices.
void build(Context& context, const ReleaseRequest& request, const std::optional<node::LakeSlices>& slices,
           const std::string& instruction, const std::filesystem::path& scratch,
           const release::WhenMade& when_made) {
  const collection::Collection& collection = *request.collection;
  release::ReleaseInputs inputs;
  inputs.collection = request.collection;
  inputs.period = request.period;
  inputs.submitters = request.submitters;
  inputs.published_at = request.published_at;
  inputs.instruction = instruction;
  inputs.program_sha256 = digest_of(context.disk, "/proc/self/exe");
  inputs.engine_sha256 = digest_of(context.disk, sql::engine_library());
  for (const collection::Measure& measure : collection.measures) {
    inputs.counts[measure.name] = request.counts.empty()
                                      ? counts_of_rows(context, request, *slices, measure, scratch)
                                      : counts_sent(context, request, measure);
  }
  release::build_release(context.disk, inputs, request.out, scratch, when_made);
}

}  // namespace

std::vector<release::Submitter> load_submitters(const base::Disk& disk, const std::filesystem::path& path) {
  const auto file = disk.open(path);
  base::FileSource source(*file);
  const table::Relation relation = table::parse_text_csv(source);
  if (relation.schema.size() != 2 || relation.schema.columns()[0].name != "code" ||
      relation.schema.columns()[1].name != "name") {
    throw base::Error("CND-1705", "The list of submitters has another header than code,name.")
        .with("path", path);
  }
  std::vector<release::Submitter> submitters;
  for (const table::Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      if (chunk.column(0).is_null(row)) {
        throw base::Error("CND-1705", "A submitter in the list has no code.").with("path", path);
      }
      const std::string_view code = chunk.column(0).text(row);
      // The code becomes the name of a folder, and a cell that a spreadsheet opens.
      if (collection::ods_code(code) != code) {
        throw base::Error("CND-1705", "A code in the list of submitters cannot be an organisation's.")
            .with("path", path)
            .with("code", base::Label(code));
      }
      submitters.push_back({std::string(chunk.column(0).text(row)),
                            chunk.column(1).is_null(row) ? "" : std::string(chunk.column(1).text(row))});
    }
  }
  std::sort(submitters.begin(), submitters.end(),
            [](const auto& a, const auto& b) { return a.code < b.code; });
  const auto twice = std::adjacent_find(submitters.begin(), submitters.end(),
                                        [](const auto& a, const auto& b) { return a.code == b.code; });
  if (twice != submitters.end()) {
    throw base::Error("CND-1705", "A submitter is in the list twice.")
        .with("path", path)
        .with("submitter", base::Label(twice->code));
  }
  return submitters;
}

void build_release(Context& context, const ReleaseRequest& request) {
  release::require_known_rules(*request.collection);
  const node::ScratchFolder scratch;
  build(context, request, std::nullopt, "", scratch.path(), {});
}

void build_release(Context& context, const ReleaseRequest& request, const ReleaseOrder& order) {
  release::require_known_rules(*request.collection);
  release::require_over(request.period, request.published_at);
  const node::ScratchFolder scratch;
  const node::LakeSlices slices{order.hub->hub.lake, order.instruction, request.period};
  node::RunPlan plan{
      .instruction = order.instruction,
      .mode = request.counts.empty() ? instruction::Mode::kRecords : instruction::Mode::kCounts,
      .purpose = statement::RunPurpose::kRelease,
      .collection = request.collection,
      .period = request.period,
      .measures = {},
      .inputs = inputs_of(context, request, slices, scratch.path())};
  for (const collection::Measure& measure : request.collection->measures) {
    plan.measures.push_back(measure.name);
  }
  std::ranges::sort(plan.measures);
  node::HubRun run({context.disk, context.clock, context.random}, *order.hub, plan);
  const auto end = [&](const base::Digest& release_sha256) {
    // A submission or an erasure may have come while the log was asked.
    if (inputs_of(context, request, slices, scratch.path()) != plan.inputs) {
      throw base::Error("CND-2578", "What was announced to be read changed while it was read.");
    }
    run.end(release_sha256, statement::Disclosure::kPassed);
  };
  try {
    build(context, request, slices, base::to_hex(order.instruction), scratch.path(), end);
  } catch (const base::Error&) {
    if (!run.is_ended()) run.end(std::nullopt, statement::Disclosure::kNotReleased);
    throw;
  }
}

release::Comparison compare_release(Context& context, const collection::Collection& collection,
                                    const std::filesystem::path& release_folder,
                                    const std::filesystem::path& published, std::string_view providers) {
  const collection::ReleaseTable& table = collection.release.tables.front();
  const bool of_all = providers == "all";
  // What was asked for is judged before anything is read.
  const std::string column = of_all ? "" : submitter_column(table);
  std::set<std::string> unknown = of_all ? std::set<std::string>() : chosen_codes(providers);
  const auto file = context.disk.open(published);
  base::FileSource source(*file);
  const table::Relation shaped = release::shape_published(collection, table, source);
  const table::Relation released = release::load_released(context.disk, release_folder, collection, table);
  if (of_all) return release::compare(table, released, shaped, {});
  const std::vector<std::string> wanted(unknown.begin(), unknown.end());
  const table::Relation chosen = rows_of(column, released, wanted, unknown);
  const table::Relation chosen_published = rows_of(column, shaped, wanted, unknown);
  if (!unknown.empty()) {
    throw base::Error("CND-1802", "Neither the release nor the publication has such a provider.")
        .with("provider", base::Label(*unknown.begin()));
  }
  return release::compare(table, chosen, chosen_published, {});
}

std::string not_compared_line(const collection::Collection& collection) {
  std::string names;
  const auto& tables = collection.release.tables;
  for (std::size_t i = 1; i < tables.size(); ++i) names += (i > 1 ? ", " : "") + tables[i].name;
  return names.empty() ? names : "tables not compared: " + names + "\n";
}

}  // namespace candour::cli
