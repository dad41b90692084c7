#include "candour/node/log_wire.h"

#include <chrono>

#include "candour/base/error.h"
#include "candour/node/config.h"
#include "candour/node/hub_client.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr auto kDeadline = std::chrono::minutes(2);
constexpr std::size_t kLengthBytes = 4;
/// A collection has at most a thousand files.
constexpr std::size_t kBodiesAtMost = 1024;
constexpr std::string_view kLogPrefix = "/v1/log/";

[[noreturn]] void refuse_message() {
  throw base::Error("CND-2468", "The message does not consist of a statement and its bodies.");
}

void append_part(std::string& out, std::string_view part) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((part.size() >> static_cast<unsigned>(shift)) & 0xffU));
  }
  out.append(part);
}

std::string take_part(std::string_view& bytes) {
  std::size_t length = 0;
  const bool has_length = bytes.size() >= kLengthBytes;
  if (has_length) {
    for (std::size_t i = 0; i < kLengthBytes; ++i)
      length = length << 8U | static_cast<std::uint8_t>(bytes[i]);
    bytes.remove_prefix(kLengthBytes);
  }
  if (!has_length || length > bytes.size()) refuse_message();
  std::string part(bytes.substr(0, length));
  bytes.remove_prefix(length);
  return part;
}

}  // namespace

std::string write_entry(std::string_view envelope, const std::vector<std::string>& bodies) {
  std::string out;
  append_part(out, envelope);
  for (const std::string& body : bodies) append_part(out, body);
  return out;
}

Entry parse_entry(std::string_view bytes) {
  Entry entry{.envelope = take_part(bytes), .bodies = {}};
  while (!bytes.empty()) {
    std::string body = take_part(bytes);
    if (body.empty() || entry.bodies.size() == kBodiesAtMost) refuse_message();
    entry.bodies.push_back(std::move(body));
  }
  return entry;
}

net::ClientOptions options_of(std::string_view address, const base::Digest& tls_key, const net::Tls* tls) {
  const Address at = parse_address(address);
  return {.host = at.host, .port = at.port, .tls = tls, .server_spki = tls_key};
}

LogClient::LogClient(net::ClientOptions options, const base::Clock& clock)
    : client_(std::move(options), clock) {}

std::optional<std::string> LogClient::fetch(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const net::Reply reply =
      client_.call({.target = std::string(kLogPrefix) + std::string(path), .deadline = kDeadline});
  if (reply.status == 404) return std::nullopt;
  if (reply.status != 200) {
    throw base::Error("CND-2460", "Another node refused what it was asked for.")
        .with("party", base::Label("log"))
        .with("status", reply.status)
        .with("refusal", base::Label(""));
  }
  return std::string(base::as_text(reply.body));
}

std::optional<base::Bytes> LogClient::post(std::string_view route, std::string_view envelope,
                                           const std::vector<std::string>& bodies) {
  const std::lock_guard lock(mutex_);
  const std::string message = write_entry(envelope, bodies);
  return call_node(client_,
                   {.method = net::Method::kPost,
                    .target = target_of(route, {}),
                    .body = base::as_bytes(message),
                    .deadline = kDeadline},
                   "log");
}

std::string LogClient::enter(std::string_view envelope, const std::vector<std::string>& bodies) {
  const auto answer = post(kStatementsRoute, envelope, bodies);
  if (!answer) throw base::Error("CND-2461", "The node's answer lacks what was asked for.");
  return std::string(base::as_text(*answer));
}

void LogClient::hand_in(std::string_view envelope, const std::vector<std::string>& bodies) {
  (void)post(kHandInRoute, envelope, bodies);
}

log::WitnessReply WitnessClient::add_checkpoint(std::string_view body, std::int64_t within_ms) {
  const std::lock_guard lock(mutex_);
  const net::Reply reply = client_.call({.method = net::Method::kPost,
                                         .target = target_of(kAddCheckpointRoute, {}),
                                         .body = base::as_bytes(body),
                                         .deadline = std::chrono::milliseconds(within_ms)});
  return {.status = reply.status, .body = std::string(base::as_text(reply.body))};
}

}  // namespace candour::node
