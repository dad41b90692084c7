// The memory of the CSV reader: a window on the source that keeps the record being read, grows up to a fixed
// size and is wiped, because rows of people go through it. Only the reader uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "candour/base/stream.h"

namespace candour::table {

class CsvBuffer {
 public:
  /// `source` outlives the buffer, which holds at most `held_bytes` and what one read adds.
  CsvBuffer(base::ByteSource& source, std::size_t held_bytes);
  ~CsvBuffer();
  CsvBuffer(const CsvBuffer&) = delete;
  CsvBuffer& operator=(const CsvBuffer&) = delete;

  [[nodiscard]] char* begin() { return memory_.get(); }
  /// Behind the last byte read; a block of kScanBlock bytes there may be looked at but means nothing.
  [[nodiscard]] char* end() { return memory_.get() + size_; }
  [[nodiscard]] bool has_room() const { return size_ < capacity_; }
  /// Moves [keep, end()) so that there is room to read more behind it, and says where it begins now. Other
  /// places in the buffer, and those from before, mean nothing afterwards.
  [[nodiscard]] char* make_room(const char* keep);
  /// Reads once from the source into the room there is; false at the end of the source.
  bool read();
  /// The distance of a place in the buffer from the beginning of the source.
  [[nodiscard]] std::uint64_t offset(const char* at) const {
    return dropped_ + static_cast<std::uint64_t>(at - memory_.get());
  }

 private:
  base::ByteSource& source_;
  std::size_t most_;
  std::size_t capacity_;
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::uint64_t dropped_ = 0;  ///< bytes of the source before the first in memory
  bool ended_ = false;
};

}  // namespace candour::table
