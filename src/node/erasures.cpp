#include "candour/node/erasures.h"

#include <algorithm>

#include "candour/statement/envelope.h"
#include "candour/statement/salted.h"

namespace candour::node {
namespace {

constexpr std::string_view kKind = "erasure";
/// A table of a national hub has some hundred thousand files in a year.
constexpr std::uint64_t kFilesAtMostBytes = std::uint64_t{256} << 20;

statement::Id id_of(const Erased& erased) {
  const std::string ground(statement::kErasureGrounds.at(static_cast<std::size_t>(erased.ground)));
  const std::string what = base::to_hex(erased.instruction) + "\n" + erased.collection + "\n" + erased.table +
                           "\n" + ground + "\n" + erased.occasion;
  return statement::derived_id(kKind, base::sha256(base::as_bytes(what)));
}

base::Digest commitment_of(std::string_view files) {
  statement::Salt salt{};
  std::ranges::copy(base::as_bytes(files.substr(0, salt.size())), salt.begin());
  return statement::commit_digest(salt, base::sha256(base::as_bytes(files.substr(salt.size()))));
}

}  // namespace

Erasures::Erasures(Parts parts) : parts_(std::move(parts)) { parts_.disk.make_folder(parts_.folder); }

// The salt is drawn once: a second would make a second statement of the same erasure.
base::Digest Erasures::commit(const std::string& stem, const Erased& erased) {
  const std::filesystem::path path = parts_.folder / (stem + ".files");
  if (!parts_.disk.exists(path)) {
    const statement::Salt salt = statement::random_salt(parts_.random);
    std::string text(base::as_text(salt));
    for (const std::string& file : erased.files) text += file + "\n";
    parts_.disk.store_new(path, text);
  }
  parts_.disk.settle(path);
  return commitment_of(base::load_text(parts_.disk, path, kFilesAtMostBytes));
}

void Erasures::state(const Erased& erased) {
  const statement::Id id = id_of(erased);
  if (parts_.view.has_id(id)) return;
  const std::string stem = base::to_hex(id);
  const std::filesystem::path path = parts_.folder / (stem + ".dsse");
  if (!parts_.disk.exists(path)) {
    const auto charter = parts_.view.charter();
    const std::int64_t now = parts_.clock.now_unix_seconds();
    const statement::Erasure said{.header = {charter->federation(), charter->log(), id, now},
                                  .instruction = erased.instruction,
                                  .collection = erased.collection,
                                  .table = erased.table,
                                  .first_version = erased.first_version,
                                  .last_version = erased.last_version,
                                  .keys_destroyed = erased.keys_destroyed,
                                  .what = erased.ground,
                                  .done = now,
                                  .erased_commitment = commit(stem, erased)};
    parts_.disk.store_new(path, statement::write_envelope(statement::sign(
                                    kKind, statement::write_payload(said), parts_.signing_key)));
  }
  parts_.disk.settle(path);
  parts_.enter(base::load_text(parts_.disk, path, statement::kEnvelopeAtMostBytes));
}

bool opens(const statement::Erasure& erasure, std::string_view files) {
  return files.size() >= statement::Salt{}.size() && commitment_of(files) == erasure.erased_commitment;
}

}  // namespace candour::node
