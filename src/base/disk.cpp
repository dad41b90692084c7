#include "candour/base/disk.h"

#include "candour/base/error.h"

namespace candour::base {

std::size_t FileSource::read(std::span<std::uint8_t> out) {
  const std::size_t got = file_.read_at(offset_, out);
  offset_ += got;
  return got;
}

StoredFile Disk::store_new(const Path& path, std::string_view content, Access access) {
  MemorySource source(content);
  return store_new(path, source, access);
}

std::string load_text(const Disk& disk, const Disk::Path& path, std::uint64_t limit_bytes) {
  const auto file = disk.open(path);
  const std::uint64_t size = file->size_bytes();
  if (size > limit_bytes) {
    throw Error("CND-1007", "The file is larger than this kind of file may be.")
        .with("path", path)
        .with("bytes", size)
        .with("limit", limit_bytes);
  }
  std::string text(size, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    auto* start = reinterpret_cast<std::uint8_t*>(text.data()) + filled;
    const std::size_t got = file->read_at(filled, {start, text.size() - filled});
    if (got == 0) break;
    filled += got;
  }
  text.resize(filled);
  return text;
}

}  // namespace candour::base
