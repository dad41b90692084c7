// Erasure: first the newest version without the rows, then the older files that have them.
//
// The order, for each slice:
//   1. the slice's file is written anew without the rows and committed
//   2. for each older file that has such rows: erased/NAME is stored, which says that it is gone on purpose
//   3. and the file is removed
// A kill at any place leaves files that still have the rows, and no other trace: asked for again, the same
// steps find them. What an erasure looks for is written nowhere.
#include "candour/base/json.h"
#include "candour/lake/table_work.h"

namespace candour::lake {
namespace {

/// Rows that are not to be erased.
class KeptRows final : public table::ChunkSource {
 public:
  KeptRows(table::ChunkSource& rows, std::size_t column, const std::set<std::string>& values)
      : rows_(rows), read_(rows.schema()), column_(column), values_(values) {}
  [[nodiscard]] const table::Schema& schema() const override { return rows_.schema(); }

  bool next(table::Chunk& chunk) override {
    chunk.clear();
    while (chunk.rows() == 0) {
      if (!rows_.next(read_)) return false;
      const table::Column& column = read_.column(column_);
      for (std::size_t row = 0; row < read_.rows(); ++row) {
        if (!column.is_null(row) && values_.contains(std::string(column.text(row)))) {
          ++dropped_;
        } else {
          chunk.append_row(read_, row);
        }
      }
    }
    return true;
  }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  table::ChunkSource& rows_;
  table::Chunk read_;
  std::size_t column_;
  const std::set<std::string>& values_;
  std::uint64_t dropped_ = 0;
};

class Eraser {
 public:
  Eraser(TableWork& work, const Erasure& erasure, std::size_t column)
      : work_(work), erasure_(erasure), column_(column) {}

  /// Everything there is at the moment; until nothing was committed meanwhile.
  ErasureReport run() {
    std::uint64_t done = 0;
    do {
      // The slices of the newest version are all that there ever were: one is replaced and never removed.
      const Snapshot newest = work_.state.newest;
      for (const auto& [slice, file] : newest.slices) {
        if (is_asked_for(slice)) rewrite(slice);
      }
      for (std::uint64_t version = 1; version <= work_.state.newest.version; ++version) {
        remove_if_older(*work_.log.load(version).added);
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
    while (true) {
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
    if (!is_asked_for(file.slice) || work_.state.newest.slices.at(file.slice).path == file.path) return;
    const bool is_begun = is_erased(work_.disk, work_.folder, file);
    if (!is_begun && !has_rows(file)) return;
    if (!is_begun) {
      work_.disk.make_folder(work_.folder / kErasedFolder);
      const auto mark = base::write_json_line(base::Json::Object{{"erased", erasure_.erased_at_unix}});
      static_cast<void>(work_.disk.store_new(erased_mark(work_.folder, file), mark));
    }
    const std::filesystem::path path = work_.folder / file.path;
    if (!work_.disk.exists(path)) return;
    work_.disk.remove(path);
    ++report_.files_deleted;
  }

  TableWork& work_;
  const Erasure& erasure_;
  std::size_t column_;
  ErasureReport report_;
  std::set<std::string> clean_;  ///< paths of files that have no such row
};

}  // namespace

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
