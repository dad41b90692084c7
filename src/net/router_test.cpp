#include "candour/net/router.h"

#include <doctest/doctest.h>

namespace candour::net {
namespace {

std::string matched(std::string_view pattern, std::string_view path) {
  const auto segments = match(pattern, path);
  if (!segments) return "no";
  std::string all = "yes";
  for (const std::string& segment : *segments) all += ":" + segment;
  return all;
}

TEST_CASE("A pattern matches its own path, with one segment for each pair of braces") {
  CHECK(matched("", "") == "yes");
  CHECK(matched("health", "health") == "yes");
  CHECK(matched("packages/{}", "packages/7") == "yes:7");
  CHECK(matched("packages/{}/parts/{}", "packages/7/parts/12") == "yes:7:12");
  CHECK(matched("{}", "a b") == "yes:a b");
  CHECK(matched("*", "") == "yes:");
  CHECK(matched("*", "a/b/") == "yes:a/b/");
  CHECK(matched("site/*", "site/a/b") == "yes:a/b");
  CHECK(matched("site/*", "site/") == "yes:");
}

TEST_CASE("A pattern matches nothing shorter, longer or other") {
  for (const auto& [pattern, path] : {std::pair{"health", ""},
                                      {"health", "healt"},
                                      {"health", "health/"},
                                      {"health", "healthy"},
                                      {"health", "Health"},
                                      {"", "a"},
                                      {"packages/{}", "packages"},
                                      {"packages/{}", "packages/"},
                                      {"packages/{}", "packages/7/"},
                                      {"packages/{}", "packages/7/parts"},
                                      {"packages/{}/parts", "packages/7"},
                                      {"site/*", "site"}}) {
    CAPTURE(pattern);
    CAPTURE(path);
    CHECK(matched(pattern, path) == "no");
  }
}

TEST_CASE("A route is found by method and path, and HEAD is of GET") {
  const std::vector<Route> routes = {{.method = Method::kGet, .pattern = "a/{}", .handle = {}},
                                     {.method = Method::kPut, .pattern = "a/{}", .handle = {}},
                                     {.method = Method::kPost, .pattern = "b", .handle = {}}};
  CHECK(find_route(routes, Method::kHead, "a/1").route == &routes[0]);
  CHECK(find_route(routes, Method::kPut, "a/1").route == &routes[1]);
  CHECK(find_route(routes, Method::kPut, "a/1").segments.front() == "1");
  const Match other_method = find_route(routes, Method::kPost, "a/1");
  CHECK(other_method.route == nullptr);
  CHECK(other_method.allow == "GET, HEAD, PUT");
  CHECK(find_route(routes, Method::kHead, "b").allow == "POST");
  CHECK(find_route(routes, Method::kGet, "c").allow.empty());
}

}  // namespace
}  // namespace candour::net
