#include "candour/log/bodies.h"

#include "candour/base/error.h"

namespace candour::log {

std::filesystem::path Bodies::path_of(const base::Digest& digest) const {
  return folder_ / base::to_hex(digest);
}

void Bodies::put(const base::Digest& digest, std::string_view body) {
  if (body.size() > kBodyAtMostBytes || base::sha256(base::as_bytes(body)) != digest) {
    throw base::Error("CND-2535", "A body is not the one that a statement names.")
        .with("digest", base::Label(base::to_hex(digest)))
        .with("bytes", body.size())
        .with("most_bytes", kBodyAtMostBytes);
  }
  disk_.make_folder(folder_);
  const auto path = path_of(digest);
  if (disk_.exists(path)) return disk_.settle(path);
  try {
    disk_.store_new(path, body);
  } catch (const base::Error& error) {
    // Another thread stored the same in the meantime: the name says that the content is this.
    if (error.code() != base::ErrorCode("CND-1005")) throw;
  }
}

std::optional<std::string> Bodies::get(const base::Digest& digest) const {
  const auto path = path_of(digest);
  if (!disk_.exists(path)) return std::nullopt;
  std::string body = base::load_text(disk_, path, kBodyAtMostBytes);
  if (base::sha256(base::as_bytes(body)) != digest) {
    throw base::Error("CND-2536", "A stored body is damaged.").with("path", path);
  }
  return body;
}

bool Bodies::has(const base::Digest& digest) const { return disk_.exists(path_of(digest)); }

}  // namespace candour::log
