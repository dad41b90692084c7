// A byte source that looks at what passes: its digest for the report, its last byte, and how far the reading
// has come.
#pragma once

#include "candour/base/progress.h"
#include "candour/base/sha256.h"
#include "candour/base/stream.h"

namespace candour::intake {

class CountedSource final : public base::ByteSource {
 public:
  CountedSource(base::ByteSource& source, base::Progress& progress) : source_(source), progress_(progress) {}

  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t size = source_.read(out);
    if (size == 0) return 0;
    sha256_.update(out.first(size));
    last_byte_ = out[size - 1];
    progress_.advance(size);
    return size;
  }

  /// The digest of all that passed. Call once.
  [[nodiscard]] base::Digest digest() { return sha256_.finish(); }
  /// Whether what passed ended with LF.
  [[nodiscard]] bool ended_a_line() const { return last_byte_ == '\n'; }

 private:
  base::ByteSource& source_;
  base::Progress& progress_;
  base::Sha256 sha256_;
  std::uint8_t last_byte_ = 0;
};

}  // namespace candour::intake
