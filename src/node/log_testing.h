// A log of a test, as a node has it: a federation's entries in a store on a simulated disk, under a
// checkpoint that its witnesses cosigned.
#pragma once

#include <optional>
#include <string>

#include "candour/base/clock.h"
#include "candour/base/simulated_disk.h"
#include "candour/log/store.h"
#include "candour/log/witness.h"
#include "candour/node/log.h"
#include "candour/node/log_view.h"
#include "candour/testing/federation.h"

namespace candour::node::testing {

inline constexpr std::int64_t kNow = 1'796'000'000;

class MovingClock final : public base::Clock {
 public:
  explicit MovingClock(std::int64_t at = kNow) : now(at) {}
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return now; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return now * 1'000'000'000; }
  std::int64_t now;
};

/// A witness without a network.
class DirectWitness final : public log::WitnessPort {
 public:
  explicit DirectWitness(log::Witness& witness) : witness_(witness) {}
  log::WitnessReply add_checkpoint(std::string_view body, std::int64_t) override {
    return witness_.add_checkpoint(body);
  }

 private:
  log::Witness& witness_;
};

struct LoggedFederation {
  LoggedFederation() : members(kNow) {
    // Whose ceremony would have to be in the log.
    members.charter.domains.clear();
    members.order.mode = instruction::Mode::kCounts;
    members.order.domain = "";
    members.found();
    publish();
    view.emplace(LogView::Parts{.clock = clock,
                                .store = *store,
                                .first = members.log->charter(),
                                .follow = nullptr,
                                .body_of = [this](const base::Digest& name) {
                                  const auto found = members.bodies.find(name);
                                  return found == members.bodies.end() ? std::nullopt
                                                                       : std::optional(found->second);
                                }});
  }

  /// Puts what was entered since into the store, and has it cosigned now.
  void publish() {
    if (!store) store.emplace(disk, "log");
    const log::Head head = store->next();
    if (members.entries.size() > head.size) {
      (void)store->append(head, std::span(members.entries).subspan(head.size));
    }
    store->publish(members.checkpoint(clock.now, members.charter.quorum));
    if (view) view->refresh();
  }

  [[nodiscard]] std::string revocation(const std::string& by, const std::string& id = "revocation") const {
    statement::Revocation one{.header = members.header(id), .instruction = members.order.id()};
    one.why = {candour::testing::digest_of("why"), 20};
    return candour::testing::TestFederation::sign("revocation", statement::write_payload(one), {by});
  }

  MovingClock clock;
  base::SimulatedDisk disk;
  candour::testing::TestFederation members;
  std::optional<log::Store> store;
  std::optional<LogView> view;
  Log log{[](std::string_view) {}, clock};
};

}  // namespace candour::node::testing
