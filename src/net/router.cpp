#include "candour/net/router.h"

namespace candour::net {
namespace {

// Cuts the first segment off `path`.
std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

}  // namespace

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> segments;
  while (!pattern.empty()) {
    if (pattern == "*") {
      segments.emplace_back(path);
      return segments;
    }
    if (path.empty()) return std::nullopt;
    // A last segment without its '/' and one with it are two addresses.
    const bool goes_on = pattern.find('/') != std::string_view::npos;
    if (goes_on != (path.find('/') != std::string_view::npos)) return std::nullopt;
    const std::string_view wanted = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (wanted == "{}") {
      if (segment.empty()) return std::nullopt;
      segments.emplace_back(segment);
    } else if (wanted != segment) {
      return std::nullopt;
    }
  }
  return path.empty() ? std::optional(std::move(segments)) : std::nullopt;
}

Match find_route(const std::vector<Route>& routes, Method method, std::string_view path) {
  Match found;
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  for (const Route& route : routes) {
    std::optional<std::vector<std::string>> segments = match(route.pattern, path);
    if (!segments) continue;
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += name_of(route.method);
    if (route.method == Method::kGet) found.allow += ", HEAD";
    if (route.method != wanted || found.route != nullptr) continue;
    found.route = &route;
    found.segments = *std::move(segments);
  }
  return found;
}

}  // namespace candour::net
