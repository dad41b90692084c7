#include "candour/net/client.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>

#include "candour/base/error.h"
#include "candour/net/channel.h"
#include "candour/net/head_parser.h"

namespace candour::net {

using asio::ip::tcp;
using base::Error;
using boost::system::error_code;

namespace {

// As a server waits for a handshake. A node that hangs must not hold a flow for as long as an answer may
// take.
constexpr auto kConnectWithin = std::chrono::seconds(10);

bool is_plain_target(std::string_view target) {
  return target.starts_with('/') &&
         std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

std::string request_head(const ClientOptions& options, const Call& call) {
  std::string head(name_of(call.method));
  head += " " + call.target + " HTTP/1.1\r\nHost: ";
  // An IPv6 address stands in brackets there.
  head += options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
  head += ":" + std::to_string(options.port) + "\r\n";
  if (call.method == Method::kPut || call.method == Method::kPost) {
    head += "Content-Type: application/octet-stream\r\n";
    head += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

class Client::Wire {
 public:
  Wire(ClientOptions options, const base::Clock& clock) : options_(std::move(options)), clock_(clock) {
    check_ = [this](const base::Digest& spki) {
      return base::equal_in_constant_time(spki, options_.server_spki);
    };
  }
  Reply call(const Call& call);

 private:
  enum class Stage { kConnecting, kShakingHands, kAsking };
  enum class Got { kNothing, kPart, kNoAnswer, kAnswer };  // of the answer

  Got exchange_within(const Call& call);
  asio::awaitable<void> exchange(const Call& call, Got& got);
  asio::awaitable<bool> connect();
  asio::awaitable<void> receive(Method method, Got& got);
  void look_up();
  [[nodiscard]] Error failure(Got got) const;

  ClientOptions options_;
  const base::Clock& clock_;
  PeerCheck check_;
  asio::io_context context_{1};
  std::vector<tcp::endpoint> endpoints_;
  std::optional<Channel> channel_;
  Stage stage_ = Stage::kConnecting;
  Deadline deadline_;
  std::uint64_t number_ = 0;  // of the call
  Reply reply_;
  bool closes_ = false;  // the connection does not outlive the answer
};

Reply Client::Wire::call(const Call& call) {
  CANDOUR_CHECK(is_plain_target(call.target));
  deadline_ = std::chrono::steady_clock::now() + call.deadline;
  for (;;) {
    // What was closed meanwhile, or talks unasked, is not asked again.
    if (channel_ && channel_->has_something_to_read()) channel_.reset();
    const bool was_kept = channel_.has_value();
    const Got got = exchange_within(call);
    if (got == Got::kAnswer) {
      if (closes_) channel_.reset();
      return std::move(reply_);
    }
    const Error error = failure(got);
    const bool was_stale = was_kept && got == Got::kNothing && channel_->broken() == Broken::kEnd;
    channel_.reset();
    if (!was_stale) throw error;
  }
}

Client::Wire::Got Client::Wire::exchange_within(const Call& call) {
  if (call.stop.stop_requested()) throw Error("CND-2416", "The caller was told to stop.");
  if (!channel_) look_up();
  ++number_;
  Got got = Got::kNothing;
  std::exception_ptr thrown;
  context_.restart();
  asio::co_spawn(context_, exchange(call, got),
                 [&thrown](const std::exception_ptr& exception) { thrown = exception; });
  {
    // A stop that comes after this call may not end the next one.
    const std::stop_callback on_stop(call.stop, [this, number = number_] {
      asio::post(context_, [this, number] {
        if (number == number_ && channel_) channel_->cancel();
      });
    });
    context_.run();
  }
  if (thrown) {
    channel_.reset();
    std::rethrow_exception(thrown);
  }
  return got;
}

void Client::Wire::look_up() {
  error_code error;
  const auto address = asio::ip::make_address(options_.host, error);
  if (!error) {
    endpoints_ = {tcp::endpoint(address, options_.port)};
    return;
  }
  endpoints_.clear();
  tcp::resolver resolver(context_);
  for (const auto& found : resolver.resolve(options_.host, std::to_string(options_.port), error)) {
    endpoints_.push_back(found.endpoint());
  }
}

asio::awaitable<void> Client::Wire::exchange(const Call& call, Got& got) {
  const bool is_connected = channel_.has_value() || co_await connect();
  if (!is_connected) co_return;
  stage_ = Stage::kAsking;
  closes_ = false;
  std::string head = request_head(options_, call);
  // A small body goes out with its head.
  const bool is_small = call.body.size() < Channel::kPieceBytes;
  if (is_small) head += base::as_text(call.body);
  bool is_sent = co_await channel_->write(base::as_bytes(head), call.deadline, deadline_);
  if (is_sent && !is_small) is_sent = co_await channel_->write(call.body, call.deadline, deadline_);
  // A server that refuses a body may close before it has read it: its answer is there all the same.
  if (!is_sent && channel_->broken() != Broken::kEnd) co_return;
  co_await receive(call.method, got);
  if (!is_sent) closes_ = true;
}

asio::awaitable<bool> Client::Wire::connect() {
  stage_ = Stage::kConnecting;
  const Deadline deadline = std::min(deadline_, Deadline(std::chrono::steady_clock::now() + kConnectWithin));
  bool is_connected = false;
  for (const tcp::endpoint& endpoint : endpoints_) {
    channel_.emplace(tcp::socket(context_));
    is_connected = co_await channel_->connect(endpoint, deadline);
    if (is_connected || channel_->broken() == Broken::kCancelled) break;
  }
  if (!is_connected || options_.tls == nullptr) co_return is_connected;
  stage_ = Stage::kShakingHands;
  co_return co_await channel_->shake_hands(*options_.tls, TlsSide::kClient, check_, clock_.now_unix_seconds(),
                                           deadline);
}

asio::awaitable<void> Client::Wire::receive(Method method, Got& got) {
  std::string pending;
  std::uint8_t piece[4096];
  std::size_t head_bytes = 0;
  while (head_bytes == 0) {
    const std::size_t read = co_await channel_->read_some(piece, deadline_);
    if (read == 0) co_return;
    got = Got::kPart;
    pending.append(reinterpret_cast<const char*>(piece), read);
    const auto state = scan_head(pending);
    if (const auto* complete = std::get_if<CompleteHead>(&state)) head_bytes = complete->size_bytes;
    if (std::holds_alternative<Refusal>(state)) {
      got = Got::kNoAnswer;
      co_return;
    }
  }
  std::optional<ResponseHead> head =
      parse_response_head(std::string_view(pending).substr(0, head_bytes), method);
  pending.erase(0, head_bytes);
  // What is longer than its length says would be taken for the answer to the next call.
  if (!head || head->body_bytes > options_.body_at_most_bytes || pending.size() > head->body_bytes) {
    got = Got::kNoAnswer;
    co_return;
  }
  reply_ = {.status = head->status, .fields = std::move(head->fields), .body = {}};
  reply_.body.resize(static_cast<std::size_t>(head->body_bytes));
  std::copy(pending.begin(), pending.end(), reply_.body.begin());
  const std::span<std::uint8_t> rest = std::span(reply_.body).subspan(pending.size());
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::hours(24));
  if (!co_await channel_->read(rest, patience, deadline_)) co_return;
  closes_ = head->closes;
  got = Got::kAnswer;
}

Error Client::Wire::failure(Got got) const {
  const auto with_place = [this](Error&& error) {
    return std::move(error).with("host", base::Label(options_.host)).with("port", options_.port);
  };
  const Broken broken = channel_ ? channel_->broken() : Broken::kEnd;
  if (got == Got::kNoAnswer) return with_place(Error("CND-2414", "What the server sent is no answer."));
  switch (broken) {
    case Broken::kDeadline:
      return with_place(Error("CND-2413", "The server did not answer before the deadline."));
    case Broken::kCancelled:
      return with_place(Error("CND-2416", "The caller was told to stop."));
    case Broken::kRefusedPeer:
      return with_place(Error("CND-2412", "The server's certificate or key is not the one expected."))
          .with("reason", base::Label(channel_->refusal()));
    case Broken::kRefusedUs:
      return with_place(Error("CND-2415", "The server refused this node's certificate."));
    case Broken::kProtocol:
      return with_place(Error("CND-2414", "The server does not speak TLS 1.3 as it should."));
    case Broken::kEnd:
    case Broken::kNot:
      break;
  }
  if (stage_ != Stage::kAsking) return with_place(Error("CND-2411", "The server cannot be reached."));
  return with_place(Error("CND-2414", "The connection ended before the answer was whole."));
}

Client::Client(ClientOptions options, const base::Clock& clock)
    : wire_(std::make_unique<Wire>(std::move(options), clock)) {}

Client::~Client() = default;

Reply Client::call(const Call& call) { return wire_->call(call); }

}  // namespace candour::net
