#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/sign_command.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed_secret.h"

// What a body is shown before it signs a sealed entry: all of it, out of the secret.
namespace candour::cli {
namespace {

using instruction::InWords;

std::vector<InWords> in_words(const statement::Incident& incident, const statement::SealedSecret& secret) {
  return {{"what", {std::string(statement::word_of(incident.what, statement::kIncidentKinds))}},
          {"party", {incident.party}},
          {"text", {std::string(statement::text_of_body(secret.bodies.front()))}}};
}

std::vector<InWords> in_words(const statement::Run& run, const statement::SealedSecret& secret) {
  return {{"instruction", {base::to_hex(run.instruction)}},
          {"purpose", {std::string(statement::word_of(run.purpose, statement::kRunPurposes))}},
          {"by", {std::string(statement::word_of(run.by, statement::kRunBys))}},
          {"who", {run.who}},
          {"collection", {run.collection}},
          {"period", {run.period.empty() ? "all" : run.period}},
          {"measures", run.measures},
          {"sql", {std::string(statement::text_of_body(secret.bodies.front()))}},
          {"inputs", {std::string(statement::text_of_body(secret.bodies.back()))}}};
}

}  // namespace

std::filesystem::path secret_of(std::filesystem::path file) { return file.replace_extension(".secret"); }

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

}  // namespace candour::cli
