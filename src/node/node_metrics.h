// What a node tells of itself on /metrics of its admin server: docs/reference/metrics.md. Codes of
// organisations and names of collections are its only labels beside routes and states; nothing of a person is
// in reach here.
#pragma once

#include <functional>
#include <vector>

#include "candour/base/clock.h"
#include "candour/net/metrics.h"
#include "candour/net/server.h"
#include "candour/node/status.h"
#include "candour/pseudonym/guardian.h"

namespace candour::node {

class NodeMetrics {
 public:
  explicit NodeMetrics(const base::Clock& clock);

  /// Counts what became of a request, by route and status. May be called by any thread.
  void note(const net::Event& event);
  /// The route with its bodies' bytes counted; this outlives it.
  [[nodiscard]] net::Route counting(net::Route route);

  // What stands now, set before text() is asked for.
  void set_charter_version(std::uint32_t version);
  void set_slices(const std::vector<SliceStatus>& slices);
  void set_quotas(const std::vector<pseudonym::QuotaUse>& quotas);

  [[nodiscard]] std::string text() const { return metrics_.text(); }

 private:
  net::Metrics metrics_;
};

}  // namespace candour::node
