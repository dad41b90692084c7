// zstd (RFC 8878) as a submission uses it: one frame, one thread, one level, so that one library gives the
// same bytes for the same input; and a way back that never gives more than was announced, however much a
// hostile frame would become.
#pragma once

#include <cstdint>
#include <memory>

#include "candour/base/stream.h"

namespace candour::submission {

/// Compresses what is written to it. finish() ends the frame; without it nothing can be read back.
class CompressingSink final : public base::ByteSink {
 public:
  explicit CompressingSink(base::ByteSink& out);
  ~CompressingSink() override;
  void write(base::ByteView bytes) override;
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads one frame whose content has exactly `size_bytes`. Errors of read: CND-2220 (it is no frame of ours,
/// is damaged, or something follows it), CND-2221 (its content is longer, or shorter).
class DecompressingSource final : public base::ByteSource {
 public:
  DecompressingSource(base::ByteSource& compressed, std::uint64_t size_bytes);
  ~DecompressingSource() override;
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace candour::submission
