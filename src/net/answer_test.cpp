#include "candour/net/answer.h"

#include <doctest/doctest.h>

namespace candour::net {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST_CASE("A moment is written as HTTP writes it") {
  CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110's own example
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(1'709'251'199) == "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST_CASE("Every answer carries the policy, whatever its status") {
  for (const int status :
       {200, 204, 304, 308, 400, 403, 404, 405, 409, 411, 413, 417, 422, 429, 431, 500, 503, 505}) {
    Answer answer;
    answer.status = status;
    const std::string head = head_of(answer, 0);
    CHECK(head.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(has(head, "\r\nContent-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self';"));
    CHECK_FALSE(has(head, "unsafe"));
    CHECK(has(head, "\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(has(head, "\r\nReferrer-Policy: no-referrer\r\n"));
    CHECK(has(head, "\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    CHECK(has(head, "\r\nCross-Origin-Embedder-Policy: require-corp\r\n"));
    CHECK(has(head, "\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK_FALSE(has(head, "Content-Length"));
  }
}

TEST_CASE("The head says type, length, further fields and whether the connection closes") {
  const Answer answer{.status = 200,
                      .content_type = "text/csv; charset=utf-8",
                      .content_length = 0,
                      .more = {{"ETag", "\"a\""}},
                      .after = AfterAnswer::kClose};
  const std::string head = head_of(answer, 784'111'777);
  CHECK(has(head, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK(has(head, "\r\nContent-Type: text/csv; charset=utf-8\r\n"));
  CHECK(has(head, "\r\nContent-Length: 0\r\n"));
  CHECK(has(head, "\r\nETag: \"a\"\r\n"));
  CHECK(has(head, "\r\nConnection: close\r\n"));
}

TEST_CASE("A refusal says what failed, why, and what would make it pass") {
  const std::string page = explanation_page(404, "No file of this site has this address.");
  CHECK(has(page, "<h1>There is nothing at this address</h1>"));
  CHECK(has(page, "<p>No file of this site has this address.</p>"));
  CHECK(has(page, "<p>Check the address, or start from the front page.</p>"));
  CHECK(has(page, "lang=\"en-GB\""));
}

TEST_CASE("A refusal for a program is a problem document") {
  CHECK(problem_json(413, "", "The body is larger than this address takes.") ==
        "{\"status\":413,\"title\":\"Content Too Large\",\"detail\":\"The body is larger than this address "
        "takes.\","
        "\"remedy\":\"Send a smaller body.\"}\n");
  CHECK(problem_json(409, "CND-2101", "It is there.") ==
        "{\"status\":409,\"title\":\"Conflict\",\"detail\":\"It is there.\",\"code\":\"CND-2101\"}\n");
}

TEST_CASE("An entity tag matches in a list, weak or strong, and the star matches all") {
  CHECK(matches_etag("\"a\"", "\"a\""));
  CHECK(matches_etag("\"b\", W/\"a\"", "\"a\""));
  CHECK(matches_etag("*", "\"a\""));
  CHECK_FALSE(matches_etag("\"b\"", "\"a\""));
  CHECK_FALSE(matches_etag("a", "\"a\""));
  CHECK_FALSE(matches_etag("", "\"a\""));
  CHECK_FALSE(matches_etag(",,", "\"a\""));
}

}  // namespace
}  // namespace candour::net
