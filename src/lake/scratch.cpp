#include "candour/lake/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "candour/base/error.h"

namespace candour::lake {
namespace {

[[noreturn]] void fail(const std::filesystem::path& folder) {
  throw base::Error("CND-1003", "The disk is full or failed.").with("path", folder).with("errno", errno);
}

/// A file of mode 0600 that has no name any more.
int make_nameless(const std::filesystem::path& folder) {
  std::string name = (folder / "lake-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0 || ::unlink(name.c_str()) != 0) fail(folder);
  return descriptor;
}

void write_all(int descriptor, std::uint64_t offset, base::ByteView bytes,
               const std::filesystem::path& folder) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(folder);
    offset += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

}  // namespace

Scratch::Scratch(const std::filesystem::path& folder) : folder_(folder), descriptor_(make_nameless(folder)) {
  try {
    parquet_ = std::make_unique<sql::ParquetFile>(path());
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Scratch::~Scratch() { ::close(descriptor_); }

std::filesystem::path Scratch::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

void Scratch::clear() {
  if (::ftruncate(descriptor_, 0) != 0) fail(folder_);
}

std::unique_ptr<base::ReadableFile> Scratch::open() const { return base::PosixDisk().open(path()); }

void Scratch::copy_verified(const base::Disk& disk, const std::filesystem::path& file,
                            std::uint64_t size_bytes, const base::Digest& sha256) {
  if (!disk.exists(file)) throw base::Error("CND-2305", "A file of the lake is missing.").with("path", file);
  clear();
  const auto opened = disk.open(file);
  base::Bytes buffer(std::size_t{1} << 18U);
  base::Sha256 hash;
  std::uint64_t copied = 0;
  // A file that grows while it is copied is no longer followed when it is too large.
  while (copied <= size_bytes) {
    const std::size_t got = opened->read_at(copied, buffer);
    if (got == 0) break;
    const base::ByteView piece(buffer.data(), got);
    hash.update(piece);
    write_all(descriptor_, copied, piece, folder_);
    copied += got;
  }
  if (copied == size_bytes && hash.finish() == sha256) return;
  clear();
  throw base::Error("CND-2305", "A file of the lake is not the one that the table's log names.")
      .with("path", file);
}

std::shared_ptr<Scratch> ScratchShelf::take() {
  std::unique_ptr<Scratch> scratch = idle_ ? std::move(idle_) : std::make_unique<Scratch>(folder_);
  return {scratch.release(), [shelf = shared_from_this()](Scratch* used) {
            std::unique_ptr<Scratch> back(used);
            try {
              back->clear();
              shelf->idle_ = std::move(back);
            } catch (const base::Error&) {
              // One that cannot be emptied is closed, and with it goes what it holds.
            }
          }};
}

}  // namespace candour::lake
