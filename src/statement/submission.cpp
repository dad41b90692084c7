#include "candour/statement/submission.h"

#include <algorithm>
#include <limits>

#include "candour/base/error.h"

namespace candour::statement {
namespace {

constexpr std::int64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMostVersions = 1'000'000'000'000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;
constexpr std::size_t kBatchesAtMost =
    400;  // as many as an envelope holds beside the rest: 6.5 million people

}  // namespace

std::string write_payload(const Submission& submission) {
  base::Json::Array batches;
  for (const base::Digest& leaf : submission.batches) batches.emplace_back(base::to_hex(leaf));
  auto payload = begin_payload(submission.header);
  payload.emplace_back("instruction", base::to_hex(submission.instruction));
  payload.emplace_back("collection", submission.collection);
  payload.emplace_back("collection_sha256", base::to_hex(submission.collection_sha256));
  payload.emplace_back("table", submission.table);
  payload.emplace_back("period", submission.period);
  payload.emplace_back("provider", submission.provider);
  payload.emplace_back("revision", std::int64_t{submission.revision});
  payload.emplace_back("supersedes", json_of(submission.supersedes));
  payload.emplace_back("batches", std::move(batches));
  payload.emplace_back("attestations_sha256", base::to_hex(submission.attestations_sha256));
  payload.emplace_back("nil", submission.nil);
  payload.emplace_back("commitment", base::to_hex(submission.commitment));
  payload.emplace_back("sealing_key", base::to_hex(submission.sealing_key));
  payload.emplace_back("package_sha256", base::to_hex(submission.package_sha256));
  payload.emplace_back("package_bytes", submission.package_bytes);
  payload.emplace_back("opt_out", submission.opt_out);
  payload.emplace_back("acceptance", word_of(submission.acceptance, kAgreements));
  payload.emplace_back("legal_notice", submission.legal_notice);
  return base::write_json_line(payload);
}

Submission parse_submission(std::string_view payload) {
  PayloadReader reader(payload);
  Submission submission;
  submission.header = reader.header();
  submission.instruction = reader.id("instruction");
  submission.collection = reader.text("collection", kNameAtMostBytes);
  submission.collection_sha256 = reader.digest("collection_sha256");
  submission.table = reader.text("table", kNameAtMostBytes);
  submission.period = reader.text("period", kPeriodAtMostBytes);
  submission.provider = reader.text("provider", kProviderCodeAtMostBytes);
  submission.revision = static_cast<std::uint32_t>(reader.integer("revision", 1, kMost32));
  submission.supersedes = reader.digest_or_null("supersedes");
  submission.batches = reader.digests("batches", kBatchesAtMost);
  submission.attestations_sha256 = reader.digest("attestations_sha256");
  submission.nil = reader.flag("nil");
  submission.commitment = reader.digest("commitment");
  submission.sealing_key = reader.id("sealing_key");
  submission.package_sha256 = reader.digest("package_sha256");
  submission.package_bytes = static_cast<std::uint64_t>(reader.integer("package_bytes", 0, kMostBytes));
  submission.opt_out = reader.text("opt_out", 32);
  submission.acceptance = reader.word<Agreement>("acceptance", kAgreements);
  submission.legal_notice = reader.text("legal_notice");
  reader.finish();
  return submission;
}

std::string write_payload(const Receipt& receipt) {
  auto payload = begin_payload(receipt.header);
  payload.emplace_back("submission", base::to_hex(receipt.submission));
  payload.emplace_back("provider", receipt.provider);
  payload.emplace_back("collection", receipt.collection);
  payload.emplace_back("table", receipt.table);
  payload.emplace_back("period", receipt.period);
  payload.emplace_back("revision", std::int64_t{receipt.revision});
  payload.emplace_back("version", receipt.version);
  return base::write_json_line(payload);
}

Receipt parse_receipt(std::string_view payload) {
  PayloadReader reader(payload);
  Receipt receipt;
  receipt.header = reader.header();
  receipt.submission = reader.digest("submission");
  receipt.provider = reader.text("provider", kProviderCodeAtMostBytes);
  receipt.collection = reader.text("collection", kNameAtMostBytes);
  receipt.table = reader.text("table", kNameAtMostBytes);
  receipt.period = reader.text("period", kPeriodAtMostBytes);
  receipt.revision = static_cast<std::uint32_t>(reader.integer("revision", 1, kMost32));
  receipt.version = static_cast<std::uint64_t>(reader.integer("version", 0, kMostVersions));
  reader.finish();
  return receipt;
}

std::string write_payload(const SealingKey& key) {
  auto payload = begin_payload(key.header);
  payload.emplace_back("key", base::to_hex(key.key));
  payload.emplace_back("first_day", key.first_day.iso());
  payload.emplace_back("last_day", key.last_day.iso());
  return base::write_json_line(payload);
}

SealingKey parse_sealing_key(std::string_view payload) {
  PayloadReader reader(payload);
  SealingKey key;
  key.header = reader.header();
  key.key = reader.digest("key");
  key.first_day = reader.day("first_day");
  key.last_day = reader.day("last_day");
  reader.finish();
  return key;
}

}  // namespace candour::statement
