#include "candour/submission/receipt.h"

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::submission {
namespace {

constexpr std::string_view kKind = "receipt";

void require(bool is_equal, base::Literal member) {
  if (is_equal) return;
  throw base::Error("CND-2207", "The hub's receipt does not answer this submission.")
      .with("member", base::Label(member.view()));
}

}  // namespace

std::string make_receipt(const Federation& federation, const StoredSlice& stored,
                         const crypto::SigningKey& hub_key) {
  const statement::Receipt receipt{
      .header = {.federation = federation.id,
                 .log = federation.log,
                 .id = statement::derived_id(kKind, stored.submission),
                 .made = stored.committed_at_unix},
      .submission = stored.submission,
      .provider = stored.provider,
      .collection = stored.slice.collection,
      .table = stored.slice.table,
      .period = stored.slice.period,
      .revision = stored.revision,
      .version = stored.version,
  };
  return statement::write_envelope(statement::sign(kKind, statement::write_payload(receipt), hub_key));
}

Sent sent_of(const statement::Submission& manifest, const Identity& identity) {
  return {identity, manifest.provider, slice_of(manifest), manifest.revision};
}

statement::Receipt verified_receipt(std::string_view envelope, const Federation& federation,
                                    const Sent& sent) {
  const std::string payload = statement::verified_payload(envelope, kKind, federation.hub_key);
  statement::Receipt receipt = statement::parse_receipt(payload);
  require(receipt.header.federation == federation.id, "federation");
  require(receipt.header.log == federation.log, "log");
  require(receipt.header.id == statement::derived_id(kKind, sent.submission), "id");
  require(receipt.submission == sent.submission, "submission");
  require(receipt.provider == sent.provider, "provider");
  require(receipt.collection == sent.slice.collection, "collection");
  require(receipt.table == sent.slice.table, "table");
  require(receipt.period == sent.slice.period, "period");
  require(receipt.revision == sent.revision, "revision");
  return receipt;
}

}  // namespace candour::submission
