#include "candour/cli/synth_files.h"

#include <map>
#include <set>

#include "candour/base/error.h"
#include "candour/base/parallel.h"
#include "candour/cli/options.h"
#include "candour/release/compare.h"
#include "candour/table/csv_writer.h"

namespace candour::cli {
namespace {

constexpr std::string_view kSubmitter = "submitter";
constexpr std::string_view kSubmitterName = "submitter_name";

std::string ledger_text(const std::vector<synth::Planted>& planted) {
  base::TextSink sink;
  table::CsvWriter writer(sink);
  writer.field("line");
  writer.field("rule");
  writer.end_record();
  for (const synth::Planted& one : planted) {
    writer.field(std::to_string(one.line));
    writer.field(one.rule);
    writer.end_record();
  }
  return sink.take();
}

std::string submitters_text(const std::vector<release::Submitter>& submitters) {
  base::TextSink sink;
  table::CsvWriter writer(sink);
  writer.field("code");
  writer.field("name");
  writer.end_record();
  for (const release::Submitter& submitter : submitters) {
    writer.field(submitter.code);
    writer.field(submitter.name.empty() ? std::nullopt : std::optional<std::string_view>(submitter.name));
    writer.end_record();
  }
  return sink.take();
}

}  // namespace

Publication load_publication(const base::Disk& disk, const collection::Collection& collection,
                             const std::filesystem::path& path) {
  const auto file = disk.open(path);
  base::FileSource source(*file);
  Publication publication{release::shape_published(collection, collection.release.tables.front(), source),
                          {}};
  const auto code = publication.shaped.schema.find(kSubmitter);
  const auto name = publication.shaped.schema.find(kSubmitterName);
  if (!code) {
    throw base::Error("CND-1703", "The published file's shape does not give a submitter.").with("path", path);
  }
  std::map<std::string, std::string> names;
  for (const table::Chunk& chunk : publication.shaped.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      std::string& known = names[organisation_code(chunk.column(*code).text(row))];
      if (name && !chunk.column(*name).is_null(row)) known = chunk.column(*name).text(row);
    }
  }
  for (const auto& [submitter, title] : names) publication.submitters.push_back({submitter, title});
  return publication;
}

void choose_submitters(Publication& publication, std::string_view providers) {
  if (providers == "all") return;
  std::set<std::string> wanted;
  for (std::string& code : split_list(providers)) wanted.insert(std::move(code));
  if (wanted.empty()) throw base::Error("CND-1802", "The list of providers names none.");
  std::vector<release::Submitter> chosen;
  for (const release::Submitter& submitter : publication.submitters) {
    if (wanted.erase(submitter.code) != 0) chosen.push_back(submitter);
  }
  if (!wanted.empty()) {
    throw base::Error("CND-1802", "The publication has no such provider.")
        .with("provider", base::Label(*wanted.begin()));
  }
  publication.submitters = std::move(chosen);
}

std::map<std::string, std::filesystem::path> reference_files(const collection::Collection& collection,
                                                             const std::filesystem::path& folder) {
  std::map<std::string, std::filesystem::path> files;
  for (const auto& [name, reference] : collection.references)
    files[name] = folder / "reference" / (name + ".csv");
  return files;
}

std::vector<synth::SynthFile> write_synthetic_files(Context& context, const SynthRequest& request) {
  const std::vector<release::Submitter>& submitters = request.publication->submitters;
  const synth::Expansion expansion = synth::expand(*request.collection, request.publication->shaped);
  for (const char* folder : {"sources", "ledger", "reference"})
    context.disk.make_folder(request.out / folder);
  for (const auto& [name, path] : reference_files(*request.collection, request.out)) {
    context.disk.store_new(path, synth::postcode_lookup());
  }
  context.disk.store_new(request.out / "submitters.csv", submitters_text(submitters));

  std::vector<synth::SynthFile> files(submitters.size());
  context.progress.begin("synthesise", submitters.size(), "providers");
  base::for_each_on_threads(submitters.size(), request.threads, [&](std::size_t i) {
    const std::string& code = submitters[i].code;
    synth::SyntheticSource source(*request.collection, expansion, code, request.period, request.options);
    context.disk.store_new(request.out / "sources" / (code + ".csv"), source);
    files[i] = source.made();
    context.disk.store_new(request.out / "ledger" / (code + ".csv"), ledger_text(files[i].planted));
    context.progress.advance(1);
  });
  context.progress.end();
  return files;
}

}  // namespace candour::cli
