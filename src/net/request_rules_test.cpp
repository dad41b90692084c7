#include "candour/net/request_rules.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace candour::net {
namespace {

constexpr std::string_view kGood = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

int status_of(const std::variant<Incomplete, CompleteHead, Refusal>& state) {
  if (const auto* refusal = std::get_if<Refusal>(&state)) return refusal->status;
  return std::holds_alternative<CompleteHead>(state) ? 200 : 0;
}

RequestHead head(std::vector<HeaderField> fields, std::string method = "GET", std::string target = "/",
                 int version = 11) {
  return {.method = std::move(method),
          .target = std::move(target),
          .version = version,
          .fields = std::move(fields)};
}

int verdict(const RequestHead& request) {
  const auto judged = judge_request(request);
  const auto* refusal = std::get_if<Refusal>(&judged);
  return refusal == nullptr ? 200 : refusal->status;
}

TEST_CASE("A head is complete at its empty line, and what follows is not its own") {
  const auto state = scan_head(std::string(kGood) + "GET /next");
  REQUIRE(std::holds_alternative<CompleteHead>(state));
  CHECK(std::get<CompleteHead>(state).size_bytes == kGood.size());
  for (int byte = 0; byte < 256; ++byte) {
    CHECK(status_of(scan_head(std::string(kGood) + static_cast<char>(byte))) == 200);
  }
}

TEST_CASE("Every beginning of a good head is incomplete") {
  for (std::size_t size = 0; size < kGood.size(); ++size)
    CHECK(status_of(scan_head(kGood.substr(0, size))) == 0);
}

TEST_CASE("A head with one bad byte is refused, before it ends too") {
  struct Case {
    const char* what;
    std::string bytes;
  };
  const Case cases[] = {
      {"line feed alone", "GET / HTTP/1.1\nHost: a\r\n"},
      {"carriage return alone", "GET / HTTP/1.1\r\nX: a\rb"},
      {"NUL", std::string("GET / HTTP/1.1\r\nX: a\0b", 21)},
      {"escape", "GET / HTTP/1.1\r\nX: \x1b[0m"},
      {"delete", "GET / HTTP/1.1\r\nX: \x7f"},
      {"continued line", "GET / HTTP/1.1\r\nX: a\r\n b"},
      {"continued line, tab", "GET / HTTP/1.1\r\nX: a\r\n\tb"},
      {"continued first line", "GET /\r\n HTTP/1.1\r\n"},
      {"line feed first", "\nGET / HTTP/1.1\r\n"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    CHECK(status_of(scan_head(one.bytes)) == 400);
  }
  CHECK(status_of(scan_head("GET / HTTP/1.1\r\nX:\ta b\r\n")) == 0);
}

TEST_CASE("A head may have 8 KiB and not a byte more") {
  const std::string start = "GET / HTTP/1.1\r\nX: ";
  const auto of_size = [&start](std::size_t size) {
    return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
  };
  CHECK(status_of(scan_head(of_size(8192))) == 200);
  CHECK(status_of(scan_head(of_size(8193))) == 431);
  CHECK(status_of(scan_head(of_size(9000).substr(0, 8500))) == 431);
}

TEST_CASE("The verdict on bytes does not depend on how they came in pieces") {
  CHECK(rc::check([](const std::string& tail, std::uint8_t cut) {
    const std::string bytes = "GET / HTTP/1.1\r\nX: " + tail + "\r\n\r\n";
    const int whole = status_of(scan_head(bytes));
    const int part = status_of(scan_head(std::string_view(bytes).substr(0, cut)));
    return part == 0 || part == whole || (part == 200 && whole == 200);
  }));
}

TEST_CASE("The version is read from the first line") {
  const auto version = [](std::string_view line) {
    const auto read = version_of(std::string(line) + "\r\nHost: a\r\n\r\n");
    const auto* refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? std::get<int>(read) : refusal->status;
  };
  CHECK(version("GET / HTTP/1.1") == 11);
  CHECK(version("GET / HTTP/1.0") == 10);
  CHECK(version("GET / HTTP/1.2") == 505);
  CHECK(version("GET / HTTP/2.0") == 400);
  CHECK(version("GET / HTTP/1.10") == 400);
  CHECK(version("GET / http/1.1") == 400);
  CHECK(version("GET /") == 400);
  CHECK(version("") == 400);
  CHECK(version("HTTP/1.1") == 400);
}

TEST_CASE("There is exactly one Host, and it is one") {
  CHECK(verdict(head({{"Host", "a"}})) == 200);
  CHECK(verdict(head({{"hOST", "127.0.0.1:8080"}})) == 200);
  CHECK(verdict(head({{"Host", "[::1]:80"}})) == 200);
  CHECK(verdict(head({})) == 400);
  CHECK(verdict(head({{"Host", "a"}, {"host", "a"}})) == 400);
  for (const char* host : {"", "a b", "a,b", "user@a", "a/b", "a?b"})
    CHECK(verdict(head({{"Host", host}})) == 400);
}

TEST_CASE("Transfer-Encoding is chunked or is not there") {
  const auto with = [](std::vector<HeaderField> more, int version = 11) {
    more.push_back({"Host", "a"});
    return refuse_fields(head(std::move(more), "POST", "/", version)).has_value();
  };
  CHECK_FALSE(with({}));
  CHECK_FALSE(with({{"Transfer-Encoding", "chunked"}}));
  CHECK_FALSE(with({{"transfer-encoding", "Chunked"}}));
  CHECK(with({{"Transfer-Encoding", "xchunked"}}));
  CHECK(with({{"Transfer-Encoding", "chunked, identity"}}));
  CHECK(with({{"Transfer-Encoding", "gzip"}}));
  CHECK(with({{"Transfer-Encoding", "gzip, chunked"}}));
  CHECK(with({{"Transfer-Encoding", ""}}));
  CHECK(with({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}));
  CHECK(with({{"Transfer-Encoding", "chunked"}}, 10));
  CHECK(with({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}));
}

TEST_CASE("A method is one of four, and says how long its body is where it has one") {
  const HeaderField host = {"Host", "a"};
  const auto length = [](const char* text) { return HeaderField{"Content-Length", text}; };
  for (const char* method : {"DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PATCH", ""}) {
    CHECK(verdict(head({host}, method)) == 405);
  }
  for (const char* method : {"GET", "HEAD"}) {
    CAPTURE(method);
    CHECK(verdict(head({host}, method)) == 200);
    CHECK(verdict(head({host, length("0")}, method)) == 200);
    CHECK(verdict(head({host, length("1")}, method)) == 400);
    CHECK(verdict(head({host, {"Transfer-Encoding", "chunked"}}, method)) == 400);
  }
  for (const char* method : {"PUT", "POST"}) {
    CAPTURE(method);
    CHECK(verdict(head({host, length("0")}, method)) == 200);
    CHECK(verdict(head({host, length("999999999999999")}, method)) == 200);
    CHECK(verdict(head({host}, method)) == 411);
    CHECK(verdict(head({host, {"Transfer-Encoding", "chunked"}}, method)) == 411);
    CHECK(verdict(head({host, {"Transfer-Encoding", "gzip"}}, method)) == 400);
    CHECK(verdict(head({host, length("5"), length("5")}, method)) == 400);
    CHECK(verdict(head({host, length("5"), {"Expect", "100-continue"}}, method)) == 417);
    for (const char* bad : {"", "5, 5", "+5", "-1", "0x5", "5 ", "1000000000000000", "٥"}) {
      CAPTURE(bad);
      CHECK(verdict(head({host, length(bad)}, method)) == 400);
    }
  }
}

TEST_CASE("A judged request says what follows its head") {
  const auto judged =
      judge_request(head({{"Host", "a"}, {"content-length", "70"}}, "POST", "/packages/7?part=1&of=a%20b"));
  REQUIRE(std::holds_alternative<JudgedRequest>(judged));
  const auto& request = std::get<JudgedRequest>(judged);
  CHECK(request.method == Method::kPost);
  CHECK(request.path == "packages/7");
  CHECK(request.body_bytes == 70);
  REQUIRE(request.query.size() == 2);
  CHECK(request.query[0].name == "part");
  CHECK(request.query[0].value == "1");
  CHECK(request.query[1].value == "a b");
}

TEST_CASE("A query is a list of names and values, or the request is refused") {
  const auto parts = [](std::string_view target) {
    const auto query = parse_query(target);
    return query ? static_cast<int>(query->size()) : -1;
  };
  CHECK(parts("/a") == 0);
  CHECK(parts("/a?") == 0);
  CHECK(parts("/a?b=") == 1);
  CHECK(parts("/a?b=1&c-d_E=%C3%A9") == 2);
  for (const char* target : {"/?a", "/?=1", "/?a=1&", "/?&a=1", "/?a=1&&b=2", "/?a=1&a=2", "/?a=b=c",
                             "/?a=1+2", "/?a=%0a", "/?a=%2f", "/?a=%", "/?a%20=1", "/?a=1?b"}) {
    CAPTURE(target);
    CHECK((parts(target) == -1) == (std::string_view(target) != "/?a=1?b"));
  }
  std::string many = "/?x=1";
  for (int at = 1; at < 16; ++at) many += "&x" + std::to_string(at) + "=1";
  CHECK(parts(many) == 16);
  CHECK(parts(many + "&y=1") == -1);
}

TEST_CASE("A target becomes the plain path of a file, or nothing") {
  struct Case {
    const char* target;
    const char* path;
  };
  const Case good[] = {{"/", ""},
                       {"/index.html", "index.html"},
                       {"/tables/", "tables/"},
                       {"/tables/a.csv?x=/../y%00", "tables/a.csv"},
                       {"/a%20b.csv", "a b.csv"},
                       {"/%C3%A9.csv", "é.csv"},
                       {"/a..b", "a..b"},
                       {"/%2525", "%25"},  // decoded once
                       {"/%252e%252e/a", "%2e%2e/a"},
                       {"/.well-known/security.txt", ".well-known/security.txt"},
                       {"/?", ""}};
  for (const Case& one : good) {
    CAPTURE(one.target);
    CHECK(normalise_target(one.target) == one.path);
  }
  for (const char* target :
       {"",       "a",      "*",      "http://a/b", "//",     "//a",          "/a//b",     "/.",
        "/..",    "/../a",  "/a/..",  "/a/../b",    "/a/./b", "/%2e%2e/a",    "/%2E%2E",   "/.%2e/a",
        "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b",      "/a%00",  "/a%0ab",       "/a%7f",     "/%",
        "/%2",    "/%zz",   "/a%2",   "/#a",        "/a#b",   "/.git/config", "/a/.hidden"}) {
    CAPTURE(target);
    CHECK_FALSE(normalise_target(target).has_value());
  }
}

TEST_CASE("No target leads out of the folder, whatever it is made of") {
  CHECK(rc::check([] {
    const auto parts =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "/", "..", ".", "%2e", "%2E%2e", "%2f", "\\", "%5c", "%00", "a", "%25", "2e", "?", "#", "%"}));
    std::string target = "/";
    for (const std::string& part : parts) target += part;
    const auto path = normalise_target(target);
    if (!path) return true;
    const std::string framed = "/" + *path + "/";
    return framed.find("/../") == std::string::npos && framed.find("/./") == std::string::npos &&
           path->find('\0') == std::string::npos && path->find('\\') == std::string::npos &&
           !path->starts_with('/');
  }));
}

}  // namespace
}  // namespace candour::net
