#include "candour/log/bodies.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/salted.h"

namespace candour::log {

bool is_named(const base::Digest& name, std::string_view body) {
  if (base::sha256(base::as_bytes(body)) == name) return true;
  statement::Salt salt{};
  if (body.size() <= salt.size()) return false;
  std::ranges::copy(base::as_bytes(body.substr(0, salt.size())), salt.begin());
  return statement::commit_digest(salt, base::sha256(base::as_bytes(body.substr(salt.size())))) == name;
}

std::filesystem::path Bodies::path_of(const base::Digest& name) const { return folder_ / base::to_hex(name); }

void Bodies::put(const base::Digest& name, std::string_view body) {
  if (body.size() > kBodyAtMostBytes || !is_named(name, body)) {
    throw base::Error("CND-2535", "A body is not the one that a statement names.")
        .with("digest", base::Label(base::to_hex(name)))
        .with("bytes", body.size())
        .with("most_bytes", kBodyAtMostBytes);
  }
  disk_.make_folder(folder_);
  const auto path = path_of(name);
  if (disk_.exists(path)) return disk_.settle(path);
  try {
    disk_.store_new(path, body);
  } catch (const base::Error& error) {
    // Another thread stored the same in the meantime: the name says that the content is this.
    if (error.code() != base::ErrorCode("CND-1005")) throw;
  }
}

std::optional<std::string> Bodies::get(const base::Digest& name) const {
  const auto path = path_of(name);
  if (!disk_.exists(path)) return std::nullopt;
  std::string body = base::load_text(disk_, path, kBodyAtMostBytes);
  if (!is_named(name, body)) {
    throw base::Error("CND-2536", "A stored body is damaged.").with("path", path);
  }
  return body;
}

bool Bodies::has(const base::Digest& name) const { return disk_.exists(path_of(name)); }

}  // namespace candour::log
