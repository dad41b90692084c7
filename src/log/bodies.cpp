#include "candour/log/bodies.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/salted.h"

namespace candour::log {

bool is_digest_of(const base::Digest& name, std::string_view body) {
  return base::sha256(base::as_bytes(body)) == name;
}

bool is_named(const base::Digest& name, std::string_view body) {
  if (is_digest_of(name, body)) return true;
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
  const std::lock_guard lock(mutex_);
  if (taken_away_.contains(name) && !is_digest_of(name, body)) return;
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
  const std::lock_guard lock(mutex_);
  auto body = load(name);
  if (body && taken_away_.contains(name) && !is_digest_of(name, *body)) return std::nullopt;
  return body;
}

std::optional<std::string> Bodies::load(const base::Digest& name) const {
  const auto path = path_of(name);
  if (!disk_.exists(path)) return std::nullopt;
  std::string body = base::load_text(disk_, path, kBodyAtMostBytes);
  if (!is_named(name, body)) {
    throw base::Error("CND-2536", "A stored body is damaged.").with("path", path);
  }
  return body;
}

std::filesystem::path Bodies::withheld_path_of(const base::Digest& name) const {
  return folder_.parent_path() / "withheld" / base::to_hex(name);
}

bool Bodies::take_away(const base::Digest& name) {
  taken_away_.insert(name);
  const auto body = load(name);
  return body && !is_digest_of(name, *body);
}

// Durable in its new place before it leaves the old one; done again after a crash, it ends the same.
void Bodies::withhold(const base::Digest& name) {
  const std::lock_guard lock(mutex_);
  if (!take_away(name)) return;
  disk_.make_folder(folder_.parent_path() / "withheld");
  if (!disk_.exists(withheld_path_of(name))) {
    disk_.store_new(withheld_path_of(name), base::load_text(disk_, path_of(name), kBodyAtMostBytes));
  }
  disk_.settle(withheld_path_of(name));
  disk_.remove(path_of(name));
}

void Bodies::remove(const base::Digest& name) {
  const std::lock_guard lock(mutex_);
  if (take_away(name)) disk_.remove(path_of(name));
  if (disk_.exists(withheld_path_of(name))) disk_.remove(withheld_path_of(name));
}

void Bodies::restore(const base::Digest& name) {
  const std::lock_guard lock(mutex_);
  taken_away_.erase(name);
  if (!disk_.exists(withheld_path_of(name))) return;
  if (!has(name)) {
    disk_.store_new(path_of(name), base::load_text(disk_, withheld_path_of(name), kBodyAtMostBytes));
  }
  disk_.settle(path_of(name));
  disk_.remove(withheld_path_of(name));
}

bool Bodies::has(const base::Digest& name) const { return disk_.exists(path_of(name)); }

}  // namespace candour::log
