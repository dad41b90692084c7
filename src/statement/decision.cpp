#include "candour/statement/decision.h"

namespace candour::statement {
namespace {

constexpr std::int64_t kFilesAtMost = 100'000;

}  // namespace

std::string write_payload(const Collection& collection) {
  auto payload = begin_payload(collection.header);
  payload.emplace_back("name", collection.name);
  payload.emplace_back("collection_sha256", base::to_hex(collection.collection_sha256));
  payload.emplace_back("manifest_sha256", base::to_hex(collection.manifest_sha256));
  payload.emplace_back("files", std::int64_t{collection.files});
  return base::write_json_line(payload);
}

Collection parse_collection(std::string_view payload) {
  PayloadReader reader(payload);
  Collection collection;
  collection.header = reader.header();
  collection.name = reader.name("name");
  collection.collection_sha256 = reader.digest("collection_sha256");
  collection.manifest_sha256 = reader.digest("manifest_sha256");
  collection.files = static_cast<std::uint32_t>(reader.integer("files", 1, kFilesAtMost));
  reader.finish();
  return collection;
}

std::string write_payload(const Acceptance& acceptance) {
  auto payload = begin_payload(acceptance.header);
  payload.emplace_back("instruction", base::to_hex(acceptance.instruction));
  payload.emplace_back("provider", acceptance.provider);
  payload.emplace_back("role", word_of(acceptance.role, kOffices));
  payload.emplace_back("name", acceptance.name);
  return base::write_json_line(payload);
}

Acceptance parse_acceptance(std::string_view payload) {
  PayloadReader reader(payload);
  Acceptance acceptance;
  acceptance.header = reader.header();
  acceptance.instruction = reader.id("instruction");
  acceptance.provider = reader.name("provider", kProviderCodeAtMostBytes);
  acceptance.role = reader.word<Office>("role", kOffices);
  acceptance.name = reader.name("name");
  reader.finish();
  return acceptance;
}

std::string write_payload(const Objection& objection) {
  auto payload = begin_payload(objection.header);
  payload.emplace_back("instruction", base::to_hex(objection.instruction));
  payload.emplace_back("party", objection.party);
  put_free_text(payload, "reasons", objection.reasons);
  payload.emplace_back("answer_due", objection.answer_due.iso());
  return base::write_json_line(payload);
}

Objection parse_objection(std::string_view payload) {
  PayloadReader reader(payload);
  Objection objection;
  objection.header = reader.header();
  objection.instruction = reader.id("instruction");
  objection.party = reader.name("party");
  objection.reasons = read_free_text(reader, "reasons");
  objection.answer_due = reader.day("answer_due");
  reader.finish();
  if (objection.answer_due < base::utc_day(objection.header.made)) {
    refuse_member("answer_due", "it is before the day on which it was made");
  }
  return objection;
}

std::string write_payload(const Revocation& revocation) {
  auto payload = begin_payload(revocation.header);
  payload.emplace_back("instruction", base::to_hex(revocation.instruction));
  put_free_text(payload, "why", revocation.why);
  return base::write_json_line(payload);
}

Revocation parse_revocation(std::string_view payload) {
  PayloadReader reader(payload);
  Revocation revocation;
  revocation.header = reader.header();
  revocation.instruction = reader.id("instruction");
  revocation.why = read_free_text(reader, "why");
  reader.finish();
  return revocation;
}

}  // namespace candour::statement
