#include "candour/submission/manifest.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::submission {
namespace {

using statement::Submission;

[[noreturn]] void refuse(base::Literal member, base::Literal rule) {
  throw base::Error("CND-2210", "The manifest of the submission breaks a rule.")
      .with("member", base::Label(member.view()))
      .with("rule", base::Label(rule.view()));
}

void check_words(const Submission& manifest) {
  if (manifest.opt_out != "applies" && manifest.opt_out != "does-not-apply") {
    refuse("opt_out", "it is neither applies nor does-not-apply");
  }
  const bool is_compelled = manifest.acceptance == statement::Agreement::kCompelled;
  if (is_compelled == manifest.legal_notice.empty()) {
    refuse("legal_notice", "it is there exactly where the submission was compelled");
  }
}

void check_revision(const Submission& manifest) {
  if ((manifest.revision == 1) == manifest.supersedes.has_value()) {
    refuse("supersedes", "the first revision replaces nothing, every later one something");
  }
}

void check_batches(const Submission& manifest) {
  auto leaves = manifest.batches;
  std::ranges::sort(leaves);
  if (std::ranges::adjacent_find(leaves) != leaves.end()) refuse("batches", "one stands there twice");
}

void check_sizes(const Submission& manifest) {
  if (manifest.package_bytes > kPackageBytesAtMost) refuse("package_bytes", "it is larger than one may be");
  if (!is_package_size(manifest.package_bytes)) {
    refuse("package_bytes", "it is none of the sizes to which packages are padded");
  }
  if (manifest.nil && !manifest.batches.empty()) refuse("nil", "a nil return has no batches");
}

}  // namespace

SliceName slice_of(const Submission& manifest) {
  return {manifest.collection, manifest.table, manifest.period};
}

Identity identity_of(std::string_view envelope) { return base::sha256(base::as_bytes(envelope)); }

Submission verified_manifest(std::string_view envelope, const Federation& federation, const Sender& sender) {
  const std::string payload = statement::verified_payload(envelope, "submission", sender.key);
  Submission manifest = statement::parse_submission(payload);
  if (manifest.header.federation != federation.id) refuse("federation", "it is another federation's");
  if (manifest.header.log != federation.log) refuse("log", "it is another log's");
  if (manifest.provider != sender.provider) refuse("provider", "it is not who sends");
  check_words(manifest);
  check_revision(manifest);
  check_batches(manifest);
  check_sizes(manifest);
  return manifest;
}

const collection::Table& table_of(const Submission& manifest, const collection::Collection& collection) {
  if (manifest.collection != collection.name) refuse("collection", "it is another collection");
  if (manifest.collection_sha256 != collection.digest) {
    refuse("collection_sha256", "it is not the collection that was approved");
  }
  const auto table = std::ranges::find(collection.tables, manifest.table, &collection::Table::name);
  if (table == collection.tables.end()) refuse("table", "the collection has no such table");
  (void)collection::parse_period(manifest.period, table->period);
  return *table;
}

void require_next(const Submission& manifest, const std::optional<SliceNow>& now) {
  const bool is_next = now ? manifest.supersedes == now->identity && manifest.revision == now->revision + 1
                           : !manifest.supersedes && manifest.revision == 1;
  if (is_next) return;
  throw base::Error("CND-2224", "The slice holds another submission than the one that this would replace.")
      .with("revision", manifest.revision)
      .with("held", now ? now->revision : 0);
}

}  // namespace candour::submission
