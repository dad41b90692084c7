#include "candour/instruction/in_words.h"

#include <algorithm>

#include "candour/base/date.h"
#include "candour/instruction/opt_out_ground.h"

namespace candour::instruction {
namespace {

constexpr std::int64_t kHour = 3'600;
constexpr std::int64_t kDay = 24 * kHour;
/// What tells two statements apart, and is nobody's decision.
constexpr std::string_view kIdentity = "statement";

using Lines = std::vector<std::string>;

std::string days(std::int64_t number) { return std::to_string(number) + (number == 1 ? " day" : " days"); }

InWords identity(const statement::Header& header) {
  return {std::string(kIdentity), {base::to_hex(header.id) + ", made " + base::utc_text(header.made)}};
}

std::string opt_out(const Instruction& of) {
  if (of.opt_out == "applies") return "applies: who opted out is left out";
  std::string words = "does not apply (" + of.opt_out_ground + ")";
  const auto grounds = opt_out_grounds();
  const auto ground = std::ranges::find(grounds, of.opt_out_ground, &OptOutGroundEntry::code);
  if (ground != grounds.end()) words += ": " + std::string(ground->words);
  return words + " It rests on: " + of.opt_out_source;
}

Lines collections(const Instruction& of) {
  Lines lines;
  for (const InstructedCollection& one : of.collections) {
    lines.push_back(one.name + ", the folder with the digest " + base::to_hex(one.sha256));
  }
  return lines;
}

Lines fields(const Instruction& of) {
  Lines lines;
  for (const InstructedCollection& one : of.collections) {
    for (const std::string& field : one.fields) lines.push_back(one.name + ": " + field);
  }
  return lines;
}

Lines processors(const Instruction& of) {
  Lines lines;
  for (const Processor& one : of.processors) {
    const Contract& contract = one.contract;
    std::string line = one.name + " (" + one.legal_person + "), may see: " + one.may_see;
    line += "; contract: " + contract.value + ", by " + contract.route + ", notice " + contract.notice +
            ", until " + contract.expires;
    for (const std::string& extension : contract.extensions) line += "; extension: " + extension;
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines interests(const Instruction& of) {
  Lines lines;
  for (const Interest& one : of.declarations_of_interest) lines.push_back(one.signer + ": " + one.interests);
  return lines;
}

std::string notice(const Instruction& of) {
  if (of.is_emergency()) return "none: an emergency, which is over after 30 days";
  return days(of.notice_days) + " before the first data flow";
}

std::string key(const crypto::SigningPublicKey& key) { return "key " + base::to_hex(key); }
std::string tls(const base::Digest& digest) { return "certificate's key " + base::to_hex(digest); }

Lines controllers(const Charter& of) {
  Lines lines;
  for (const Controller& one : of.controllers) {
    lines.push_back(one.name + " of " + one.legal_person + ", " + key(one.key));
  }
  return lines;
}

Lines guardians(const Charter& of) {
  Lines lines;
  for (const Guardian& one : of.guardians) {
    lines.push_back(std::to_string(one.index) + ", " + one.name + " at " + one.address + ", " +
                    key(one.signing_key) + ", witness's " + key(one.witness_key) + ", " + tls(one.tls_key));
  }
  return lines;
}

Lines witnesses(const Charter& of) {
  Lines lines;
  for (const Witness& one : of.witnesses) {
    lines.push_back(one.name + " at " + one.address + ", " + key(one.witness_key) + ", " + tls(one.tls_key));
  }
  return lines;
}

Lines providers(const Charter& of) {
  Lines lines;
  for (const Provider& one : of.providers) {
    lines.push_back(one.code + ", " + one.name + ", at most " + std::to_string(one.quota_day) +
                    " identifiers a day and " + std::to_string(one.quota_30_days) + " in 30 days, " +
                    key(one.signing_key) + ", " + tls(one.tls_key));
  }
  return lines;
}

Lines domains(const Charter& of) {
  Lines lines;
  for (const Domain& one : of.domains) {
    std::string line =
        one.name + ": " + one.purpose + "; any " + std::to_string(one.threshold) + " of the guardians";
    for (const auto& [index, share] : one.share_keys) {
      line += (index == one.share_keys.front().first ? " " : ", ") + std::to_string(index);
    }
    lines.push_back(line + " are needed; epoch " + std::to_string(one.epoch) + ", key " +
                    base::to_hex(one.key.bytes()) + ", ceremony " + base::to_hex(one.ceremony));
  }
  return lines;
}

Lines compromised(const Charter& of) {
  Lines lines;
  for (const auto& one : of.compromised) lines.push_back(key(one));
  return lines;
}

Lines only_in(const Lines& these, const Lines& not_these) {
  Lines lines;
  std::ranges::copy_if(these, std::back_inserter(lines), [&](const std::string& one) {
    return std::ranges::find(not_these, one) == not_these.end();
  });
  return lines;
}

const Lines& says(const std::vector<InWords>& members, std::string_view of) {
  static const Lines kNothing;
  const auto found = std::ranges::find(members, of, &InWords::of);
  return found == members.end() ? kNothing : found->says;
}

}  // namespace

std::string duration_in_words(std::int64_t seconds) {
  if (seconds % kDay == 0 && seconds > 3 * kDay) return days(seconds / kDay);
  return std::to_string(seconds / kHour) + " hours";
}

std::vector<InWords> in_words(const Instruction& of) {
  return {
      {"name", {of.name}},
      {"title", {of.title}},
      {"purpose", {of.purpose}},
      {"why", {of.why}},
      {"why now", {of.why_now}},
      {"benefits", {of.benefits}},
      {"legal basis", {of.legal_basis}},
      {"where to complain", {of.complain}},
      {"what leaves", {of.mode == Mode::kRecords ? "pseudonymised records" : "counts alone"}},
      {"domain of pseudonyms", of.domain.empty() ? Lines{} : Lines{of.domain}},
      {"national data opt-out", {opt_out(of)}},
      {"collections", collections(of)},
      {"fields that may leave", fields(of)},
      {"providers", of.covers("*") ? Lines{"every provider of the federation"} : of.providers},
      {"recipient", {of.recipient.name + " (" + of.recipient.legal_person + ")"}},
      {"processors", processors(of)},
      {"interests of who signs", interests(of)},
      {"notice to the public", {notice(of)}},
      {"data from", {"periods that begin on " + of.data_from.in_words() + " or later"}},
      {"in force from", {base::utc_text(of.not_before)}},
      {"until before", {base::utc_text(of.expires)}},
      {"kept for", {days(of.retention_days) + " after that: erased by " + base::utc_text(of.erased_by())}},
      {"measures that may run", of.measures},
      {"queries of anybody's own", {of.queries}},
      identity(of.header),
  };
}

std::vector<InWords> in_words(const Charter& of) {
  return {
      {"title", {of.title}},
      {"version", {std::to_string(of.version)}},
      {"federation", {base::to_hex(of.federation())}},
      {"log", {of.log()}},
      {"founders", {key(of.founders_key)}},
      {"bodies that must sign an instruction", {std::to_string(of.threshold)}},
      {"controllers", controllers(of)},
      {"hub",
       {of.hub.name + " of " + of.hub.legal_person + " at " + of.hub.address + ", " +
        key(of.hub.signing_key) + ", " + tls(of.hub.tls_key)}},
      {"key of the log", {key(of.log_key)}},
      {"key of releases", {key(of.producer_key)}},
      {"guardians", guardians(of)},
      {"witnesses beside the guardians", witnesses(of)},
      {"witnesses and guardians that must cosign", {std::to_string(of.quorum)}},
      {"providers", providers(of)},
      {"domains of pseudonyms", domains(of)},
      {"keys that are compromised", compromised(of)},
      identity(of.header),
  };
}

std::vector<Difference> differences(const std::vector<InWords>& before, const std::vector<InWords>& after) {
  std::vector<Difference> all;
  for (const InWords& member : after) {
    if (member.of == kIdentity) continue;
    const Lines& then = says(before, member.of);
    Difference one{member.of, only_in(then, member.says), only_in(member.says, then)};
    if (!one.no_longer.empty() || !one.now.empty()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace candour::instruction
