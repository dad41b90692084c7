// Where the bytes are that mean something to CSV: a bit map of 64 bytes at a time. Only the reader uses it.
// Everything between two such bytes is data that nobody looks at, which is what makes the reader fast.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace candour::table {

inline constexpr std::size_t kScanBlock = 64;

/// Finds the delimiter, quotes, LF, CR and NUL.
class SpecialBytes {
 public:
#if defined(__SSE2__)
  explicit SpecialBytes(char delimiter) : delimiter_(_mm_set1_epi8(delimiter)) {}

  /// Bit i is set where block[i] is special. Reads kScanBlock bytes, all of which must be ours to read.
  [[nodiscard]] std::uint64_t map(const char* block) const {
    return quarter(block) | quarter(block + 16) << 16U | quarter(block + 32) << 32U |
           quarter(block + 48) << 48U;
  }

 private:
  [[nodiscard]] std::uint64_t quarter(const char* at) const {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    const __m128i others =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    const __m128i all = _mm_or_si128(_mm_or_si128(ends, others), _mm_cmpeq_epi8(bytes, delimiter_));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(all));
  }

  __m128i delimiter_;
#else
  explicit SpecialBytes(char delimiter) : delimiter_(delimiter) {}

  /// Bit i is set where block[i] is special. Reads kScanBlock bytes, all of which must be ours to read.
  [[nodiscard]] std::uint64_t map(const char* block) const {
    std::uint64_t bits = 0;
    for (std::size_t index = 0; index < kScanBlock; ++index) {
      const char byte = block[index];
      const bool special = byte == delimiter_ || byte == '"' || byte == '\n' || byte == '\r' || byte == '\0';
      bits |= std::uint64_t{special} << index;
    }
    return bits;
  }

 private:
  char delimiter_;
#endif
};

/// A place in the bytes, from which the special ones are found one after another. Small enough to be copied:
/// a copy looks ahead.
class SpecialScan {
 public:
  /// Begins at `at`. Of the bytes behind `end`, kScanBlock are looked at and mean nothing.
  [[gnu::always_inline]] inline void start(const SpecialBytes& special, const char* at, const char* end) {
    block_ = at;
    const auto left = static_cast<std::size_t>(end - at);
    map_ = left == 0 ? 0 : special.map(at);
    if (left < kScanBlock) map_ &= (std::uint64_t{1} << left) - 1;
  }

  /// The next special byte, or `end` where there is none before it.
  [[nodiscard, gnu::always_inline]] inline const char* find(const SpecialBytes& special, const char* end) {
    while (map_ == 0) {
      if (static_cast<std::size_t>(end - block_) <= kScanBlock) return end;
      start(special, block_ + kScanBlock, end);
    }
    return block_ + std::countr_zero(map_);
  }

  /// Goes beyond the byte that find() gave.
  void pass() { map_ &= map_ - 1; }

 private:
  const char* block_ = nullptr;
  std::uint64_t map_ = 0;  ///< the special bytes of the block that have not been passed
};

}  // namespace candour::table
