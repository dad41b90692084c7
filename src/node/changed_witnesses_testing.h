// A federation whose log gets other witnesses, as its hub serves it at each moment; and a node that follows
// it, as a provider, a guardian and the keeper of a mirror do.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/instruction/succession.h"
#include "candour/log/mirror.h"
#include "candour/node/log_audit_testing.h"
#include "candour/node/log_testing.h"
#include "candour/node/log_view.h"

namespace candour::node::testing {

/// The hub. `log.members.charter` is the version whose witnesses sign now.
struct ChangingLog {
  using Files = log::testing::MemoryFiles;

  explicit ChangingLog() { publish(); }

  /// The next version, with these outside witnesses.
  [[nodiscard]] instruction::Charter next(const std::vector<std::string>& names, std::uint16_t quorum) const {
    instruction::Charter version = log.members.charter;
    ++version.version;
    version.header.id = id_of("charter " + std::to_string(version.version));
    version.quorum = quorum;
    version.witnesses.clear();
    for (const std::string& name : names) {
      version.witnesses.push_back({.name = name,
                                   .address = "127.0.0.1:7010",
                                   .witness_key = key_of(name).public_key(),
                                   .tls_key = digest_of("tls " + name)});
    }
    return version;
  }

  /// Serves all that was entered, under a checkpoint that so many cosigned now; without a number the quorum.
  void publish(std::size_t witnesses = 0) {
    now += 60;
    Files files = log.files();
    files.files["checkpoint"] =
        log.members.checkpoint(now, witnesses == 0 ? log.members.charter.quorum : witnesses);
    shown.push_back(std::move(files));
    if (each) each();
  }
  void enter_head(std::size_t witnesses = 0) {
    log.members.enter(log.members.head(now, witnesses == 0 ? log.members.charter.quorum : witnesses));
    publish();
  }
  /// Something else that is entered.
  void enter_more() {
    log.members.enter_collection("more-" + std::to_string(now), digest_of("more"));
    publish();
  }

  /// Enters a version, which everybody then knows.
  void announce(const instruction::Charter& version) {
    log.members.enter_charter(version, {"controller a", "controller b", "guardian 1", "guardian 2"});
    publish();
    known_at = now;
    enter_head();
    enter_more();
  }
  /// Lets so many seconds go by since it was known, and says so.
  void wait_and_say(std::int64_t seconds, std::size_t witnesses = 0) {
    now = known_at + seconds - 60;
    publish();
    log.members.enter(
        log.members.head(known_at + seconds, witnesses == 0 ? log.members.charter.quorum : witnesses));
  }
  /// From now on those of this version sign.
  void hand_over(const instruction::Charter& version) {
    log.members.charter = version;
    publish();
  }
  /// All of it, as an honest hub does.
  void change_to(const instruction::Charter& version) {
    announce(version);
    wait_and_say(instruction::kProtectedSeconds);
    publish();  // those who signed so far sign the entry that ends their time
    hand_over(version);
    enter_more();
  }

  AuditedLog log{};
  std::int64_t now = kFounded + 120;
  std::int64_t known_at = 0;
  std::vector<Files> shown{};    ///< at each moment, the newest last
  std::function<void()> each{};  ///< after each of them
};

/// A node that follows the log, from version 1 of the charter on or as its disk has it.
struct FollowingNode {
  FollowingNode(base::Disk& on, const ChangingLog& hub)
      : clock(hub.now),
        store(on, "node/log"),
        mirror(on, store, "node/log", remote),
        view({.clock = clock,
              .store = store,
              .first = hub.log.members.log->charters().front().charter,
              .follow =
                  [this](const instruction::Charter&, const log::Trusted& whom) {
                    base::SilentProgress silent;
                    return mirror.update(whom, silent, {}, nullptr);
                  },
              .body_of = [&hub](const base::Digest& name) -> std::optional<std::string> {
                const auto found = hub.log.members.bodies.find(name);
                if (found == hub.log.members.bodies.end()) return std::nullopt;
                return found->second;
              }}) {}
  /// "followed", or the code of what it refused.
  std::string refresh(const ChangingLog::Files& files) {
    remote.files = files.files;
    try {
      view.refresh();
    } catch (const base::Error& error) {
      return std::string(error.code().view());
    }
    return "followed";
  }
  [[nodiscard]] std::uint64_t size() const { return store.published().head.size; }
  [[nodiscard]] std::uint32_t version() { return view.charter()->version; }

  MovingClock clock;
  ChangingLog::Files remote;
  log::Store store;
  log::Mirror mirror;
  LogView view;
};

}  // namespace candour::node::testing
