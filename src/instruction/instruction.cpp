#include "candour/instruction/instruction.h"

#include <algorithm>
#include <set>

#include "candour/base/error.h"

namespace candour::instruction {
namespace {

using base::Json;
using statement::PayloadReader;
using statement::refuse_member;

constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kWordsBytes = 8'000;  // of a text for the public
constexpr std::size_t kListAtMost = 500;
constexpr std::int64_t kDaysAtMost = 36'500;

[[noreturn]] void refuse(const Instruction& instruction, base::Literal rule) {
  throw base::Error("CND-2030", "The instruction breaks a rule of instructions.")
      .with("instruction", base::Label(instruction.name))
      .with("rule", base::Label(rule.view()));
}

std::vector<std::string> texts_of(PayloadReader& reader, std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& one : reader.array(key, kListAtMost)) {
    if (one.text() == nullptr || one.text()->size() > kNameBytes)
      refuse_member(key, "an element is no short text");
    texts.push_back(*one.text());
  }
  return texts;
}

Json::Array array_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

Json write(const InstructedCollection& one) {
  return Json::Object{
      {"name", one.name}, {"digest", "sha256:" + base::to_hex(one.sha256)}, {"fields", array_of(one.fields)}};
}

base::Digest collection_digest(PayloadReader& reader) {
  constexpr std::string_view kPrefix = "sha256:";
  const std::string text = reader.text("digest", 71);
  const auto digest =
      text.starts_with(kPrefix) ? base::from_hex_exactly<32>(text.substr(kPrefix.size())) : std::nullopt;
  if (!digest || "sha256:" + base::to_hex(*digest) != text)
    refuse_member("digest", "it is not sha256: and 64 digits");
  return *digest;
}

InstructedCollection read_collection(PayloadReader reader) {
  InstructedCollection one;
  one.name = reader.text("name", 128);
  one.sha256 = collection_digest(reader);
  one.fields = texts_of(reader, "fields");
  reader.finish();
  return one;
}

Json write(const Processor& one) {
  return Json::Object{{"name", one.name},
                      {"legal_person", one.legal_person},
                      {"may_see", one.may_see},
                      {"contract", Json::Object{{"value", one.contract.value},
                                                {"route", one.contract.route},
                                                {"notice", one.contract.notice},
                                                {"expires", one.contract.expires},
                                                {"extensions", array_of(one.contract.extensions)}}}};
}

Processor read_processor(PayloadReader reader) {
  Processor one;
  one.name = reader.text("name", kNameBytes);
  one.legal_person = reader.text("legal_person", kNameBytes);
  one.may_see = reader.text("may_see", 32);
  PayloadReader contract = reader.object("contract");
  one.contract = {.value = contract.text("value", kNameBytes),
                  .route = contract.text("route", kNameBytes),
                  .notice = contract.text("notice", 1024),
                  .expires = contract.text("expires", kNameBytes),
                  .extensions = texts_of(contract, "extensions")};
  contract.finish();
  reader.finish();
  return one;
}

Mode mode_of(PayloadReader& reader) {
  const std::string word = reader.text("mode", 16);
  if (word == "records") return Mode::kRecords;
  if (word == "counts") return Mode::kCounts;
  if (word == "erasure") return Mode::kErasure;
  refuse_member("mode", "it is none of records, counts and erasure");
}

base::Date day_of(PayloadReader& reader, std::string_view key) {
  const auto date = base::Date::parse_iso(reader.text(key, 10));
  if (!date) refuse_member(key, "it is no day as YYYY-MM-DD");
  return *date;
}

/// The members after the header, of a payload.
void read_members(PayloadReader& reader, Instruction& to) {
  to.name = reader.text("name", 128);
  to.title = reader.text("title", kNameBytes);
  to.purpose = reader.text("purpose", 128);
  to.why = reader.text("why", kWordsBytes);
  to.why_now = reader.text("why_now", kWordsBytes);
  to.benefits = reader.text("benefits", kWordsBytes);
  to.complain = reader.text("complain", 1024);
  to.legal_basis = reader.text("legal_basis", 1024);
  to.mode = mode_of(reader);
  to.domain = reader.text("domain", 128);
  to.opt_out = reader.text("opt_out", 32);
  to.opt_out_ground = reader.text("opt_out_ground", 64);
  to.opt_out_source = reader.text("opt_out_source", 1024);
  for (const Json& one : reader.array("collections", 50))
    to.collections.push_back(read_collection(PayloadReader(one)));
  to.providers = texts_of(reader, "providers");
  PayloadReader recipient = reader.object("recipient");
  to.recipient = {recipient.text("name", kNameBytes), recipient.text("legal_person", kNameBytes)};
  recipient.finish();
  for (const Json& one : reader.array("processors", 50))
    to.processors.push_back(read_processor(PayloadReader(one)));
  for (const Json& one : reader.array("declarations_of_interest", 100)) {
    PayloadReader interest(one);
    to.declarations_of_interest.push_back(
        {interest.text("signer", kNameBytes), interest.text("interests", 1024)});
    interest.finish();
  }
  to.notice_days = reader.integer("notice_days", 0, 3650);
  to.data_from = day_of(reader, "data_from");
  to.not_before = reader.time("not_before");
  to.expires = reader.time("expires");
  to.retention_days = reader.integer("retention_days", 0, kDaysAtMost);
  to.measures = texts_of(reader, "measures");
  to.queries = reader.text("queries", 16);
}

}  // namespace

std::string_view name_of(Mode mode) {
  if (mode == Mode::kErasure) return "erasure";
  return mode == Mode::kRecords ? "records" : "counts";
}

const InstructedCollection* Instruction::collection(std::string_view of_name) const {
  const auto found = std::ranges::find(collections, of_name, &InstructedCollection::name);
  return found == collections.end() ? nullptr : &*found;
}

bool Instruction::covers(std::string_view provider) const {
  return std::ranges::any_of(providers,
                             [&](const std::string& one) { return one == "*" || one == provider; });
}

std::string write_payload(const Instruction& of) {
  Json::Object out = statement::begin_payload(of.header);
  const auto text = [&](const char* key, std::string_view value) { out.emplace_back(key, value); };
  text("name", of.name);
  text("title", of.title);
  text("purpose", of.purpose);
  text("why", of.why);
  text("why_now", of.why_now);
  text("benefits", of.benefits);
  text("complain", of.complain);
  text("legal_basis", of.legal_basis);
  text("mode", name_of(of.mode));
  text("domain", of.domain);
  text("opt_out", of.opt_out);
  text("opt_out_ground", of.opt_out_ground);
  text("opt_out_source", of.opt_out_source);
  Json::Array collections, processors, interests;
  for (const auto& one : of.collections) collections.push_back(write(one));
  for (const auto& one : of.processors) processors.push_back(write(one));
  for (const auto& one : of.declarations_of_interest) {
    interests.emplace_back(Json::Object{{"signer", one.signer}, {"interests", one.interests}});
  }
  out.emplace_back("collections", std::move(collections));
  out.emplace_back("providers", array_of(of.providers));
  out.emplace_back("recipient",
                   Json::Object{{"name", of.recipient.name}, {"legal_person", of.recipient.legal_person}});
  out.emplace_back("processors", std::move(processors));
  out.emplace_back("declarations_of_interest", std::move(interests));
  out.emplace_back("notice_days", of.notice_days);
  text("data_from", of.data_from.iso());
  text("not_before", base::utc_text(of.not_before));
  text("expires", base::utc_text(of.expires));
  out.emplace_back("retention_days", of.retention_days);
  out.emplace_back("measures", array_of(of.measures));
  text("queries", of.queries);
  return base::write_json_line(out);
}

Instruction parse_instruction(std::string_view payload) {
  PayloadReader reader(payload);
  Instruction instruction;
  instruction.header = reader.header();
  read_members(reader, instruction);
  reader.finish();
  require_rules(instruction);
  return instruction;
}

void require_rules(const Instruction& of) {
  if (of.name.empty() || of.title.empty() || of.purpose.empty())
    refuse(of, "it has no name, title or purpose");
  if (of.why.empty() || of.why_now.empty() || of.benefits.empty() || of.legal_basis.empty() ||
      of.complain.empty()) {
    refuse(of,
           "the public is not told why, why now, to what benefit, on what legal basis, or where to complain");
  }
  if ((of.mode == Mode::kCounts) != of.domain.empty()) {
    refuse(of, "records and erasure need a domain of pseudonyms, and counts have none");
  }
  if (of.opt_out != "applies" && of.opt_out != "does-not-apply")
    refuse(of, "opt_out is neither applies nor does-not-apply");
  if (of.providers.empty()) refuse(of, "it names no provider");
  if (of.mode == Mode::kErasure && !(of.collections.empty() && of.measures.empty())) {
    refuse(of, "under an instruction of erasure nothing is collected or computed");
  }
  if (of.mode != Mode::kErasure && of.collections.empty()) refuse(of, "it names no collection");
  std::set<std::string> names;
  for (const InstructedCollection& one : of.collections) {
    if (one.fields.empty()) refuse(of, "a collection has no field that may leave");
    if (!names.insert(one.name).second) refuse(of, "it names a collection twice");
    if (std::set(one.fields.begin(), one.fields.end()).size() != one.fields.size())
      refuse(of, "it names a field twice");
  }
  const bool names_all = std::ranges::find(of.providers, "*") != of.providers.end();
  if (names_all && of.providers.size() > 1) refuse(of, "it names every provider, and one beside");
  if (of.recipient.name.empty() || of.recipient.legal_person.empty()) refuse(of, "it has no recipient");
  for (const Processor& one : of.processors) {
    if (one.may_see != "pseudonymised" && one.may_see != "counts" && one.may_see != "nothing") {
      refuse(of, "what a processor may see is not pseudonymised, counts or nothing");
    }
    if (of.mode == Mode::kCounts && one.may_see == "pseudonymised")
      refuse(of, "counts have no pseudonyms to see");
  }
  if (of.not_before >= of.expires) refuse(of, "it expires before it begins");
  if (of.is_emergency() && of.expires > of.header.made + kEmergencySeconds) {
    refuse(of, "an emergency instruction, with no notice, expires within 30 days of its making");
  }
  if (of.queries != "none") refuse(of, "queries are not built: none is all that may be said");
}

}  // namespace candour::instruction
