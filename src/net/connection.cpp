#include "candour/net/connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "candour/net/head_parser.h"

namespace candour::net {
namespace {

constexpr auto kLingerDeadline = std::chrono::seconds(1);
constexpr std::size_t kSourcePieceBytes = std::size_t{64} << 10;

// A place among the requests in flight, with the memory of its body; free again however the request ends.
class Seat {
 public:
  Seat(Use& use, std::size_t body_bytes) : use_(use), body_bytes_(body_bytes) {
    ++use_.requests;
    use_.body_bytes += body_bytes_;
  }
  ~Seat() {
    --use_.requests;
    use_.body_bytes -= body_bytes_;
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  Use& use_;
  std::size_t body_bytes_;
};

bool has_room(const Use& use, std::size_t body_bytes, std::size_t requests_at_most,
              std::size_t body_bytes_at_most) {
  return use.requests < requests_at_most && use.body_bytes + body_bytes <= body_bytes_at_most;
}

// A handshake under way, among those of its address.
class Handshake {
 public:
  Handshake(std::map<asio::ip::address, std::size_t>& all, const asio::ip::address& address)
      : all_(all), of_address_(all.try_emplace(address).first) {
    ++of_address_->second;
  }
  ~Handshake() {
    if (--of_address_->second == 0) all_.erase(of_address_);
  }
  Handshake(const Handshake&) = delete;
  Handshake& operator=(const Handshake&) = delete;
  [[nodiscard]] std::size_t of_address() const { return of_address_->second; }

 private:
  std::map<asio::ip::address, std::size_t>& all_;
  std::map<asio::ip::address, std::size_t>::iterator of_address_;
};

asio::ip::address address_of(const asio::ip::tcp::socket& socket) {
  boost::system::error_code error;  // of who is gone already
  return socket.remote_endpoint(error).address();
}

// What the client wants of its connection. HTTP/1.0 has one request a connection.
AfterAnswer wish_of(const RequestHead& head) {
  const std::string_view connection = only_value(head.fields, "Connection").value_or("");
  const bool closes = head.version < 11 || equals_ignoring_case(connection, "close");
  return closes ? AfterAnswer::kClose : AfterAnswer::kKeepOpen;
}

struct Outcome {
  Response response;
  EventKind kind = EventKind::kAnswered;
  std::string_view reason;
};

// Runs on a worker. A handler's exception ends here.
asio::awaitable<void> run_handler(const Route& route, const Request& request, Outcome& outcome) {
  try {
    outcome.response = route.handle(request);
  } catch (const base::Error& error) {
    outcome = {problem_response(500, error), EventKind::kHandlerFailed, error.code().view()};
  } catch (const std::exception&) {
    // What another library says may hold anything: it goes nowhere.
    outcome = {problem_response(500, "CND-2407", "The request could not be carried out."),
               EventKind::kHandlerFailed, "CND-2407"};
  }
  co_return;
}

// Runs on a worker. `got` stays 0 where the source has no more, or fails.
asio::awaitable<void> read_source(base::ByteSource& source, std::span<std::uint8_t> out, std::size_t& got) {
  try {
    got = source.read(out);
  } catch (const std::exception&) {
    got = 0;
  }
  co_return;
}

}  // namespace

Connection::Connection(Shared& shared, asio::ip::tcp::socket socket)
    : shared_(shared), address_(address_of(socket)), channel_(std::move(socket)) {
  shared_.connections.insert(this);
}

Connection::~Connection() {
  shared_.connections.erase(this);
  if (!peer_) return;
  const auto of_peer = shared_.peers.find(*peer_);
  if (--of_peer->second.connections == 0) shared_.peers.erase(of_peer);
}

void Connection::end_if_idle() {
  if (is_idle_) channel_.cancel();
}

asio::awaitable<void> Connection::serve() {
  began_ns_ = shared_.clock.monotonic_ns();
  if (!co_await greet()) co_return;
  AfterAnswer after = AfterAnswer::kKeepOpen;
  while (after == AfterAnswer::kKeepOpen && !shared_.is_stopping) {
    route_ = "";
    const std::optional<std::size_t> size = co_await read_head();
    if (refusal_) {
      after = co_await refuse(*refusal_, Method::kGet, AfterAnswer::kClose);
    } else if (size) {
      const std::string head = pending_.substr(0, *size);
      pending_.erase(0, *size);
      after = co_await answer(head);
    } else {
      if (!pending_.empty())
        report(EventKind::kBroken, 0, "The head of a request did not come whole in time.");
      co_return;  // the client is gone, or was silent for too long
    }
  }
  co_await channel_.linger(kLingerDeadline);
}

// The handshake, where there is one, and the bounds of its address and its peer.
asio::awaitable<bool> Connection::greet() {
  if (shared_.options.tls == nullptr) co_return true;
  std::optional<Handshake> handshake(std::in_place, shared_.handshakes, address_);
  if (handshake->of_address() > shared_.options.handshakes_of_address_at_most) co_return false;
  const Deadline deadline = std::chrono::steady_clock::now() + shared_.options.handshake_deadline;
  const bool shaken =
      co_await channel_.shake_hands(*shared_.options.tls, TlsSide::kServer, shared_.options.accepts_peer,
                                    shared_.clock.now_unix_seconds(), deadline);
  handshake.reset();
  if (!shaken) {
    std::string_view reason = "The handshake was not that of a node.";
    if (channel_.broken() == Broken::kDeadline) reason = "The handshake took too long.";
    if (channel_.broken() == Broken::kRefusedPeer) reason = channel_.refusal();
    report(EventKind::kHandshakeRefused, 0, reason);
    co_return false;
  }
  peer_ = channel_.peer();
  if (++shared_.peers[*peer_].connections > shared_.options.connections_of_peer_at_most) {
    // Said at once: a connection too many is not kept for the time that a request may take to come.
    co_await refuse({429, "This peer has as many connections as it may have."}, Method::kGet,
                    AfterAnswer::kClose);
    co_await channel_.linger(kLingerDeadline);
    co_return false;
  }
  co_return true;
}

// The size of the head that stands at the beginning of pending_; nothing, and perhaps a refusal_, where none
// came.
asio::awaitable<std::optional<std::size_t>> Connection::read_head() {
  refusal_.reset();
  is_idle_ = pending_.empty();
  Deadline deadline = std::chrono::steady_clock::now() +
                      (is_idle_ ? shared_.options.idle_deadline : shared_.options.head_deadline);
  std::uint8_t piece[2048];
  for (;;) {
    const auto state = scan_head(pending_);
    if (const auto* complete = std::get_if<CompleteHead>(&state)) {
      began_ns_ = shared_.clock.monotonic_ns();
      is_idle_ = false;
      co_return complete->size_bytes;
    }
    if (const auto* refused = std::get_if<Refusal>(&state)) {
      refusal_ = *refused;
      co_return std::nullopt;
    }
    const std::size_t got = co_await channel_.read_some(piece, deadline);
    if (got == 0) co_return std::nullopt;
    // One deadline for all of a head: a client that sends a byte now and then does not put it off.
    if (is_idle_) deadline = std::chrono::steady_clock::now() + shared_.options.head_deadline;
    is_idle_ = false;
    pending_.append(reinterpret_cast<const char*>(piece), got);
  }
}

asio::awaitable<AfterAnswer> Connection::answer(std::string_view bytes) {
  const std::variant<RequestHead, Refusal> parsed = parse_request_head(bytes);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    co_return co_await refuse(*refusal, Method::kGet, AfterAnswer::kClose);
  }
  const RequestHead& head = std::get<RequestHead>(parsed);
  std::variant<JudgedRequest, Refusal> verdict = judge_request(head);
  if (const auto* refusal = std::get_if<Refusal>(&verdict)) {
    // The answer to a HEAD has no body, also where it refuses.
    const Method method = head.method == "HEAD" ? Method::kHead : Method::kGet;
    co_return co_await refuse(*refusal, method, AfterAnswer::kClose, "GET, HEAD, PUT, POST");
  }
  auto& judged = std::get<JudgedRequest>(verdict);
  const AfterAnswer wished = wish_of(head);
  // A refused body is not read, so nobody knows where the next request begins.
  const AfterAnswer unread = judged.body_bytes != 0 ? AfterAnswer::kClose : wished;
  if (peer_ && !shared_.options.accepts_peer(*peer_)) {
    co_return co_await refuse({403, "This peer is not accepted any more."}, judged.method,
                              AfterAnswer::kClose);
  }
  Match found = find_route(shared_.routes, judged.method, judged.path);
  if (found.route == nullptr && found.allow.empty()) {
    co_return co_await refuse({404, "Nothing here has this address."}, judged.method, unread);
  }
  if (found.route == nullptr) {
    co_return co_await refuse({405, "This address has other methods."}, judged.method, unread, found.allow);
  }
  route_ = found.route->pattern;
  if (judged.body_bytes > found.route->body_at_most_bytes) {
    co_return co_await refuse({413, "The body is larger than this address takes."}, judged.method, unread);
  }
  const auto body_bytes = static_cast<std::size_t>(judged.body_bytes);
  const ServerOptions& options = shared_.options;
  if (peer_ && !has_room(shared_.peers[*peer_], body_bytes, options.requests_of_peer_at_most,
                         options.body_bytes_of_peer_at_most)) {
    co_return co_await refuse({429, "This peer has as much under way as it may have."}, judged.method,
                              unread);
  }
  if (!has_room(shared_.use, body_bytes, options.requests_at_most, options.body_bytes_at_most)) {
    co_return co_await refuse({503, "As much is being done as there is room for."}, judged.method, unread);
  }
  Request request{.method = judged.method,
                  .target = head.target,
                  .segments = std::move(found.segments),
                  .query = std::move(judged.query),
                  .fields = head.fields,
                  .peer = peer_,
                  .body = {}};
  co_return co_await answer_route(*found.route, std::move(request), body_bytes, wished);
}

asio::awaitable<AfterAnswer> Connection::answer_route(const Route& route, Request request,
                                                      std::size_t body_bytes, AfterAnswer after) {
  const Seat seat(shared_.use, body_bytes);
  // Of a peer that has a connection, this one: it is there until the connection ends.
  std::optional<Seat> seat_of_peer;
  if (peer_) seat_of_peer.emplace(shared_.peers[*peer_], body_bytes);
  request.body.resize(body_bytes);
  if (!co_await read_body(request.body)) {
    report(EventKind::kBroken, 0, "The body of a request did not come whole in time.");
    co_return AfterAnswer::kClose;
  }
  Outcome outcome;
  asio::awaitable<void> work = run_handler(route, request, outcome);
  co_await asio::co_spawn(shared_.workers->get_executor(), std::move(work), asio::use_awaitable);
  const bool is_old = std::chrono::steady_clock::now() - opened_ > shared_.options.connection_age_at_most;
  if (is_old || shared_.is_stopping) after = AfterAnswer::kClose;
  const int status = outcome.response.status;
  const bool sent = co_await send(std::move(outcome.response), request.method, after);
  report(sent ? outcome.kind : EventKind::kBroken, status,
         sent ? outcome.reason : "The client did not take the answer.");
  co_return sent ? after : AfterAnswer::kClose;
}

asio::awaitable<bool> Connection::read_body(base::Bytes& body) {
  const std::size_t here = std::min(pending_.size(), body.size());
  std::copy_n(pending_.begin(), here, body.begin());
  pending_.erase(0, here);
  const std::span<std::uint8_t> rest = std::span(body).subspan(here);
  co_return co_await channel_.read(rest, shared_.options.piece_deadline);
}

asio::awaitable<bool> Connection::send(Response response, Method method, AfterAnswer after) {
  Answer head{.status = response.status,
              .content_type = std::move(response.content_type),
              .content_length = std::nullopt,
              .more = std::move(response.more),
              .after = after};
  if (head.status == 429 || head.status == 503) head.more.push_back({"Retry-After", "1"});
  auto* bytes = std::get_if<base::Bytes>(&response.body);
  auto* source = std::get_if<BodySource>(&response.body);
  const bool is_bodiless = head.status == 204 || head.status == 304;
  if (!is_bodiless) head.content_length = bytes != nullptr ? bytes->size() : source->size_bytes;
  std::string first = head_of(head, shared_.clock.now_unix_seconds());
  const bool has_body = !is_bodiless && method != Method::kHead;
  // A small body goes out with its head.
  const bool is_small = has_body && bytes != nullptr && bytes->size() < Channel::kPieceBytes;
  if (is_small) first += base::as_text(*bytes);
  const auto patience = shared_.options.piece_deadline;
  if (!co_await channel_.write(base::as_bytes(first), patience)) co_return false;
  if (!has_body || is_small) co_return true;
  if (source != nullptr) co_return co_await send_source(*source);
  co_return co_await channel_.write(*bytes, patience);
}

asio::awaitable<bool> Connection::send_source(BodySource& body) {
  std::vector<std::uint8_t> piece(kSourcePieceBytes);
  for (std::uint64_t left = body.size_bytes; left > 0;) {
    const std::span<std::uint8_t> out =
        std::span(piece).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size())));
    std::size_t got = 0;
    asio::awaitable<void> work = read_source(*body.source, out, got);
    co_await asio::co_spawn(shared_.workers->get_executor(), std::move(work), asio::use_awaitable);
    if (got == 0) co_return false;
    const std::span<const std::uint8_t> read = out.first(got);
    if (!co_await channel_.write(read, shared_.options.piece_deadline)) co_return false;
    left -= got;
  }
  co_return true;
}

asio::awaitable<AfterAnswer> Connection::refuse(Refusal refusal, Method method, AfterAnswer after,
                                                std::string_view allow) {
  Response response;
  if (shared_.options.explain) {
    response = shared_.options.explain(refusal.status, refusal.reason);
  } else {
    response = text_response(kProblemType, problem_json(refusal.status, "", refusal.reason));
  }
  response.status = refusal.status;
  if (refusal.status == 405) response.more.push_back({"Allow", std::string(allow)});
  if (shared_.is_stopping) after = AfterAnswer::kClose;
  const bool sent = co_await send(std::move(response), method, after);
  report(sent ? EventKind::kRefused : EventKind::kBroken, refusal.status, refusal.reason);
  co_return sent ? after : AfterAnswer::kClose;
}

void Connection::report(EventKind kind, int status, std::string_view reason) {
  if (!shared_.options.on_event) return;
  const Event event{.kind = kind,
                    .route = route_,
                    .status = status,
                    .duration_ns = shared_.clock.monotonic_ns() - began_ns_,
                    .peer = peer_,
                    .reason = reason};
  shared_.options.on_event(event);
}

}  // namespace candour::net
