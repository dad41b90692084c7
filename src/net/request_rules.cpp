#include "candour/net/request_rules.h"

#include <algorithm>

namespace candour::net {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const HeaderField& field : head.fields) {
    if (equals_ignoring_case(field.name, name)) values.push_back(field.value);
  }
  return values;
}

// The characters of a host and port (RFC 3986 section 3.2.2), without those that only percent-encoding would
// need.
bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// Decoded once: a name that holds "%2e" after this is a name with a percent sign. An encoded slash would make
// one segment look like two, so it is refused.
std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const std::optional<int> high = hex_digit(text[at + 1]);
    const std::optional<int> low = hex_digit(text[at + 2]);
    if (!high || !low) return std::nullopt;
    const char c = static_cast<char>(*high * 16 + *low);
    if (c == '/') return std::nullopt;
    decoded += c;
    at += 2;
  }
  return decoded;
}

bool is_good_segment(std::string_view segment) {
  if (segment.empty() || (segment.starts_with('.') && segment != ".well-known")) return false;
  return std::ranges::none_of(segment, [](char c) { return is_control(c) || c == '\\'; });
}

}  // namespace

std::variant<Incomplete, CompleteHead, Refusal> scan_head(std::string_view bytes) {
  const std::size_t end = bytes.find(kHeadEnd);
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + kHeadEnd.size();
  // Even a head that has not ended yet is refused as soon as one byte of it is wrong: nothing can mend it.
  for (std::size_t at = 0; at < std::min(size, kHeadAtMostBytes); ++at) {
    const char c = bytes[at];
    const bool is_last = at + 1 == bytes.size();
    if (c == '\r') {
      if (!is_last && bytes[at + 1] != '\n')
        return Refusal{400, "A line holds a carriage return that does not end it."};
    } else if (c == '\n') {
      if (at == 0 || bytes[at - 1] != '\r') return Refusal{400, "A line ends without a carriage return."};
      if (!is_last && (bytes[at + 1] == ' ' || bytes[at + 1] == '\t')) {
        return Refusal{400, "A header field goes on in a second line."};
      }
    } else if (is_control(c) && c != '\t') {
      return Refusal{400, "The head of the request holds a control character."};
    }
  }
  if (size > kHeadAtMostBytes) return Refusal{431, "The head of the request is larger than 8 KiB."};
  if (end == std::string_view::npos) return Incomplete{};
  return CompleteHead{size};
}

std::variant<int, Refusal> version_of(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::string_view version = line.substr(std::min(line.rfind(' '), line.size() - 1) + 1);
  if (version == "HTTP/1.1") return 11;
  if (version == "HTTP/1.0") return 10;
  const bool is_minor =
      version.size() == 8 && version.starts_with("HTTP/1.") && version[7] >= '2' && version[7] <= '9';
  if (is_minor) return Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  return Refusal{400, "The request does not end its first line with HTTP/1.1."};
}

std::optional<Refusal> refuse_fields(const RequestHead& head) {
  const std::vector<std::string_view> hosts = values_of(head, "Host");
  if (hosts.size() != 1) return Refusal{400, "A request must name exactly one Host."};
  if (!is_host(hosts.front())) return Refusal{400, "The Host is not the name of a host."};
  const std::vector<std::string_view> encodings = values_of(head, "Transfer-Encoding");
  if (encodings.empty()) return std::nullopt;
  if (encodings.size() != 1 || !equals_ignoring_case(encodings.front(), "chunked")) {
    return Refusal{400, "Transfer-Encoding may only be chunked."};
  }
  if (head.version < 11) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
  if (!values_of(head, "Content-Length").empty()) {
    return Refusal{400, "A request may not have both Transfer-Encoding and Content-Length."};
  }
  return std::nullopt;
}

std::variant<FileRequest, Refusal> judge_file_request(const RequestHead& head) {
  if (const std::optional<Refusal> refusal = refuse_fields(head)) return *refusal;
  FileRequest request;
  if (head.method == "HEAD") {
    request.method = Method::kHead;
  } else if (head.method != "GET") {
    return Refusal{405, "Files here can be read, with GET and HEAD, and nothing else."};
  }
  const std::vector<std::string_view> lengths = values_of(head, "Content-Length");
  const bool has_body = std::ranges::any_of(lengths, [](std::string_view length) { return length != "0"; });
  if (has_body || !values_of(head, "Transfer-Encoding").empty()) {
    return Refusal{400, "A request to read a file may not have a body."};
  }
  const std::optional<std::string> path = normalise_target(head.target);
  if (!path) return Refusal{400, "The address is not the plain path of a file."};
  request.path = *path;
  return request;
}

std::optional<std::string> normalise_target(std::string_view target) {
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return std::nullopt;
  const std::string_view encoded = target.substr(1, target.find('?') - 1);
  std::optional<std::string> path = decode_percent(encoded);
  if (!path) return std::nullopt;
  for (std::string_view rest = *path; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    if (!is_good_segment(rest.substr(0, slash))) return std::nullopt;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return path;
}

}  // namespace candour::net
