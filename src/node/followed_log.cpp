#include "candour/node/followed_log.h"

#include "candour/base/progress.h"
#include "candour/instruction/log_policy.h"

namespace candour::node {

FollowedLog::FollowedLog(Parts parts) : parts_(std::move(parts)), store_(parts_.disk, parts_.folder) {
  connect(*parts_.first);
  view_ = std::make_unique<LogView>(
      LogView::Parts{.clock = parts_.clock,
                     .store = store_,
                     .first = parts_.first,
                     .follow = [this](const instruction::Charter& charter) { follow(charter); },
                     .body_of = [this](const base::Digest& digest) { return mirror_->body(digest); }});
}

void FollowedLog::connect(const instruction::Charter& charter) {
  auto client = std::make_shared<LogClient>(options_of(charter.hub.address, charter.hub.tls_key, &parts_.tls),
                                            parts_.clock);
  mirror_ = std::make_unique<log::Mirror>(parts_.disk, store_, parts_.folder,
                                          instruction::log_policy(charter), *client);
  charter_version_ = charter.version;
  const std::lock_guard lock(client_mutex_);
  client_ = std::move(client);
}

std::shared_ptr<LogClient> FollowedLog::hub() const {
  const std::lock_guard lock(client_mutex_);
  return client_;
}

void FollowedLog::follow(const instruction::Charter& charter) {
  if (charter.version != charter_version_) connect(charter);
  base::SilentProgress silent;
  (void)mirror_->update(silent, {}, nullptr);
}

}  // namespace candour::node
