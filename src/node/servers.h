// What a node has listening: for other nodes, for strangers, and for the machine's own people.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/net/server.h"
#include "candour/net/tls.h"
#include "candour/node/node_metrics.h"
#include "candour/node/run.h"

namespace candour::node {

/// The charter that is in force for this node now; from any thread.
using CharterNow = std::function<std::shared_ptr<const instruction::Charter>()>;

/// Whom a node speaks to: every node that the charter names.
[[nodiscard]] net::PeerCheck peers_of(const CharterNow& charter);

struct ServedRoutes {
  std::vector<net::Route> nodes = {};      ///< over mutual TLS
  std::vector<net::Route> strangers = {};  ///< where the configuration has a public_port
  std::vector<net::Route> people = {};     ///< beside health and metrics
  std::function<bool()> is_well = {};      ///< what /health says; always, where there is no such function
};

class Servers {
 public:
  /// `refresh` sets what a role tells of its state, for /metrics. What is referred to outlives it.
  Servers(const NodeParts& parts, CharterNow charter, const net::Tls& tls,
          std::function<void(NodeMetrics&)> refresh);

  /// Listens, confines the process, calls `begin` (where a role starts its threads), and serves until told to
  /// stop. `on_stranger` is told of each caller that the charter does not name.
  void run(ServedRoutes routes, const std::function<void()>& begin, std::function<void()> on_stranger,
           const std::stop_token& stop);

 private:
  [[nodiscard]] net::Route health() const;
  [[nodiscard]] net::Route metrics();
  void note(const net::Event& event);

  const NodeParts& parts_;
  const CharterNow charter_;
  const net::Tls& tls_;
  const std::function<void(NodeMetrics&)> refresh_;
  std::function<void()> on_stranger_;
  std::function<bool()> is_well_;
  NodeMetrics metrics_;
};

/// Calls `work` every so many seconds until it is destroyed; an error of it is a line of the node's log.
class Repeating {
 public:
  Repeating(Log& log, std::int64_t seconds, std::function<void()> work);
  ~Repeating();
  Repeating(const Repeating&) = delete;
  Repeating& operator=(const Repeating&) = delete;

 private:
  std::jthread thread_;
};

/// The roles.
void run_hub(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop);
void run_guardian(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop);
void run_witness(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop);

}  // namespace candour::node
