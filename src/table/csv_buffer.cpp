#include "candour/table/csv_buffer.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/table/csv_scan.h"

namespace candour::table {
namespace {

// A short file costs little, and a long one soon has the whole window.
constexpr std::size_t kFirstCapacity = std::size_t{1} << 10U;
// Large enough that a read is worth its system call, small enough to stay in the cache of a core.
constexpr std::size_t kWindow = std::size_t{256} << 10U;

}  // namespace

CsvBuffer::CsvBuffer(base::ByteSource& source, std::size_t held_bytes)
    : source_(source),
      most_(held_bytes + kWindow),
      capacity_(kFirstCapacity),
      memory_(new char[kFirstCapacity + kScanBlock]) {}

CsvBuffer::~CsvBuffer() { base::wipe(memory_.get(), capacity_); }

char* CsvBuffer::make_room(const char* keep) {
  const auto begin = static_cast<std::size_t>(keep - memory_.get());
  const std::size_t kept = size_ - begin;
  dropped_ += begin;
  size_ = kept;
  // Where the record fills half of the buffer, moving it again and again would cost more than it reads.
  const bool large_enough = capacity_ >= kWindow && kept <= capacity_ / 2;
  if (large_enough || capacity_ == most_) {
    std::memmove(memory_.get(), keep, kept);
  } else {
    const std::size_t larger = std::min(most_, capacity_ * 2);
    std::unique_ptr<char[]> memory(new char[larger + kScanBlock]);
    std::memcpy(memory.get(), keep, kept);
    base::wipe(memory_.get(), capacity_);
    memory_ = std::move(memory);
    capacity_ = larger;
  }
  CANDOUR_CHECK(has_room());
  return memory_.get();
}

bool CsvBuffer::read() {
  CANDOUR_CHECK(has_room());
  if (ended_) return false;  // a source that has ended is not asked again: a terminal would begin anew
  auto* const room = reinterpret_cast<std::uint8_t*>(end());
  const std::size_t got = source_.read(std::span(room, capacity_ - size_));
  CANDOUR_CHECK(got <= capacity_ - size_);
  size_ += got;
  ended_ = got == 0;
  return !ended_;
}

}  // namespace candour::table
