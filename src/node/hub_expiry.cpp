// What an instruction brought is deleted when its retention has ended, and the log is told.
//
// The order, for each table that it brought rows to:
//   1. its files go from the lake, of every version
//   2. the keys that its packages were sealed to are destroyed, the month's own among them
//   3. the erasure is stated
// And before, each time, what waits in the inbox of any that has ended is forgotten.
// A kill at any place leaves the rest to the next time: each step does nothing where it was done.
#include <algorithm>

#include "candour/base/error.h"
#include "candour/node/hub.h"
#include "candour/statement/envelope.h"

namespace candour::node {

void Hub::erase_expired() {
  const instruction::Moment moment = parts_.view.moment();
  // What a clock that is wrong would delete does not come back: the witnesses' must say the same.
  const std::int64_t now = std::min(moment.now, moment.witnessed);
  const auto log = parts_.view.now();
  parts_.sealing_keys.destroy_old();
  forget_ended(*log, now);
  for (const auto& [id, entry] : log->instructions()) {
    if (now < entry.instruction->erased_by()) continue;
    for (const auto& [collection, table] : entry.tables_used) {
      const ErasedTable one{id, collection, table};
      if (erased_.contains(one)) continue;
      try {
        erase(one);
        erased_.insert(one);
      } catch (const base::Error& error) {
        // What is wrong with one table keeps no other.
        parts_.log.event("erasure.failed")
            .with("collection", base::Label(collection))
            .with("table", base::Label(table))
            .with(error);
      }
    }
  }
}

// Also of what never became a submission in the log.
void Hub::forget_ended(const instruction::Register& log, std::int64_t now) {
  const std::lock_guard lock(commit_mutex_);
  forget_old();
  for (const submission::WaitingSubmission& waiting : inbox_.waiting()) {
    const instruction::InstructionEntry* entry = log.find(waiting.instruction);
    if (entry != nullptr && now >= entry->instruction->erased_by()) inbox_.forget(waiting.identity);
  }
}

void Hub::erase(const ErasedTable& one) {
  lake::TaggedErasure gone;
  {
    // Nothing of it is on its way into the lake meanwhile.
    const std::lock_guard lock(commit_mutex_);
    gone = erase_rows(one);
  }
  const std::set<statement::Id> keys = sealing_keys_of(gone.files);
  parts_.sealing_keys.destroy(keys);
  Erased erased{.instruction = one.instruction,
                .collection = one.collection,
                .table = one.table,
                .first_version = gone.first_version,
                .last_version = gone.last_version,
                .keys_destroyed = static_cast<std::uint32_t>(keys.size())};
  for (const lake::SliceFile& file : gone.files) erased.files.push_back(file.path);
  parts_.erasures.state(erased);
  parts_.log.event("erasure.done")
      .with("collection", base::Label(one.collection))
      .with("table", base::Label(one.table));
}

/// Those that packages were sealed to, by the manifests of what was stored.
std::set<statement::Id> Hub::sealing_keys_of(const std::vector<lake::SliceFile>& files) const {
  std::set<statement::Id> keys;
  for (const lake::SliceFile& file : files) {
    const std::filesystem::path path = parts_.submissions / (base::to_hex(file.submission) + ".manifest");
    const std::string envelope = base::load_text(parts_.disk, path, statement::kEnvelopeAtMostBytes);
    keys.insert(
        statement::parse_submission(statement::parse_envelope(envelope, "submission").payload).sealing_key);
  }
  return keys;
}

// Also of a collection that the hub's configuration no longer names: its folder is there still.
lake::TaggedErasure Hub::erase_rows(const ErasedTable& one) {
  const auto configured = std::ranges::find_if(tables_, [&](const auto& table) {
    return table->collection().name == one.collection && table->table().name == one.table;
  });
  if (configured != tables_.end()) return (*configured)->erase(one.instruction);
  const std::filesystem::path folder = lake_folder(parts_.lake, one.collection, one.table);
  if (!parts_.disk.exists(folder)) return {};
  lake::Table table = lake::Table::open({parts_.disk, parts_.random, parts_.scratch}, folder);
  return erase_instruction(table, one.instruction, parts_.clock.now_unix_seconds());
}

}  // namespace candour::node
