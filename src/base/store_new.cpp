#include "candour/base/store_new.h"

#include "candour/base/error.h"

namespace candour::base {
namespace {

constexpr std::size_t kCopyBytes = std::size_t{256} << 10;

StoredFile copy_hashed(ByteSource& content, ClaimedFile& file) {
  // The content may be a key: the buffer is wiped when it goes.
  struct WipedBuffer {
    Bytes bytes = Bytes(kCopyBytes);
    ~WipedBuffer() { wipe(bytes.data(), bytes.size()); }
  } buffer;
  Sha256 hash;
  StoredFile stored;
  while (const std::size_t got = content.read(buffer.bytes)) {
    const ByteView piece(buffer.bytes.data(), got);
    hash.update(piece);
    file.append(piece);
    stored.size_bytes += got;
  }
  stored.digest = hash.finish();
  return stored;
}

// After an error the names are taken away again. What fails here cannot be told beside the error that is
// already under way, and a temporary name that stays is harmless.
void unlink_quietly(FileSystemCalls& calls, const Disk::Path& path) {
  try {
    calls.unlink(path);
  } catch (...) {
    return;
  }
}

}  // namespace

Disk::Path folder_of(const Disk::Path& path) {
  const Disk::Path folder = path.parent_path();
  return folder.empty() ? Disk::Path(".") : folder;
}

Disk::Path temporary_name_of(const Disk::Path& path) {
  return folder_of(path) / ("." + path.filename().string() + ".tmp");
}

void settle_over(FileSystemCalls& calls, const Disk::Path& path) {
  const Disk::Path temporary = temporary_name_of(path);
  if (calls.name_exists(temporary)) {
    // Claimed before it is removed: it may be of a caller who still writes it, and who finishes first then.
    const auto leftover = calls.claim(temporary, Access::kPrivate);
    calls.unlink(temporary);
  }
  calls.sync_folder(folder_of(path));
}

StoredFile store_new_over(FileSystemCalls& calls, const Disk::Path& path, ByteSource& content,
                          Access access) {
  if (calls.name_exists(path)) {
    settle_over(calls, path);
    throw Error("CND-1005", "The file exists already and is never replaced.").with("path", path);
  }
  const Disk::Path temporary = temporary_name_of(path);
  const auto file = calls.claim(temporary, access);
  bool linked = false;
  try {
    const StoredFile stored = copy_hashed(content, *file);
    file->sync();
    calls.link(temporary, path);
    linked = true;
    calls.unlink(temporary);
    calls.sync_folder(folder_of(path));
    return stored;
  } catch (...) {
    if (linked) unlink_quietly(calls, path);
    unlink_quietly(calls, temporary);
    throw;
  }
}

}  // namespace candour::base
