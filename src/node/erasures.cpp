#include "candour/node/erasures.h"

#include "candour/node/kept_commitment.h"
#include "candour/statement/envelope.h"
#include "candour/statement/once.h"

namespace candour::node {
namespace {

constexpr std::string_view kKind = "erasure";

statement::Id id_of(const Erased& erased) {
  const std::string ground(statement::kErasureGrounds.at(static_cast<std::size_t>(erased.ground)));
  const std::string what = base::to_hex(erased.instruction) + "\n" + erased.collection + "\n" + erased.table +
                           "\n" + ground + "\n" + erased.occasion;
  return statement::derived_id(kKind, base::sha256(base::as_bytes(what)));
}

}  // namespace

Erasures::Erasures(Parts parts) : parts_(std::move(parts)) { parts_.disk.make_folder(parts_.folder); }

void Erasures::state(const Erased& erased) {
  const statement::Id id = id_of(erased);
  if (parts_.view.entry_with(statement::once_id(kKind, id))) return;
  const std::string stem = base::to_hex(id);
  const std::filesystem::path path = parts_.folder / (stem + ".dsse");
  if (!parts_.disk.exists(path)) {
    const auto charter = parts_.view.charter();
    const std::int64_t now = parts_.clock.now_unix_seconds();
    std::string files;
    for (const std::string& file : erased.files) files += file + "\n";
    const statement::Erasure said{.header = {charter->federation(), charter->log(), id, now},
                                  .instruction = erased.instruction,
                                  .collection = erased.collection,
                                  .table = erased.table,
                                  .first_version = erased.first_version,
                                  .last_version = erased.last_version,
                                  .keys_destroyed = erased.keys_destroyed,
                                  .what = erased.ground,
                                  .done = now,
                                  .erased_commitment = keep_commitment(
                                      parts_.disk, parts_.random, parts_.folder / (stem + ".files"), files)};
    parts_.disk.store_new(path, statement::write_envelope(statement::sign(
                                    kKind, statement::write_payload(said), parts_.signing_key)));
  }
  parts_.disk.settle(path);
  parts_.enter(base::load_text(parts_.disk, path, statement::kEnvelopeAtMostBytes));
}

}  // namespace candour::node
