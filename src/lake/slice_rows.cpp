#include "candour/lake/slice_rows.h"

#include "candour/lake/lake_format.h"

namespace candour::lake {
namespace {

class FileRows final : public table::ChunkSource {
 public:
  FileRows(const DataFolder& data, const SliceFile& file)
      : path_(data.table_folder / file.path),
        expected_rows_(file.rows),
        scratch_(data.scratches->take()),
        rows_(open(data, file)) {}

  [[nodiscard]] const table::Schema& schema() const override { return rows_.schema(); }

  bool next(table::Chunk& chunk) override {
    const bool is_more = rows_.next(chunk);
    seen_rows_ += chunk.rows();
    if (seen_rows_ > expected_rows_ || (!is_more && seen_rows_ != expected_rows_)) {
      throw base::Error("CND-2305", "A file of the lake has other rows than the table's log says.")
          .with("path", path_);
    }
    return is_more;
  }

 private:
  [[nodiscard]] sql::Result open(const DataFolder& data, const SliceFile& file) {
    scratch_->copy_verified(data.disk, path_, file.size_bytes, file.sha256);
    return scratch_->parquet().read(data.schema);
  }

  std::filesystem::path path_;
  std::uint64_t expected_rows_;
  std::uint64_t seen_rows_ = 0;
  std::shared_ptr<Scratch> scratch_;
  sql::Result rows_;
};

class RowsOfMany final : public table::ChunkSource {
 public:
  RowsOfMany(const DataFolder& data, std::vector<SliceFile> files) : data_(data), files_(std::move(files)) {}
  [[nodiscard]] const table::Schema& schema() const override { return data_.schema; }

  bool next(table::Chunk& chunk) override {
    for (;;) {
      if (open_ && open_->next(chunk)) return true;
      open_.reset();
      chunk.clear();
      if (next_ == files_.size()) return false;
      open_ = open_rows(data_, files_[next_++]);
    }
  }

 private:
  DataFolder data_;
  std::vector<SliceFile> files_;
  std::size_t next_ = 0;
  std::unique_ptr<table::ChunkSource> open_;
};

}  // namespace

std::filesystem::path erased_mark(const std::filesystem::path& table_folder, const SliceFile& file) {
  return table_folder / kErasedFolder / std::filesystem::path(file.path).filename();
}

bool is_erased(const base::Disk& disk, const std::filesystem::path& table_folder, const SliceFile& file) {
  return disk.exists(erased_mark(table_folder, file));
}

std::unique_ptr<table::ChunkSource> open_rows(const DataFolder& data, const SliceFile& file) {
  if (is_erased(data.disk, data.table_folder, file)) {
    throw base::Error("CND-2307", "Rows of this slice were erased, and with them its older files.")
        .with("path", data.table_folder / file.path);
  }
  return std::make_unique<FileRows>(data, file);
}

std::unique_ptr<table::ChunkSource> open_rows(const DataFolder& data, std::vector<SliceFile> files) {
  return std::make_unique<RowsOfMany>(data, std::move(files));
}

}  // namespace candour::lake
