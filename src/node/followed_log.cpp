#include "candour/node/followed_log.h"

#include "candour/base/error.h"
#include "candour/base/progress.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/proof.h"

namespace candour::node {

FollowedLog::FollowedLog(Parts parts) : parts_(std::move(parts)), store_(parts_.disk, parts_.folder) {
  mirror(*parts_.first);
  view_ = std::make_unique<LogView>(
      LogView::Parts{.clock = parts_.clock,
                     .store = store_,
                     .first = parts_.first,
                     .follow = [this](const instruction::Charter& charter,
                                      const log::Trusted& whom) { return follow(charter, whom); },
                     .body_of = [this](const base::Digest& digest) { return mirror_->body(digest); }});
}

std::unique_ptr<LogClient> FollowedLog::client_of(const instruction::Charter& charter) const {
  return std::make_unique<LogClient>(options_of(charter.hub.address, charter.hub.tls_key, &parts_.tls),
                                     parts_.clock);
}

std::unique_ptr<LogClient> FollowedLog::connect() const { return client_of(*view_->charter()); }

void FollowedLog::enter(std::string_view envelope) {
  const std::string answer = connect()->enter(envelope);
  const auto holds = [&] {
    try {
      return log::verify_proof(base::as_bytes(envelope), log::parse_proof(answer),
                               instruction::log_policy(*view_->charter()))
          .holds();
    } catch (const base::Error&) {
      return false;
    }
  };
  if (holds()) return;
  view_->refresh();  // a newer charter may have other witnesses
  if (holds()) return;
  throw base::Error("CND-2557", "What the hub answered does not prove that the statement is in the log.");
}

void FollowedLog::mirror(const instruction::Charter& charter) {
  mirror_.reset();
  client_ = client_of(charter);
  mirror_ = std::make_unique<log::Mirror>(parts_.disk, store_, parts_.folder, *client_);
  charter_version_ = charter.version;
}

log::Followed FollowedLog::follow(const instruction::Charter& charter, const log::Trusted& whom) {
  if (charter.version != charter_version_) mirror(charter);
  base::SilentProgress silent;
  return mirror_->update(whom, silent, {}, nullptr);
}

}  // namespace candour::node
