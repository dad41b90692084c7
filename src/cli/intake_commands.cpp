// `candour validate COLLECTION FILE…`: the quality report of a file, with no vault and no node. `candour
// load` is the same check with the rows kept; both take the same options for who sends what for when.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/cli/provider_side.h"
#include "candour/intake/report.h"
#include "candour/page/assets.h"

namespace candour::cli {
namespace {

struct FileOptions {
  CollectionOptions collection;
  std::vector<std::filesystem::path> files;
  std::string period;
  std::string may_send_for;
  bool nil = false;
  bool json = false;
  bool hide_values = false;
  std::filesystem::path html;
  std::size_t problems = 20;

  void add_to(CLI::App& command) {
    collection.add_to(command);
    collection.add_table_to(command);
    command.add_option("FILE", files, "The hospital's CSV files")->required();
    command.add_option("--period", period, "The period that they are for: 2025-09")->required();
    command.add_option("--may-send-for", may_send_for,
                       "Provider codes that rows may carry beside the submitter's");
    command.add_flag("--nil", nil, "Declare a nil return: a file with a header and no rows");
    CLI::Option* as_json =
        command.add_flag("--json", json, "Write all of the report as JSON, without values");
    command.add_option("--html", html,
                       "Write the report as a page to this new file, with its style sheet beside it");
    command.add_flag("--hide-values", hide_values, "Show no values from the rows");
    command.add_option("--problems", problems, "How many problems to show one by one")->excludes(as_json);
  }

  [[nodiscard]] intake::Submission submission(const collection::Table& table,
                                              const std::string& submitter) const {
    intake::Submission submission{
        organisation_code(submitter), {}, collection::parse_period(period, table.period)};
    submission.may_send_for.push_back(submission.submitter);
    for (const std::string& code : split_list(may_send_for)) {
      submission.may_send_for.push_back(organisation_code(code));
    }
    return submission;
  }
  [[nodiscard]] intake::Nil nil_return() const {
    return nil ? intake::Nil::kDeclared : intake::Nil::kNotDeclared;
  }
  [[nodiscard]] intake::Values values() const {
    return hide_values ? intake::Values::kHidden : intake::Values::kShown;
  }
};

/// What would stop a report page once everything else is done is found before anything is.
void require_page_can_be_written(const Context& context, const FileOptions& options) {
  if (options.html.empty()) return;
  if (options.files.size() != 1) {
    throw base::Error("CND-1017", "A report page is for one file: give one, or leave --html out.");
  }
  if (context.disk.exists(options.html)) {
    throw base::Error("CND-1005", "The file exists already and is never replaced.")
        .with("path", options.html);
  }
}

/// Shows the reports in the forms that were asked for, and says by the exit code whether anything was
/// refused.
void show_reports(Context& context, const FileOptions& options,
                  const std::vector<intake::QualityReport>& reports) {
  base::Json::Array as_json;
  for (const intake::QualityReport& report : reports) {
    if (options.json) as_json.push_back(intake::render_json(report));
    if (!options.json) context.out << intake::render_text(report, options.values(), options.problems);
    if (report.rows_refused > 0) context.exit = Exit::kRefused;
  }
  if (options.json) context.out << base::write_json(as_json);
}

void store_page(Context& context, const FileOptions& options,
                const std::vector<intake::QualityReport>& reports) {
  if (options.html.empty()) return;
  context.disk.store_new(options.html, intake::render_html(reports.front(), options.values()));
  // The page asks for its style sheet beside it. One that is there belongs to another report, or to somebody.
  const std::filesystem::path style_sheet = options.html.parent_path() / "candour.css";
  if (!context.disk.exists(style_sheet)) context.disk.store_new(style_sheet, page::style_sheet());
}

void validate(Context& context, const FileOptions& options, const std::string& submitter) {
  require_page_can_be_written(context, options);
  const collection::Collection collection = options.collection.load();
  const collection::Table& table = options.collection.table_of(collection);
  const intake::Submission submission = options.submission(table, submitter);
  const std::vector<intake::QualityReport> reports =
      validate_files(context, collection, table, submission, options.files, options.nil_return());
  show_reports(context, options, reports);
  store_page(context, options, reports);
}

void say_what_was_loaded(Context& context, const LoadOutcome& outcome) {
  if (!outcome.result) {
    for (const intake::QualityReport& report : outcome.reports) {
      if (!report.refused_whole && !report.may_be_cut_off) continue;
      context.err << "Nothing was loaded: " << report.file
                  << (report.refused_whole
                          ? " was refused whole."
                          : " is cut off inside its last row, or that row is wrong and lacks the end of its "
                            "line.")
                  << '\n';
    }
    context.err << "The vault is as it was.\n";
    return;
  }
  context.err << "Loaded: " << outcome.result->added << " rows added, " << outcome.result->changed
              << " changed, " << outcome.result->unchanged << " unchanged, " << outcome.result->removed
              << " removed; " << outcome.result->quarantined << " in quarantine.\n";
}

void load(Context& context, const FileOptions& options, const VaultOptions& vault_options,
          vault::Scope scope) {
  require_page_can_be_written(context, options);
  const collection::Collection collection = options.collection.load();
  const collection::Table& table = options.collection.table_of(collection);
  vault::Vault vault = vault_options.open(context);
  const intake::Submission submission = options.submission(table, vault.submitter());
  const LoadOutcome outcome =
      load_files(context, vault, collection, table, submission, options.files, scope, options.nil_return());
  show_reports(context, options, outcome.reports);
  say_what_was_loaded(context, outcome);
  // Last: a page that cannot be written must not hide that the rows are in the vault.
  store_page(context, options, outcome.reports);
}

}  // namespace

void add_validate_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<std::pair<FileOptions, std::string>>();
  CLI::App* command = app.add_subcommand("validate", "Check a hospital's files and report on their quality");
  options->first.add_to(*command);
  command->add_option("--submitter", options->second, "The ODS code of the organisation that sends")
      ->required();
  command->callback([&context, options] { validate(context, options->first, options->second); });
}

void add_load_command(CLI::App& app, Context& context) {
  struct LoadOptions {
    FileOptions files;
    VaultOptions vault;
    bool part = false;
  };
  auto options = std::make_shared<LoadOptions>();
  CLI::App* command = app.add_subcommand("load", "Check files and keep their rows in the vault");
  options->files.add_to(*command);
  options->vault.add_to(*command);
  // A part that holds nothing says nothing: the rows that stay would stand beside a return that has none.
  command
      ->add_flag("--part", options->part,
                 "The files are a part of the period: keep rows that they do not hold")
      ->excludes("--nil");
  command->callback([&context, options] {
    load(context, options->files, options->vault,
         options->part ? vault::Scope::kPart : vault::Scope::kWholeSlice);
  });
}

}  // namespace candour::cli
