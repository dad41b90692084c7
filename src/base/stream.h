// Byte streams: where bytes come from and go to. Readers and writers of formats stand on these two, so that
// the same code serves a file, a simulated disk, a string and a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "candour/base/bytes.h"

namespace candour::base {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Puts up to `out.size()` bytes there and says how many; 0 only at the end.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(ByteView bytes) = 0;
  void write_text(std::string_view text) { write(as_bytes(text)); }
};

/// A source over bytes that outlive it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : rest_(bytes) {}
  explicit MemorySource(std::string_view text) : rest_(as_bytes(text)) {}
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  ByteView rest_;
};

/// A sink that collects a text.
class TextSink final : public ByteSink {
 public:
  void write(ByteView bytes) override { text_.append(as_text(bytes)); }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// A sink that collects bytes.
class BytesSink final : public ByteSink {
 public:
  void write(ByteView bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace candour::base
