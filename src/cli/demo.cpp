#include "candour/cli/demo.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/parallel.h"
#include "candour/cli/demo_patient.h"
#include "candour/cli/hub_side.h"
#include "candour/cli/provider_side.h"
#include "candour/crypto/key.h"
#include "candour/instruction/verdict.h"

namespace candour::cli {
namespace {

using LinesAndRules = std::set<std::pair<std::uint64_t, std::string>>;

/// What the stages share.
struct Run {
  Context& context;
  const DemoOptions& options;
  const std::filesystem::path folder;
  const DemoWatchers& watchers;
  collection::Collection collection;
  Publication publication;
  collection::Period period;
  DemoAccount account;
  std::optional<DemoFederation> federation;  ///< in records mode

  /// The table whose rows are synthesised, and which the measures of the demo count.
  [[nodiscard]] const collection::Table& table() const { return collection.table(collection.synth->table); }
  void tell(const std::string& section) const {
    if (watchers.tell) watchers.tell(section);
  }
  [[nodiscard]] std::filesystem::path provider(const std::string& code) const {
    return federation ? federation->organisation(code) : folder / "providers" / code;
  }
};

/// Runs one stage and notes how long it took.
template <typename Stage>
void timed(Run& run, std::string name, const Stage& stage) {
  const std::int64_t start = run.context.clock.monotonic_ns();
  stage();
  run.account.times.push_back(
      {std::move(name), static_cast<double>(run.context.clock.monotonic_ns() - start) / 1e9});
}

/// The seams of one provider's work. Its randomness (vault key, salt) comes from the demo's seed, so that a
/// release can be made again byte for byte: right for people who do not exist, and never done by the real
/// commands.
class ProviderContext {
 public:
  ProviderContext(Run& run, const std::string& code, std::string_view stage)
      : random_(run.options.seed, "demo/" + std::string(stage) + "/" + code),
        context_{run.context.disk, run.context.clock, random_, silent_, run.context.out, run.context.err} {}
  Context& get() { return context_; }

 private:
  base::SeededRandom random_;
  base::SilentProgress silent_;
  Context context_;
};

void compare_with_ledger(Run& run, const std::string& code, const synth::SynthFile& made,
                         const intake::QualityReport& report) {
  LinesAndRules planted;
  for (const synth::Planted& one : made.planted) planted.insert({one.line, one.rule});
  LinesAndRules refused;
  for (const intake::Problem& problem : report.problems) {
    if (problem.level == collection::Level::kError) refused.insert({problem.line, problem.rule});
  }
  for (const auto& [line, rule] : planted) {
    if (!refused.contains({line, rule})) run.account.mismatches.push_back({code, line, rule, true});
  }
  for (const auto& [line, rule] : refused) {
    if (!planted.contains({line, rule})) run.account.mismatches.push_back({code, line, rule, false});
  }
}

/// Makes a provider's vault and loads its file, a nil return where the file has no rows.
void load_provider(Run& run, const std::string& code, const synth::SynthFile& made, std::mutex& mutex) {
  ProviderContext provider(run, code, "vault");
  run.context.disk.make_folder(run.provider(code));
  const std::filesystem::path key_file = run.provider(code) / "vault.key";
  crypto::store_new_key_file(key_file, provider.get().random);
  const base::SecretBytes key = crypto::load_key_file(key_file);
  vault::Vault vault = vault::Vault::create(run.context.disk, run.provider(code) / "vault.db", key,
                                            provider.get().random, code);
  const bool nil = made.rows == 0 && made.decoys == 0 && made.planted.empty();
  const LoadOutcome outcome =
      load_files(provider.get(), vault, run.collection, run.table(), {code, {code}, run.period},
                 {run.folder / "sources" / (code + ".csv")}, vault::Scope::kWholeSlice,
                 nil ? intake::Nil::kDeclared : intake::Nil::kNotDeclared);
  const intake::QualityReport& report = outcome.reports.front();
  if (!outcome.result) {
    throw base::Error("CND-1803", "A synthetic file was refused whole, which the demo does not expect.")
        .with("provider", base::Label(code));
  }
  const std::lock_guard<std::mutex> lock(mutex);
  run.account.rows_in += report.rows_in;
  run.account.rows_accepted += report.rows_accepted;
  run.account.rows_refused += report.rows_refused;
  run.account.nil_returns += nil ? 1 : 0;
  for (const intake::RuleCount& rule : report.rules) {
    if (rule.level == collection::Level::kError) run.account.refused_by_rule[rule.rule] += rule.rows;
  }
  compare_with_ledger(run, code, made, report);
}

void count_provider(Run& run, const std::string& code, const minimise::Lookups& lookups) {
  ProviderContext provider(run, code, "counts");
  const base::SecretBytes key = crypto::load_key_file(run.provider(code) / "vault.key");
  const vault::Vault vault = vault::Vault::open(run.context.disk, run.provider(code) / "vault.db", key);
  for (const collection::Measure& measure : run.collection.measures) {
    if (measure.table != run.table().name) continue;  // no rows are made for another table
    const measure::Counts counts =
        count_slice(provider.get(), vault, run.collection, measure, run.period, lookups);
    measure::store_counts(run.context.disk, run.folder / "counts" / measure.name / code, counts);
  }
}

void make_federation(Run& run, const std::vector<synth::SynthFile>& files) {
  std::vector<DemoOrganisation> organisations;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const release::Submitter& submitter = run.publication.submitters[i];
    organisations.push_back({submitter.code, submitter.name, files[i].rows + files[i].decoys});
  }
  run.federation.emplace(run.context, run.folder / "federation", run.collection,
                         reference_files(run.collection, run.folder), organisations);
}

/// Begins the log with what everything else rests on: who decides.
void begin_log(Run& run) {
  DemoFederation& federation = *run.federation;
  timed(run, "start 6 processes", [&] { federation.start(); });
  timed(run, "ceremony and charter", [&] {
    federation.enter(federation.ceremony());
    federation.enter(federation.sign_charter_2());
    federation.enter(federation.sign_collection(run.collection));
  });
  run.tell(render_who_decides(federation.log()));
}

/// What becomes of a flow that nobody ordered; and then the orders.
void give_orders(Run& run) {
  DemoFederation& federation = *run.federation;
  timed(run, "refusals",
        [&] { run.account.refusals = flow_without_order(run.context, federation, run.collection); });
  run.tell(render_refusals(run.account.refusals));
  timed(run, "instructions", [&] {
    for (const instruction::Mode mode : {instruction::Mode::kRecords, instruction::Mode::kCounts}) {
      federation.enter(federation.sign_emergency_instruction(run.collection, run.period.first_day, mode));
    }
  });
  run.tell(render_instructions(federation.log()));
}

/// A provider counts only what an instruction in force lets it count.
void require_counts_in_force(const Run& run) {
  const instruction::Register log = run.federation->log();
  const std::int64_t now = run.context.clock.now_unix_seconds();
  std::vector<std::string> measures;
  for (const collection::Measure& measure : run.collection.measures) {
    if (measure.table == run.table().name) measures.push_back(measure.name);
  }
  for (const auto& [id, entry] : log.instructions()) {
    if (entry.instruction->mode != instruction::Mode::kCounts) continue;
    for (const release::Submitter& submitter : run.publication.submitters) {
      instruction::in_force(log,
                            {.instruction = id,
                             .mode = instruction::Mode::kCounts,
                             .provider = submitter.code,
                             .collection = run.collection.name,
                             .collection_sha256 = &run.collection.digest,
                             .period_begins = run.period.first_day,
                             .measures = measures},
                            {.now = now, .witnessed = now})
          .require();
    }
    return;
  }
  throw base::Error("CND-2020", "There is no such instruction in the log.");
}

/// Of counts, or of the hub's rows where none are named: by the hub, where there is one, under the order of
/// that mode.
void release(Run& run, const std::filesystem::path& counts, const base::DateTime& published_at,
             const std::filesystem::path& out) {
  const ReleaseRequest request{.collection = &run.collection,
                               .period = run.period,
                               .counts = counts,
                               .submitters = run.publication.submitters,
                               .published_at = published_at,
                               .out = out};
  if (!run.federation) return build_release(run.context, request);
  const std::filesystem::path path = run.federation->folder() / "hub" / "node.toml";
  const node::NodeConfig hub = node::parse_config(base::load_text(run.context.disk, path), path);
  const instruction::Mode mode = counts.empty() ? instruction::Mode::kRecords : instruction::Mode::kCounts;
  const instruction::Register log = run.federation->log();
  for (const auto& [id, entry] : log.instructions()) {
    if (entry.instruction->mode == mode) return build_release(run.context, request, {&hub, id});
  }
  throw base::Error("CND-2020", "There is no such instruction in the log.");
}

/// The tables of both releases, byte by byte.
void compare_modes(Run& run, const std::filesystem::path& records) {
  for (const collection::ReleaseTable& table : run.collection.release.tables) {
    const std::filesystem::path file = std::filesystem::path("tables") / (table.name + ".csv");
    run.account.tables_compared.push_back(table.name);
    if (base::load_text(run.context.disk, run.account.release_folder / file) !=
        base::load_text(run.context.disk, records / file)) {
      run.account.tables_differ.push_back(table.name);
    }
  }
}

/// A node enters in the log what it refused within half a minute. Who reads the log later finds it there.
void wait_for_refusals(const Run& run) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (run.federation->log().refusals().empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

/// Records mode: the same rows, through guardians and hub, to the same tables.
void run_records(Run& run, const base::DateTime& published_at) {
  timed(run, "flows", [&] { run.federation->run_flows(); });
  if (run.watchers.while_nodes_run) run.watchers.while_nodes_run(*run.federation, run.collection);
  const std::filesystem::path records = run.folder / "release-records";
  timed(run, "release of records", [&] { release(run, {}, published_at, records); });
  timed(run, "refusals in the log", [&] { wait_for_refusals(run); });
  run.account.parties = run.federation->stop();
  compare_modes(run, records);
  run.tell(render_records(run.account));
}

/// What the hub has of rows, by the order of records.
AtHub at_hub(Run& run) {
  const instruction::Register log = run.federation->log();
  const auto order = std::ranges::find_if(log.instructions(), [](const auto& one) {
    return one.second.instruction->mode == instruction::Mode::kRecords;
  });
  CANDOUR_CHECK(order != log.instructions().end());
  return {run.federation->lake(), order->second.instruction->collection(run.collection.name)->fields};
}

/// The end of the account: a patient of the first provider that has any, the whole log and that patient's
/// receipt.
void look_closer(Run& run, const std::vector<synth::SynthFile>& files, const minimise::Lookups& lookups) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].rows == 0) continue;
    const std::string& code = run.publication.submitters[i].code;
    const base::SecretBytes key = crypto::load_key_file(run.provider(code) / "vault.key");
    const vault::Vault vault = vault::Vault::open(run.context.disk, run.provider(code) / "vault.db", key);
    const std::optional<AtHub> hub = run.federation ? std::optional(at_hub(run)) : std::nullopt;
    run.account.row_before_and_after = show_patient(run.context, vault, run.collection, run.table(),
                                                    run.period, lookups, hub ? &*hub : nullptr);
    if (run.federation) {
      timed(run, "log and receipt", [&] {
        run.account.proofs = prove(run.context, *run.federation, vault, run.table(),
                                   node::slice_of(vault, run.collection, run.table(), run.period));
      });
    }
    break;
  }
  run.tell(render_patient(run.account));
  run.tell(render_costs(run.account));
  run.tell(render_comparison(run.account));
  if (run.account.proofs) run.tell(render_proofs(*run.account.proofs));
}

template <typename Work>
void for_each_provider(Run& run, std::string_view stage, const Work& work) {
  const auto& submitters = run.publication.submitters;
  run.context.progress.begin(stage, submitters.size(), "providers");
  base::for_each_on_threads(submitters.size(), run.options.threads, [&](std::size_t i) {
    work(i);
    run.context.progress.advance(1);
  });
  run.context.progress.end();
}

release::Comparison compare_with_publication(Run& run) {
  const collection::ReleaseTable& table = run.collection.release.tables.front();
  std::vector<std::string> codes;
  for (const release::Submitter& submitter : run.publication.submitters) codes.push_back(submitter.code);
  const table::Relation released =
      release::load_released(run.context.disk, run.account.release_folder, run.collection, table);
  return release::compare(table, released, run.publication.shaped, codes);
}

void run_stages(Run& run, const base::DateTime& published_at) {
  std::vector<synth::SynthFile> files;
  timed(run, "synthesise", [&] {
    files = write_synthetic_files(run.context, {&run.collection,
                                                &run.publication,
                                                run.period,
                                                {run.options.seed, 10},
                                                run.options.threads,
                                                run.folder});
  });
  if (run.options.records) {
    timed(run, "found a federation", [&] { make_federation(run, files); });
    begin_log(run);
  }
  std::mutex mutex;
  timed(run, "check and load", [&] {
    for_each_provider(run, "check and load", [&](std::size_t i) {
      load_provider(run, run.publication.submitters[i].code, files[i], mutex);
    });
  });
  run.tell(render_hospitals(run.account));
  if (run.federation) {
    give_orders(run);
    require_counts_in_force(run);
  }
  const minimise::Lookups lookups =
      node::load_lookups(run.context.disk, run.collection, reference_files(run.collection, run.folder));
  timed(run, "minimise and count", [&] {
    for_each_provider(run, "minimise and count", [&](std::size_t i) {
      count_provider(run, run.publication.submitters[i].code, lookups);
    });
  });
  run.account.release_folder = run.folder / "release";
  timed(run, "release",
        [&] { release(run, run.folder / "counts", published_at, run.account.release_folder); });
  timed(run, "compare", [&] { run.account.comparison = compare_with_publication(run); });
  run.account.not_compared = not_compared_line(run.collection);
  run.tell(render_counts(run.account));
  if (run.federation) run_records(run, published_at);
  look_closer(run, files, lookups);
}

}  // namespace

DemoAccount run_demo(Context& context, const DemoOptions& options, const std::filesystem::path& folder,
                     const DemoWatchers& watchers) {
  const auto published_at = base::DateTime::parse_iso(options.published_at);
  if (!published_at) {
    throw base::Error("CND-1706",
                      "The time of publication is not a date and minute such as 2025-11-13T09:30.")
        .with("given", base::Label(options.published_at));
  }
  collection::Collection collection =
      collection::load_collection(collection::find_collection(options.collection));
  if (!collection.synth) {
    throw base::Error("CND-1801", "The collection does not say how a published table becomes rows.")
        .with("collection", base::Label(collection.name));
  }
  const std::filesystem::path built_in =
      collection.folder / ".." / ".." / "tests" / "data" / "rtt-nonadmitted-2025-09.csv";
  Publication publication = load_publication(context.disk, collection,
                                             options.publication.empty() ? built_in : options.publication);
  choose_submitters(publication, options.providers);
  const collection::Period period =
      collection::parse_period(options.period, collection.table(collection.synth->table).period);
  release::require_over(period, *published_at);  // before there is work that it would end
  Run run{context, options, folder, watchers, std::move(collection), std::move(publication), period, {}, {}};
  run.account.providers = run.publication.submitters.size();
  run_stages(run, *published_at);
  return std::move(run.account);
}

}  // namespace candour::cli
