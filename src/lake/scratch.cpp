#include "candour/lake/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "candour/base/error.h"

namespace candour::lake {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw base::Error("CND-1003", "The disk is full or failed.").with("path", path).with("errno", errno);
}

/// A new file, open for reading and writing, and its name.
std::pair<int, std::filesystem::path> make_file(const std::filesystem::path& folder) {
  std::string name = (folder / "lake-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) fail(folder);
  return {descriptor, name};
}

bool write_all(int descriptor, base::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

/// Whether the file was copied and is what it should be. Never copies more than `size_bytes`.
bool copy_verified(const base::ReadableFile& file, std::uint64_t size_bytes, const base::Digest& sha256,
                   int descriptor, const std::filesystem::path& scratch) {
  if (file.size_bytes() != size_bytes) return false;
  base::Bytes buffer(std::size_t{1} << 18U);
  base::Sha256 hash;
  std::uint64_t copied = 0;
  while (const std::size_t got = file.read_at(copied, buffer)) {
    copied += got;
    if (copied > size_bytes) return false;
    const base::ByteView piece(buffer.data(), got);
    hash.update(piece);
    if (!write_all(descriptor, piece)) fail(scratch);
  }
  return copied == size_bytes && hash.finish() == sha256;
}

}  // namespace

ScratchFile::ScratchFile(const std::filesystem::path& folder) {
  auto [descriptor, path] = make_file(folder);
  ::close(descriptor);
  path_ = std::move(path);
}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

VerifiedCopy::VerifiedCopy(const base::Disk& disk, const std::filesystem::path& file,
                           std::uint64_t size_bytes, const base::Digest& sha256,
                           const std::filesystem::path& scratch) {
  if (!disk.exists(file)) {
    throw base::Error("CND-2305", "A file of the lake is missing.").with("path", file);
  }
  const auto opened = disk.open(file);
  auto [descriptor, name] = make_file(scratch);
  ::unlink(name.c_str());
  descriptor_ = descriptor;
  try {
    if (copy_verified(*opened, size_bytes, sha256, descriptor_, scratch)) return;
    throw base::Error("CND-2305", "A file of the lake is not the one that the table's log names.")
        .with("path", file);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

VerifiedCopy::~VerifiedCopy() { ::close(descriptor_); }

std::filesystem::path VerifiedCopy::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace candour::lake
