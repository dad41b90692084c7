// The log as a provider or a guardian has it: a full mirror of the hub's, which it verifies against the
// charter's witnesses before it believes any of it; from one version of the charter to the next on the word
// of those before (log/mirror.h).
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/log/mirror.h"
#include "candour/log/store.h"
#include "candour/net/tls.h"
#include "candour/node/log_view.h"
#include "candour/node/log_wire.h"

namespace candour::node {

class FollowedLog {
 public:
  /// What it stands on; what is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    const net::Tls& tls;
    std::filesystem::path folder;  ///< of the mirror
    std::shared_ptr<const instruction::Charter> first;
  };
  /// Opens the mirror; asks nobody. Errors: those of log::Store and LogView.
  explicit FollowedLog(Parts parts);
  FollowedLog(const FollowedLog&) = delete;
  FollowedLog& operator=(const FollowedLog&) = delete;

  [[nodiscard]] LogView& view() { return *view_; }
  /// A connection to the hub's log of the caller's own, as the charter in force has the hub: who waits on one
  /// holds up nobody else.
  [[nodiscard]] std::unique_ptr<LogClient> connect() const;

  /// Enters a statement, and believes that it is in the log where the proof that comes back says so under the
  /// charter's quorum. From any thread. Errors: those of LogClient::enter; CND-2557 (it does not).
  void enter(std::string_view envelope);

 private:
  log::Followed follow(const instruction::Charter& charter, const log::Trusted& whom);
  void mirror(const instruction::Charter& charter);
  [[nodiscard]] std::unique_ptr<LogClient> client_of(const instruction::Charter& charter) const;

  const Parts parts_;
  log::Store store_;
  std::uint32_t charter_version_ = 0;  ///< whose hub client_ reaches
  std::unique_ptr<LogClient> client_;  ///< of the mirror
  std::unique_ptr<log::Mirror> mirror_;
  std::unique_ptr<LogView> view_;
};

}  // namespace candour::node
