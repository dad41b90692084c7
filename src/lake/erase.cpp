// Erasure: first the newest version without the rows, then the older files that have them.
//
// The order, for each slice:
//   1. the slice's file is written anew without the rows and committed
//   2. for each older file that has such rows: erased/NAME is stored, which says that it is gone on purpose
//   3. and the file is removed
// A kill at any place leaves files that still have the rows, and no other trace: asked for again, the same
// steps find them. What an erasure looks for is written nowhere.
//
// An erasure of all that was committed with a tag has, instead of 1, an entry that takes the slice out.
#include "candour/base/json.h"
#include "candour/lake/kept_rows.h"
#include "candour/lake/table_work.h"

namespace candour::lake {
namespace {

/// Says that a file is gone on purpose, and removes it. Whether it was there.
bool remove_file(TableWork& work, const SliceFile& file, std::int64_t erased_at_unix) {
  if (!is_erased(work.disk, work.folder, file)) {
    work.disk.make_folder(work.folder / kErasedFolder);
    const auto mark = base::write_json_line(base::Json::Object{{"erased", erased_at_unix}});
    static_cast<void>(work.disk.store_new(erased_mark(work.folder, file), mark));
  }
  const std::filesystem::path path = work.folder / file.path;
  if (!work.disk.exists(path)) return false;
  work.disk.remove(path);
  return true;
}

class Eraser {
 public:
  Eraser(TableWork& work, const Erasure& erasure, std::size_t column)
      : work_(work), erasure_(erasure), column_(column) {}

  /// Everything there is at the moment; until nothing was committed meanwhile.
  ErasureReport run() {
    std::uint64_t done = 0;
    do {
      const Snapshot newest = work_.state.newest;
      for (const auto& [slice, file] : newest.slices) {
        if (is_asked_for(slice)) rewrite(slice);
      }
      for (std::uint64_t version = 1; version <= work_.state.newest.version; ++version) {
        if (const auto added = work_.log.load(version).added) remove_if_older(*added);
      }
      done = work_.state.newest.version;
      work_.refresh();
    } while (work_.state.newest.version != done);
    return report_;
  }

 private:
  [[nodiscard]] bool is_asked_for(const Slice& slice) const {
    return !erasure_.slice || *erasure_.slice == slice;
  }

  [[nodiscard]] bool has_rows(const SliceFile& file) {
    if (clean_.contains(file.path)) return false;
    const auto rows = open_rows(work_.data(), file);
    KeptRows kept(*rows, column_, erasure_.values);
    table::Chunk chunk(rows->schema());
    while (kept.next(chunk)) {
    }
    if (kept.dropped() == 0) clean_.insert(file.path);
    return kept.dropped() > 0;
  }

  void rewrite(const Slice& slice) {
    while (work_.state.newest.slices.contains(slice)) {
      const SliceFile held = work_.state.newest.slices.at(slice);
      if (!has_rows(held)) return;
      const auto rows = open_rows(work_.data(), held);
      KeptRows kept(*rows, column_, erasure_.values);
      SliceFile file = held;
      file.written_at_unix = erasure_.erased_at_unix;
      check_file(file);
      work_.store_rows(kept, file);
      if (work_.commit(file, Reason::kErased)) {
        report_.rows += kept.dropped();
        ++report_.slices_rewritten;
        clean_.insert(file.path);
        return;
      }
      work_.refresh();
    }
  }

  void remove_if_older(const SliceFile& file) {
    const auto held = work_.state.newest.slices.find(file.slice);
    const bool is_held = held != work_.state.newest.slices.end() && held->second.path == file.path;
    if (!is_asked_for(file.slice) || is_held) return;
    if (!is_erased(work_.disk, work_.folder, file) && !has_rows(file)) return;
    if (remove_file(work_, file, erasure_.erased_at_unix)) ++report_.files_deleted;
  }

  TableWork& work_;
  const Erasure& erasure_;
  std::size_t column_;
  ErasureReport report_;
  std::set<std::string> clean_;  ///< paths of files that have no such row
};

class TaggedEraser {
 public:
  TaggedEraser(TableWork& work, const std::string& key, const std::string& value, std::int64_t erased_at_unix)
      : work_(work), key_(key), value_(value), at_(erased_at_unix) {}

  TaggedErasure run() {
    std::uint64_t done = 0;
    do {
      const Snapshot newest = work_.state.newest;
      for (const auto& [slice, file] : newest.slices) take_out(slice);
      erasure_ = {};
      held_.clear();
      for (std::uint64_t version = 1; version <= work_.state.newest.version; ++version) take(version);
      done = work_.state.newest.version;
      work_.refresh();
    } while (work_.state.newest.version != done);
    return std::move(erasure_);
  }

 private:
  [[nodiscard]] bool is_tagged(const SliceFile& file) const {
    const auto tag = file.tags.find(key_);
    return tag != file.tags.end() && tag->second == value_;
  }

  void take_out(const Slice& slice) {
    while (true) {
      const auto held = work_.state.newest.slices.find(slice);
      if (held == work_.state.newest.slices.end() || !is_tagged(held->second)) return;
      if (work_.commit_taken_out(held->second, at_)) return;
      work_.refresh();
    }
  }

  void take(std::uint64_t version) {
    const Entry entry = work_.log.load(version);
    if (entry.removed && held_.erase(*entry.removed) > 0) erasure_.last_version = version - 1;
    if (!entry.added || !is_tagged(*entry.added)) return;
    if (erasure_.files.empty()) erasure_.first_version = version;
    held_.insert(entry.added->path);
    erasure_.files.push_back(*entry.added);
    static_cast<void>(remove_file(work_, *entry.added, at_));
  }

  TableWork& work_;
  const std::string& key_;
  const std::string& value_;
  const std::int64_t at_;
  TaggedErasure erasure_;
  std::set<std::string> held_;  ///< files that were committed, and not yet replaced or taken out
};

}  // namespace

TaggedErasure Table::erase_tagged(const std::string& key, const std::string& value,
                                  std::int64_t erased_at_unix) {
  // What was never committed may have the rows too. It also brings the newest version.
  static_cast<void>(sweep());
  return TaggedEraser(*work_, key, value, erased_at_unix).run();
}

ErasureReport Table::erase(const Erasure& erasure) {
  const auto column = schema().find(erasure.column);
  if (!column || schema().columns()[*column].type != table::Type::kText) {
    throw base::Error("CND-2303", "The table has no text column of this name.")
        .with("path", work_->folder)
        .with("column", base::Label(erasure.column));
  }
  // What was never committed may have the rows too. It also brings the newest version.
  static_cast<void>(sweep());
  return Eraser(*work_, erasure, *column).run();
}

}  // namespace candour::lake
