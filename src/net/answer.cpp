#include "candour/net/answer.h"

#include <array>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/json.h"

namespace candour::net {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

// On every answer: the attacks that they stop do not ask for the status first.
constexpr std::string_view kSecurityFields =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n";

struct Status {
  int code;
  std::string_view phrase;
  std::string_view title;   // of the page that explains it
  std::string_view remedy;  // what would make it pass
};
constexpr std::array kStatuses = {
    Status{200, "OK", "", ""},
    Status{204, "No Content", "", ""},
    Status{304, "Not Modified", "", ""},
    Status{308, "Permanent Redirect", "This is a folder", "Its address ends with a slash."},
    Status{400, "Bad Request", "This request was not understood",
           "A browser of today sends none like it. If a program sent it, mend the program."},
    Status{403, "Forbidden", "You may not have this", "Ask those who run this node what you may do here."},
    Status{404, "Not Found", "There is nothing at this address",
           "Check the address, or start from the front page."},
    Status{405, "Method Not Allowed", "This address has no such method",
           "Ask with a method that the field Allow names."},
    Status{409, "Conflict", "", ""},
    Status{411, "Length Required", "The length of this request is not said",
           "Send the body in one piece, with Content-Length."},
    Status{413, "Content Too Large", "This request is too large", "Send a smaller body."},
    Status{417, "Expectation Failed", "This request waits for an answer before its body",
           "Send it without the field Expect."},
    Status{422, "Unprocessable Content", "", ""},
    Status{429, "Too Many Requests", "You have too many connections",
           "Use those that are open, or wait as long as the field Retry-After says."},
    Status{431, "Request Header Fields Too Large", "This request is too large",
           "Send fewer or shorter header fields: all together may have 8 KiB."},
    Status{500, "Internal Server Error", "This went wrong here",
           "Try again later; those who run this node find the reason in its log."},
    Status{503, "Service Unavailable", "Too much is being asked at once",
           "Wait as long as the field Retry-After says."},
    Status{505, "HTTP Version Not Supported", "This version of HTTP is not spoken here",
           "Ask with HTTP/1.1."},
};

const Status& status_of(int code) {
  for (const Status& status : kStatuses) {
    if (status.code == code) return status;
  }
  CANDOUR_CHECK(false && "an answer has a status that is not in the table");
  return kStatuses.front();
}

std::string two_digits(std::int64_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string http_date(std::int64_t unix_seconds) {
  constexpr std::array<std::string_view, 7> kWeekdays = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  const std::int64_t days = unix_seconds / kSecondsOfDay;  // the clock does not stand before 1970
  const std::int64_t seconds = unix_seconds % kSecondsOfDay;
  CANDOUR_CHECK(unix_seconds >= 0);
  const base::Date date(static_cast<std::int32_t>(days));
  std::string text(kWeekdays[static_cast<std::size_t>(days % 7)]);
  text += ", " + two_digits(date.day()) + " ";
  text += base::month_name(date.month()).substr(0, 3);
  text += " " + date.iso().substr(0, 4) + " " + two_digits(seconds / 3600) + ":" +
          two_digits(seconds / 60 % 60) + ":" + two_digits(seconds % 60) + " GMT";
  return text;
}

std::string head_of(const Answer& answer, std::int64_t now_unix_seconds) {
  const Status& status = status_of(answer.status);
  std::string head = "HTTP/1.1 " + std::to_string(status.code) + " ";
  head += status.phrase;
  head += "\r\nDate: " + http_date(now_unix_seconds) + "\r\n";
  if (!answer.content_type.empty()) head += "Content-Type: " + answer.content_type + "\r\n";
  if (answer.content_length) head += "Content-Length: " + std::to_string(*answer.content_length) + "\r\n";
  for (const auto& [name, value] : answer.more) head += name + ": " + value + "\r\n";
  if (answer.after == AfterAnswer::kClose) head += "Connection: close\r\n";
  head += kSecurityFields;
  return head + "\r\n";
}

std::string explanation_page(int status, std::string_view reason) {
  const Status& known = status_of(status);
  std::string html =
      "<!DOCTYPE html>\n<html class=\"nhsuk-template\" lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  html += known.title;
  html +=
      " – Candour</title>\n<link rel=\"stylesheet\" href=\"/candour.css\">\n</head>\n<body "
      "class=\"nhsuk-template__body\">\n"
      "<header class=\"candour-header\">\n<div class=\"nhsuk-width-container candour-header__in\"><a "
      "class=\"candour-header__name\" href=\"/\">Candour</a></div>\n</header>\n"
      "<div class=\"candour-phase\" role=\"region\" aria-label=\"Status of this page\"><p "
      "class=\"nhsuk-width-container\">An independent demonstration on synthetic patients.</p></div>\n"
      "<div class=\"nhsuk-width-container\">\n<main class=\"nhsuk-main-wrapper\">\n<h1>";
  html += known.title;
  html += "</h1>\n<p>";
  html += reason;
  html += "</p>\n<p>";
  html += known.remedy;
  html += "</p>\n<p><a href=\"/\">Front page</a></p>\n</main>\n</div>\n</body>\n</html>\n";
  return html;
}

std::string problem_json(int status, std::string_view code, std::string_view detail) {
  const Status& known = status_of(status);
  base::Json::Object problem = {{"status", status}, {"title", known.phrase}, {"detail", detail}};
  if (!code.empty()) problem.emplace_back("code", code);
  // A code has its own remedy.
  if (code.empty() && !known.remedy.empty()) problem.emplace_back("remedy", known.remedy);
  return base::write_json_line(base::Json(std::move(problem))) + "\n";
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  if (trimmed(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    const std::size_t comma = if_none_match.find(',');
    std::string_view one = trimmed(if_none_match.substr(0, comma));
    if (one.starts_with("W/"))
      one.remove_prefix(2);  // this comparison is the weak one (RFC 9110 section 13.1.2)
    if (one == etag) return true;
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace candour::net
