#include "candour/submission/compression.h"

#include <zstd.h>

#include <algorithm>
#include <new>

#include "candour/base/error.h"

namespace candour::submission {
namespace {

// The library's default: most of a package are tokens, which no level makes smaller than half their digits.
constexpr int kLevel = 3;
// 8 MiB, which every reader must take (RFC 8878, 3.1.1.1.2); a frame that asks for more is none of ours.
constexpr int kMostWindowLog = 23;
constexpr std::size_t kPiece = std::size_t{64} << 10;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

[[noreturn]] void fail_damaged() { throw base::Error("CND-2220", "The package does not decompress."); }

[[noreturn]] void fail_size(std::uint64_t expected) {
  throw base::Error("CND-2221", "The package opens to another number of bytes than its header says.")
      .with("expected", expected);
}

// A plain buffer that is wiped: what passes through held rows and tokens.
class Buffer {
 public:
  Buffer() : bytes_(kPiece) {}
  ~Buffer() { base::wipe(bytes_.data(), bytes_.size()); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  [[nodiscard]] std::span<std::uint8_t> span() { return bytes_; }

 private:
  base::Bytes bytes_;
};

}  // namespace

struct CompressingSink::State {
  explicit State(base::ByteSink& sink) : out(sink), context(ZSTD_createCCtx()) {
    if (!context) throw std::bad_alloc();
    CANDOUR_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel)));
  }

  // Gives everything to the library; at the end, until it has given everything back.
  void push(base::ByteView bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer piece{buffer.span().data(), buffer.span().size(), 0};
      left = ZSTD_compressStream2(context.get(), &piece, &in, directive);
      CANDOUR_CHECK(!ZSTD_isError(left));
      if (piece.pos > 0) out.write(buffer.span().first(piece.pos));
    } while (directive == ZSTD_e_end ? left > 0 : in.pos < in.size);
  }

  base::ByteSink& out;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> context;
  Buffer buffer;
};

CompressingSink::CompressingSink(base::ByteSink& out) : state_(std::make_unique<State>(out)) {}
CompressingSink::~CompressingSink() = default;
void CompressingSink::write(base::ByteView bytes) { state_->push(bytes, ZSTD_e_continue); }
void CompressingSink::finish() { state_->push({}, ZSTD_e_end); }

struct DecompressingSource::State {
  State(base::ByteSource& source, std::uint64_t size_bytes)
      : compressed(source), size(size_bytes), left(size_bytes), context(ZSTD_createDCtx()) {
    if (!context) throw std::bad_alloc();
    CANDOUR_CHECK(!ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMostWindowLog)));
  }

  // Up to out.size() bytes of the frame's content, and at least one unless the frame has ended.
  std::size_t decompress(std::span<std::uint8_t> out) {
    ZSTD_outBuffer into{out.data(), out.size(), 0};
    while (!frame_ended && into.pos == 0) {
      // Asked before it gets more: it may hold content for which there was no room.
      const std::size_t hint = ZSTD_decompressStream(context.get(), &into, &in);
      if (ZSTD_isError(hint)) fail_damaged();
      frame_ended = hint == 0;
      const bool is_starved = !frame_ended && into.pos == 0 && in.pos == in.size;
      if (is_starved && !refill()) fail_damaged();  // cut off
    }
    return into.pos;
  }

  bool refill() {
    const std::size_t size_read = compressed.read(buffer.span());
    in = {buffer.span().data(), size_read, 0};
    return size_read > 0;
  }

  // The frame, and what it came in, must both be at their end.
  void require_end() {
    std::uint8_t more = 0;
    if (decompress({&more, 1}) > 0) fail_size(size);
    if (in.pos < in.size || refill()) fail_damaged();
  }

  base::ByteSource& compressed;
  const std::uint64_t size;
  std::uint64_t left;
  bool ended = false;
  bool frame_ended = false;
  std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context;
  ZSTD_inBuffer in{nullptr, 0, 0};
  Buffer buffer;
};

DecompressingSource::DecompressingSource(base::ByteSource& compressed, std::uint64_t size_bytes)
    : state_(std::make_unique<State>(compressed, size_bytes)) {}
DecompressingSource::~DecompressingSource() = default;

std::size_t DecompressingSource::read(std::span<std::uint8_t> out) {
  State& state = *state_;
  if (out.empty()) return 0;
  if (state.left == 0) {
    if (!state.ended) state.require_end();
    state.ended = true;
    return 0;
  }
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), state.left));
  const std::size_t got = state.decompress(out.first(wanted));
  if (got == 0) fail_size(state.size);
  state.left -= got;
  return got;
}

}  // namespace candour::submission
