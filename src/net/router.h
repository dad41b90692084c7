// Which route a request takes.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/net/message.h"

namespace candour::net {

/// What a server answers. A pattern is a path without its first '/': "health", "batches/{}",
/// "packages/{}/parts/{}", "*". {} stands for one segment, * as the last one for all that is left, which may
/// be nothing. The pattern names the route in events and metrics.
struct Route {
  Method method = Method::kGet;  ///< kGet answers HEAD too
  std::string pattern;
  std::size_t body_at_most_bytes = 0;
  /// Called on a worker thread, by several at once; may block. What it throws becomes a 500.
  std::function<Response(const Request&)> handle;
};

/// The segments that stand for {} and * where `path` (as judge_request gives it) is of the pattern.
[[nodiscard]] std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path);

struct Match {
  const Route* route = nullptr;  ///< nullptr: the path is of no route with this method
  std::vector<std::string> segments;
  std::string
      allow;  ///< the methods that routes of this path have, "GET, HEAD, PUT"; empty where none has it
};
/// The first route that fits.
[[nodiscard]] Match find_route(const std::vector<Route>& routes, Method method, std::string_view path);

}  // namespace candour::net
