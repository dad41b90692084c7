// What the tests of a log that is kept share: a log's key, a disk that flips a bit, growing a store.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"
#include "candour/log/store.h"
#include "candour/testing/forwarding_disk.h"

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

/// A disk that gives a byte of one file other than it was written, once it was told to.
class FlippingDisk final : public candour::testing::ForwardingDisk {
 public:
  using candour::testing::ForwardingDisk::ForwardingDisk;
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
