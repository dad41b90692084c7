#include "candour/statement/erasure.h"

namespace candour::statement {
namespace {

constexpr std::int64_t kVersionAtMost = 1'000'000'000'000;
constexpr std::int64_t kKeysAtMost = 1'000'000;

}  // namespace

std::string write_payload(const Erasure& erasure) {
  auto payload = begin_payload(erasure.header);
  payload.emplace_back("instruction", base::to_hex(erasure.instruction));
  payload.emplace_back("collection", erasure.collection);
  payload.emplace_back("table", erasure.table);
  payload.emplace_back("first_version", erasure.first_version);
  payload.emplace_back("last_version", erasure.last_version);
  payload.emplace_back("keys_destroyed", std::int64_t{erasure.keys_destroyed});
  payload.emplace_back("what", word_of(erasure.what, kErasureGrounds));
  payload.emplace_back("done", base::utc_text(erasure.done));
  payload.emplace_back("erased_commitment", base::to_hex(erasure.erased_commitment));
  return base::write_json_line(payload);
}

Erasure parse_erasure(std::string_view payload) {
  PayloadReader reader(payload);
  Erasure erasure;
  erasure.header = reader.header();
  erasure.instruction = reader.id("instruction");
  erasure.collection = reader.name("collection");
  erasure.table = reader.name("table");
  erasure.first_version = static_cast<std::uint64_t>(reader.integer("first_version", 0, kVersionAtMost));
  const auto first = static_cast<std::int64_t>(erasure.first_version);
  erasure.last_version = static_cast<std::uint64_t>(reader.integer("last_version", first, kVersionAtMost));
  erasure.keys_destroyed = static_cast<std::uint32_t>(reader.integer("keys_destroyed", 0, kKeysAtMost));
  erasure.what = reader.word<ErasureGround>("what", kErasureGrounds);
  erasure.done = reader.time("done");
  erasure.erased_commitment = reader.digest("erased_commitment");
  reader.finish();
  if (erasure.done > erasure.header.made) refuse_member("done", "it is after the statement was made");
  return erasure;
}

}  // namespace candour::statement
