// `candour log verify`: the outsider's walk (node/log_audit.h), a line for each question.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/json.h"
#include "candour/base/printable.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/log_source.h"
#include "candour/node/log_audit.h"

namespace candour::cli {
namespace {

using node::AuditVerdict;
using node::LogAudit;

/// As people read the answers, in one width.
constexpr std::array<std::string_view, 3> kAnswers{"holds          ", "NOT SO         ", "not established"};

void write_finding(std::ostream& out, const node::AuditFinding& one) {
  out << "                 ";
  if (one.index) out << "entry " << *one.index;
  if (!one.kind.empty()) out << " (" << base::printable(one.kind, 64) << ')';
  out << (one.index ? ": " : "") << one.code << ' ' << base::printable(one.says, 300) << '\n';
}

std::string until_of(const statement::Redaction& one) { return one.until ? one.until->iso() : "for-ever"; }

void write_texts(std::ostream& out, const LogAudit& audit) {
  const node::AuditTexts& texts = audit.texts;
  if (texts.count == 0) {
    out << "Free texts beside it: none\n";
    return;
  }
  out << "Free texts beside it: " << texts.count << " of " << texts.bytes << " bytes; " << texts.at_hand
      << " at hand, " << texts.redacted << " redacted (" << texts.redacted_bytes << " bytes), "
      << texts.missing << " neither\n";
  for (const instruction::RedactionEntry& one : audit.redactions) {
    out << "  entry " << one.of_index << " (" << one.of_kind << "): " << one.redaction.text.bytes
        << " bytes redacted by entry " << one.index << ", "
        << statement::word_of(one.redaction.reason, statement::kRedactionReasons) << ", "
        << (one.redaction.until ? "until " : "") << until_of(one.redaction)
        << (one.is_over(audit.at) ? ", over\n" : "\n");
  }
}

void write_text(std::ostream& out, const LogAudit& audit) {
  out << base::printable(audit.checkpoint.origin, 128) << ": " << audit.checkpoint.head.size << " entries, "
      << audit.entries << " read; charter version " << audit.charter_version << '\n';
  for (const log::Cosigned& one : audit.cosigned) {
    out << "  cosigned by " << base::printable(one.witness, 128) << ", " << base::utc_text(one.time) << '\n';
  }
  for (std::size_t i = 0; i < audit.verdicts.size(); ++i) {
    const AuditVerdict& verdict = audit.verdicts.at(i);
    out << kAnswers.at(static_cast<std::size_t>(verdict.answer)) << "  " << node::kAuditSentences.at(i)
        << '\n';
    for (const node::AuditFinding& one : verdict.findings) write_finding(out, one);
    if (verdict.count > verdict.findings.size()) {
      out << "                 and " << verdict.count - verdict.findings.size() << " more\n";
    }
  }
  write_texts(out, audit);
  out << "What this does not establish:\n";
  for (const std::string_view limit : node::kAuditLimits) out << "  - " << limit << '\n';
}

base::Json json_of(const node::AuditFinding& one) {
  base::Json::Object object;
  object.emplace_back("index", one.index ? base::Json(*one.index) : base::Json());
  object.emplace_back("kind", one.kind);
  object.emplace_back("code", one.code);
  object.emplace_back("says", one.says);
  return object;
}

base::Json texts_of(const LogAudit& audit) {
  const node::AuditTexts& texts = audit.texts;
  base::Json::Array redactions;
  for (const instruction::RedactionEntry& one : audit.redactions) {
    redactions.push_back(
        base::Json::Object{{"entry", one.of_index},
                           {"kind", one.of_kind},
                           {"bytes", std::int64_t{one.redaction.text.bytes}},
                           {"by_entry", one.index},
                           {"reason", statement::word_of(one.redaction.reason, statement::kRedactionReasons)},
                           {"until", until_of(one.redaction)},
                           {"over", one.is_over(audit.at)}});
  }
  return base::Json::Object{{"count", texts.count},
                            {"bytes", texts.bytes},
                            {"at_hand", texts.at_hand},
                            {"redacted", texts.redacted},
                            {"redacted_bytes", texts.redacted_bytes},
                            {"missing", texts.missing},
                            {"redactions", std::move(redactions)}};
}

void write_json(std::ostream& out, const LogAudit& audit) {
  base::Json::Array verdicts, cosigned, limits;
  for (std::size_t i = 0; i < audit.verdicts.size(); ++i) {
    const AuditVerdict& verdict = audit.verdicts.at(i);
    base::Json::Array findings;
    for (const node::AuditFinding& one : verdict.findings) findings.push_back(json_of(one));
    verdicts.push_back(
        base::Json::Object{{"question", node::kAuditWords.at(i)},
                           {"answer", node::kAuditAnswers.at(static_cast<std::size_t>(verdict.answer))},
                           {"count", verdict.count},
                           {"findings", std::move(findings)}});
  }
  for (const log::Cosigned& one : audit.cosigned) {
    cosigned.push_back(base::Json::Object{{"witness", one.witness}, {"time", base::utc_text(one.time)}});
  }
  for (const std::string_view limit : node::kAuditLimits) limits.emplace_back(limit);
  out << base::write_json(base::Json::Object{{"origin", audit.checkpoint.origin},
                                             {"size", audit.checkpoint.head.size},
                                             {"root", base::to_hex(audit.checkpoint.head.root)},
                                             {"read", audit.entries},
                                             {"charter_version", std::int64_t{audit.charter_version}},
                                             {"holds", audit.holds()},
                                             {"cosigned", std::move(cosigned)},
                                             {"verdicts", std::move(verdicts)},
                                             {"texts", texts_of(audit)},
                                             {"not_established", std::move(limits)}})
      << '\n';
}

struct VerifyOptions {
  std::string source, federation;
  bool json = false;
};

void verify(Context& context, const VerifyOptions& options) {
  const base::Digest federation = parse_federation(options.federation);
  const auto files = open_log(context, options.source);
  const LogAudit audit =
      node::audit_log(*files, federation, context.clock.now_unix_seconds(), context.progress);
  options.json ? write_json(context.out, audit) : write_text(context.out, audit);
  if (!audit.holds()) context.exit = Exit::kRefused;
}

}  // namespace

void add_log_verify(CLI::App& group, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command =
      group.add_subcommand("verify", "Walk a whole log as an outsider, one question at a time");
  command->add_option("LOG", options->source, "http://127.0.0.1:PORT, or the folder of a log or a mirror")
      ->required();
  command->add_option("--federation", options->federation, "SHA-256 of the charter's version 1")->required();
  command->add_flag("--json", options->json, "For machines");
  command->callback([&context, options] { verify(context, *options); });
}

}  // namespace candour::cli
