// `candour log redact`: what the bodies sign so that a text beside the log is taken away.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/options.h"
#include "candour/cli/statement_files.h"

namespace candour::cli {
namespace {

constexpr std::string_view kForEver = "for-ever";

struct RedactOptions {
  LogOptions log;
  std::uint64_t entry = 0;
  std::string reason, until;
  std::filesystem::path out;
};

void redact(Context& context, const RedactOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const auto text = std::ranges::find(log.texts(), options.entry, &instruction::TextEntry::index);
  if (text == log.texts().end()) {
    throw base::Error("CND-2582", "The redaction is of no free text that the entry commits to.")
        .with("entry", options.entry);
  }
  const auto& reasons = statement::kRedactionReasons;
  statement::Redaction redaction{.header = new_header(context, *log.charter()),
                                 .entry = text->leaf,
                                 .text = text->text,
                                 .reason = static_cast<statement::RedactionReason>(
                                     std::ranges::find(reasons, options.reason) - reasons.begin())};
  if (options.until != kForEver) redaction.until = day_of(options.until);
  const std::string payload = statement::write_payload(redaction);
  (void)statement::parse_redaction(payload);
  store_draft(context.disk, options.out, {.kind = "redaction", .payload = payload, .bodies = {}});
  context.err << "Wrote " << options.out.string() << ". " << log.charter()->threshold
              << " bodies must sign it. That they did, and why, stays in public.\n";
}

}  // namespace

void add_log_redact(CLI::App& group, Context& context) {
  auto options = std::make_shared<RedactOptions>();
  CLI::App* command =
      group.add_subcommand("redact", "Write what the bodies sign to take a free text away from readers");
  options->log.add_to(*command);
  command->add_option("--entry", options->entry, "The entry whose text it is: its index in the log")
      ->required();
  command->add_option("--reason", options->reason, "names-a-person, court-order or security")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>(statement::kRedactionReasons.begin(),
                                                     statement::kRedactionReasons.end())));
  command
      ->add_option("--until", options->until,
                   "The last day, at most 365 days off: 2026-11-28; or for-ever, where it names a person")
      ->required();
  command->add_option("--out", options->out, "FILE.json")->required();
  command->callback([&context, options] { redact(context, *options); });
}

}  // namespace candour::cli
