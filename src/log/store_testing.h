// What the tests of a log that is kept share: a log's key, a disk that flips a bit, growing a store.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"
#include "candour/log/store.h"

namespace candour::log::testing {

/// Appends entries until the store has `size` of them.
inline Head grow(Store& store, const std::vector<std::string>& entries, std::size_t size) {
  const Head head = store.next();
  return store.append(head, std::span(entries).first(size).subspan(head.size));
}

/// A log's name and key, made of a number.
struct TestLog {
  explicit TestLog(std::uint8_t number = 1) : key(base::Bytes(crypto::kSigningSeedBytes, number)) {}
  std::string origin = "log.example/one";
  crypto::SigningKey key;

  [[nodiscard]] VerifierKey verifier() const { return {origin, KeyType::kEd25519, key.public_key()}; }
  /// A checkpoint that only the log signed.
  [[nodiscard]] std::string note(const Head& head) const {
    return write_note(sign_checkpoint({origin, head, {}}, key).note);
  }
};

/// Hands every call to another disk. What it opens it opens there.
class ForwardingDisk : public base::Disk {
 public:
  explicit ForwardingDisk(base::Disk& disk) : disk_(disk) {}
  using Disk::make_folder;
  using Disk::store_new;
  base::StoredFile store_new(const Path& path, base::ByteSource& content, base::Access access) override {
    return disk_.store_new(path, content, access);
  }
  void settle(const Path& path) override { disk_.settle(path); }
  [[nodiscard]] std::unique_ptr<base::ReadableFile> open(const Path& path) const override {
    return disk_.open(path);
  }
  [[nodiscard]] std::unique_ptr<base::RandomAccessFile> open_random(const Path& path,
                                                                    base::OpenMode mode) override {
    return disk_.open_random(path, mode);
  }
  [[nodiscard]] std::unique_ptr<base::Journal> open_journal(const Path& path) override {
    return disk_.open_journal(path);
  }
  [[nodiscard]] bool exists(const Path& path) const override { return disk_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const Path& folder) const override {
    return disk_.list(folder);
  }
  void remove(const Path& path) override { disk_.remove(path); }
  void make_folder(const Path& folder, base::Access access) override { disk_.make_folder(folder, access); }
  [[nodiscard]] std::unique_ptr<base::DiskLock> lock(const Path& path) override { return disk_.lock(path); }

 private:
  base::Disk& disk_;
};

/// A disk that gives a byte of one file other than it was written, once it was told to.
class FlippingDisk final : public ForwardingDisk {
 public:
  using ForwardingDisk::ForwardingDisk;
  void flip_once(std::string_view end_of_path) { victim_ = end_of_path; }
  [[nodiscard]] std::unique_ptr<base::ReadableFile> open(const Path& path) const override {
    auto file = ForwardingDisk::open(path);
    if (victim_.empty() || !path.string().ends_with(victim_)) return file;
    return std::make_unique<Flipped>(std::move(file));
  }

 private:
  class Flipped final : public base::ReadableFile {
   public:
    explicit Flipped(std::unique_ptr<base::ReadableFile> file) : file_(std::move(file)) {}
    [[nodiscard]] std::uint64_t size_bytes() const override { return file_->size_bytes(); }
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
      const std::size_t got = file_->read_at(offset, out);
      // The last byte, which every file has and no length of an entry is.
      if (got > 0 && offset + got == file_->size_bytes()) out[got - 1] ^= 0x01U;
      return got;
    }

   private:
    std::unique_ptr<base::ReadableFile> file_;
  };
  std::string victim_;
};

}  // namespace candour::log::testing
