#include "candour/public_register/words.h"

#include <algorithm>
#include <array>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/instruction/opt_out_ground.h"
#include "candour/page/text.h"

namespace candour::public_register {

const collection::Collection* Inputs::collection(const base::Digest& sha256) const {
  for (const collection::Collection& one : collections) {
    if (one.digest == sha256) return &one;
  }
  return nullptr;
}

std::string moment_in_words(std::int64_t unix_seconds) {
  const std::string text = base::utc_text(unix_seconds);  // 2025-11-13T09:30:00Z
  return base::utc_day(unix_seconds).in_words() + ", " + text.substr(11, 8) + " UTC";
}

std::string spoken(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = c == '-' || c == '_' ? ' ' : c;
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string said(std::string_view text) { return std::string(text.empty() ? "Not said" : text); }

std::string listed(const std::vector<std::string>& words) {
  if (words.empty()) return "none";
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i) {
    text += (i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return page::grouped(static_cast<std::int64_t>(number)) + " " + std::string(number == 1 ? one : many);
}

std::string redaction_in_words(const instruction::RedactionEntry& entry) {
  static constexpr std::array<std::string_view, 3> kWhy{"because a person can be told from it",
                                                        "because a court said so",
                                                        "because it would help who does harm"};
  const statement::Redaction& one = entry.redaction;
  return std::string(kWhy.at(static_cast<std::size_t>(one.reason))) + ", " +
         (one.until ? "until " + one.until->in_words() : "for ever") + ", by entry " +
         std::to_string(entry.index) + ".";
}

std::string free_text(const Inputs& inputs, const statement::FreeText& text) {
  if (const auto* redaction = inputs.log->redacted(text.commitment, inputs.at)) {
    return "Redacted: " + counted(text.bytes, "byte", "bytes") + ", " + redaction_in_words(*redaction);
  }
  const auto body = inputs.texts.find(text.commitment);
  if (body != inputs.texts.end()) {
    try {
      return statement::open_text(body->second, text);
    } catch (const base::Error&) {
      return "The text beside the log is not the one that was committed to, so it is not shown.";
    }
  }
  return "Not at hand: " + counted(text.bytes, "byte", "bytes") + " beside the log, which were not fetched.";
}

std::string hidden_in_words(const Inputs& inputs, const instruction::SealedEntry& entry) {
  if (!entry.opening) return "Not open yet";
  const statement::Opening& opening = entry.opening->opening;
  const std::string opened = "Opened in entry " + std::to_string(entry.opening->index) + ". ";
  if (const auto incident = statement::opened_incident(opening)) {
    return opened + spoken(statement::word_of(incident->what, statement::kIncidentKinds)) +
           ", sealed by bodies as an incident of " + incident->party + ": " +
           free_text(inputs, incident->text);
  }
  const statement::Run run = statement::parse_run(opening.payload);
  return opened + "By a " + std::string(statement::word_of(run.by, statement::kRunBys)) + " (" + run.who +
         "), for a " + std::string(statement::word_of(run.purpose, statement::kRunPurposes)) + " of " +
         run.collection + (run.period.empty() ? ", all periods" : ", period " + run.period) +
         ", under the instruction " + base::to_hex(run.instruction);
}

std::string opt_out_in_words(const instruction::Instruction& instruction) {
  if (instruction.mode == instruction::Mode::kCounts && instruction.opt_out == "applies")
    return "It is said to apply, but no list of opt-outs is read for counts: everybody is counted.";
  if (instruction.opt_out == "applies") return "It applies: records of people who opted out are left out.";
  return "It does not apply: records of people who opted out are in it.";
}

std::string opt_out_ground_in_words(std::string_view code) {
  const auto grounds = instruction::opt_out_grounds();
  const auto found = std::ranges::find(grounds, code, &instruction::OptOutGroundEntry::code);
  if (found == grounds.end()) return said(spoken(code));
  return std::string(found->words) + " (" + std::string(found->source) + ")";
}

std::string providers_in_words(const instruction::Instruction& instruction) {
  if (instruction.covers("*")) return "Every provider of the federation";
  return listed(instruction.providers);
}

std::string page_of(const statement::Id& instruction) {
  return "instruction-" + base::to_hex(instruction) + ".html";
}

std::string harmless_in_csv(std::string text) {
  std::erase(text, '\0');
  const bool acts =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  return acts ? "'" + text : text;
}

}  // namespace candour::public_register
