#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/sign_command.h"
#include "candour/instruction/judge.h"
#include "candour/log/bodies.h"
#include "candour/statement/redaction.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed_secret.h"

// `candour log sign`: a sealed entry, of which a body is shown all, out of the secret; or a redaction.
namespace candour::cli {
namespace {

using instruction::InWords;

/// All of it, a line each.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<InWords> in_words(const statement::Incident& incident, const statement::SealedSecret& secret) {
  return {{"what", {std::string(statement::word_of(incident.what, statement::kIncidentKinds))}},
          {"party", {incident.party}},
          {"evidence", {incident.evidence_sha256 ? base::to_hex(*incident.evidence_sha256) : "none"}},
          {"text", lines_of(statement::text_of_body(secret.bodies.front()))}};
}

std::vector<InWords> in_words(const statement::Run& run, const statement::SealedSecret& secret) {
  return {{"instruction", {base::to_hex(run.instruction)}},
          {"purpose", {std::string(statement::word_of(run.purpose, statement::kRunPurposes))}},
          {"by", {std::string(statement::word_of(run.by, statement::kRunBys))}},
          {"who", {run.who}},
          {"collection", {run.collection}},
          {"period", {run.period.empty() ? "all" : run.period}},
          {"measures", run.measures},
          {"sql", lines_of(statement::text_of_body(secret.bodies.front()))},
          {"inputs", lines_of(statement::text_of_body(secret.bodies.back()))}};
}

void show_sealed(Context& context, const ToSign& what) {
  const statement::Sealed sealed = statement::parse_sealed(what.payload);
  const std::filesystem::path path = secret_of(what.file);
  if (!context.disk.exists(path)) {
    throw base::Error("CND-2580", "The secret of a sealed entry is not beside it: nobody signs it unread.")
        .with("path", path);
  }
  const auto secret = statement::parse_secret(base::load_text(context.disk, path));
  statement::require_secret_of(secret, sealed);
  const bool is_run = sealed.of == statement::SealedKind::kRun;
  context.out << (is_run ? "A run" : "An incident") << ", sealed until somebody opens it, by "
              << sealed.open_by.in_words() << " at the latest:\n";
  write_members(context.out, is_run ? in_words(statement::parse_run(secret.payload), secret)
                                    : in_words(statement::parse_incident(secret.payload), secret));
}

/// The text itself, which lies beside the log, or where an earlier redaction has put it.
std::string text_beside(const base::Disk& disk, const std::filesystem::path& log_folder,
                        const statement::FreeText& text) {
  for (const char* place : {"body", "withheld"}) {
    const std::filesystem::path path = log_folder / place / base::to_hex(text.commitment);
    if (disk.exists(path))
      return statement::open_text(base::load_text(disk, path, log::kBodyAtMostBytes), text);
  }
  throw base::Error("CND-2584",
                    "The text that would be taken away is not beside the log: nobody signs it unread.")
      .with("path", log_folder / "body" / base::to_hex(text.commitment));
}

void show_redaction(Context& context, const ToSign& what) {
  const statement::Redaction redaction = statement::parse_redaction(what.payload);
  const auto& texts = what.log.texts();
  const auto text = std::ranges::find_if(texts, [&](const instruction::TextEntry& one) {
    return one.leaf == redaction.entry && one.text == redaction.text;
  });
  if (text == texts.end()) {
    throw base::Error("CND-2582", "The redaction is of no free text that the entry commits to.");
  }
  const std::string all = text_beside(context.disk, what.log_folder, text->text);
  context.out << "The text of entry " << text->index << " of the log (" << text->kind << "), "
              << text->text.bytes << " bytes, is taken away "
              << (redaction.until ? "until " + redaction.until->in_words() : "for ever")
              << ". Reason: " << statement::word_of(redaction.reason, statement::kRedactionReasons) << ".\n";
  write_members(context.out, {{"text", lines_of(all)}});
}

/// Of an envelope, or of a payload that nobody has signed.
std::string kind_of(std::string_view text) {
  const std::string kind = instruction::judged_kind(text);
  if (!kind.empty()) return kind == "redaction" ? kind : "sealed";
  try {
    (void)statement::parse_redaction(text);
    return "redaction";
  } catch (const base::Error&) {
    return "sealed";
  }
}

}  // namespace

std::filesystem::path secret_of(std::filesystem::path file) { return file.replace_extension(".secret"); }

void add_log_sign(CLI::App& group, Context& context) {
  add_sign_of(group, context, kind_of, [](Context& with, const ToSign& what) {
    kind_of(what.payload) == "redaction" ? show_redaction(with, what) : show_sealed(with, what);
  });
}

}  // namespace candour::cli
