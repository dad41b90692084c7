#include "candour/net/site_server.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <csignal>
#include <set>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/net/answer.h"
#include "candour/net/request_rules.h"
#include "candour/net/site_folder.h"

namespace candour::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::Error;
using boost::system::error_code;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr auto kLingerDeadline = std::chrono::seconds(1);
constexpr std::size_t kLingerAtMostBytes = std::size_t{256} << 10;
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// Takes a scanned head apart. Beast's parser refuses what is left to refuse: bad methods, targets, names,
// lengths.
std::variant<RequestHead, Refusal> parse_head(std::string_view bytes) {
  const std::variant<int, Refusal> version = version_of(bytes);
  if (const auto* refusal = std::get_if<Refusal>(&version)) return *refusal;
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(kHeadAtMostBytes));
  error_code error;
  parser.put(asio::buffer(bytes), error);
  if (!parser.is_header_done() || (error && error != beast::http::error::need_more)) {
    return Refusal{400, "The head of the request does not follow the grammar of HTTP/1.1."};
  }
  const auto& message = parser.get();
  RequestHead head;
  head.version = std::get<int>(version);
  head.method = message.method_string();
  head.target = message.target();
  for (const auto& field : message)
    head.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  return head;
}

std::string_view value_of(const RequestHead& head, std::string_view name) {
  for (const HeaderField& field : head.fields) {
    if (beast::iequals(field.name, name)) return field.value;
  }
  return "";
}

// One connection, and whether it is between two requests: then a stop may end it at once.
struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  bool is_idle = true;
  std::string pending;  // bytes that were read and not yet looked at
};

class Server {
 public:
  Server(asio::io_context& context, const SiteOptions& options, const base::Clock& clock)
      : context_(context),
        options_(options),
        clock_(clock),
        folder_(options.folder, options.files),
        acceptor_(context),
        slot_(context),
        last_call_(context) {}

  void listen();
  asio::awaitable<void> accept();
  void stop();

 private:
  // A connection's place among those that are served; however it ends, the place is free again.
  class Place {
   public:
    Place(Server& server, Connection& connection) : server_(server), connection_(connection) {
      server_.connections_.insert(&connection_);
    }
    ~Place() {
      server_.connections_.erase(&connection_);
      server_.slot_.cancel();
      if (server_.connections_.empty()) server_.last_call_.cancel();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Server& server_;
    Connection& connection_;
  };

  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<std::optional<std::size_t>> read_head(Connection& connection,
                                                        std::optional<Refusal>& refusal);
  asio::awaitable<AfterAnswer> answer_head(Connection& connection, std::string_view bytes);
  asio::awaitable<AfterAnswer> answer_file(Connection& connection, const RequestHead& head,
                                           const FileRequest& request, AfterAnswer after);
  asio::awaitable<AfterAnswer> send_file(Connection& connection, const SiteFile& file, Method method,
                                         Answer answer);
  asio::awaitable<AfterAnswer> explain(Connection& connection, Refusal refusal, Method method,
                                       AfterAnswer after, std::string_view location);
  asio::awaitable<std::string> etag_of(const SiteFile& file);
  asio::awaitable<bool> write(Connection& connection, asio::const_buffer bytes);
  asio::awaitable<void> linger(Connection& connection);

  asio::io_context& context_;
  const SiteOptions& options_;
  const base::Clock& clock_;
  SiteFolder folder_;
  tcp::acceptor acceptor_;
  asio::steady_timer slot_;       // wakes accept() when a connection ends
  asio::steady_timer last_call_;  // ends what has not ended by itself after a stop
  std::set<Connection*> connections_;
  bool is_stopping_ = false;
};

void Server::listen() {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options_.port);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    throw Error("CND-1902", "The site cannot listen on this port.")
        .with("port", options_.port)
        .with("system_error", error.value());
  }
  if (options_.on_listening) options_.on_listening(acceptor_.local_endpoint().port());
}

// A connection that failed has ended and nobody is left to be told.
void when_served(const std::exception_ptr&) {}

asio::awaitable<void> Server::accept() {
  while (!is_stopping_) {
    error_code error;
    if (connections_.size() >= options_.connections_at_most) {
      slot_.expires_at(asio::steady_timer::time_point::max());
      co_await slot_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    tcp::socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (is_stopping_) break;
    if (error) {
      // No descriptors are left, or the client was gone already. To ask again at once would be to spin.
      slot_.expires_after(kAcceptPause);
      co_await slot_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    asio::co_spawn(context_, serve(std::move(socket)), when_served);
    // Lets serve() run to its first wait, so that the connection is counted.
    co_await asio::post(context_, asio::use_awaitable);
  }
}

void Server::stop() {
  if (is_stopping_) return;
  is_stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  slot_.cancel();
  for (Connection* connection : connections_) {
    if (connection->is_idle) connection->stream.cancel();
  }
  if (connections_.empty()) return;
  last_call_.expires_after(options_.stop_deadline);
  last_call_.async_wait([this](const error_code& error) {
    if (error) return;
    for (Connection* connection : connections_) connection->stream.close();
  });
}

asio::awaitable<void> Server::serve(tcp::socket socket) {
  Connection connection(std::move(socket));
  const Place place(*this, connection);
  AfterAnswer after = AfterAnswer::kKeepOpen;
  while (after == AfterAnswer::kKeepOpen && !is_stopping_) {
    connection.is_idle = true;
    std::optional<Refusal> refusal;
    const std::optional<std::size_t> size = co_await read_head(connection, refusal);
    connection.is_idle = false;
    if (refusal) {
      after = co_await explain(connection, *refusal, Method::kGet, AfterAnswer::kClose, "");
    } else if (size) {
      const std::string head = connection.pending.substr(0, *size);
      connection.pending.erase(0, *size);
      after = co_await answer_head(connection, head);
    } else {
      co_return;  // the client is gone, or was silent for too long
    }
  }
  co_await linger(connection);
}

// The size of the head that stands at the beginning of connection.pending; nothing where none came.
asio::awaitable<std::optional<std::size_t>> Server::read_head(Connection& connection,
                                                              std::optional<Refusal>& refusal) {
  // One deadline for all of it: a client that sends a byte now and then does not put it off.
  const auto deadline = std::chrono::steady_clock::now() + options_.head_deadline;
  char piece[2048];
  for (;;) {
    const auto state = scan_head(connection.pending);
    if (const auto* complete = std::get_if<CompleteHead>(&state)) co_return complete->size_bytes;
    if (const auto* refused = std::get_if<Refusal>(&state)) {
      refusal = *refused;
      co_return std::nullopt;
    }
    connection.stream.expires_at(deadline);
    error_code error;
    const std::size_t got = co_await connection.stream.async_read_some(
        asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::nullopt;
    connection.pending.append(piece, got);
    connection.is_idle = false;
  }
}

asio::awaitable<AfterAnswer> Server::answer_head(Connection& connection, std::string_view bytes) {
  const std::variant<RequestHead, Refusal> parsed = parse_head(bytes);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    co_return co_await explain(connection, *refusal, Method::kGet, AfterAnswer::kClose, "");
  }
  const RequestHead& head = std::get<RequestHead>(parsed);
  const std::variant<FileRequest, Refusal> verdict = judge_file_request(head);
  if (const auto* refusal = std::get_if<Refusal>(&verdict)) {
    // The answer to a HEAD has no body, also where it refuses.
    const Method method = head.method == "HEAD" ? Method::kHead : Method::kGet;
    co_return co_await explain(connection, *refusal, method, AfterAnswer::kClose, "");
  }
  const bool asks_to_close = beast::iequals(value_of(head, "Connection"), "close");
  const AfterAnswer after =
      head.version < 11 || asks_to_close || is_stopping_ ? AfterAnswer::kClose : AfterAnswer::kKeepOpen;
  co_return co_await answer_file(connection, head, std::get<FileRequest>(verdict), after);
}

asio::awaitable<AfterAnswer> Server::answer_file(Connection& connection, const RequestHead& head,
                                                 const FileRequest& request, AfterAnswer after) {
  const bool names_folder = request.path.empty() || request.path.ends_with('/');
  const std::string path = names_folder ? request.path + "index.html" : request.path;
  const Lookup lookup = folder_.open(path);
  if (lookup.found == Found::kFolder) {
    // A page's own links are relative to its address: that of a folder must end with '/'.
    const std::string location = head.target.substr(0, head.target.find('?')) + "/";
    const Refusal elsewhere{308, "The page of a folder has an address that ends with a slash."};
    co_return co_await explain(connection, elsewhere, request.method, after, location);
  }
  if (lookup.found == Found::kNothing) {
    const Refusal missing{404, "No file of this site has this address."};
    co_return co_await explain(connection, missing, request.method, after, "");
  }
  const std::string etag = co_await etag_of(*lookup.file);
  Answer answer;
  answer.after = after;
  answer.more.emplace_back("ETag", etag);
  answer.more.emplace_back("Cache-Control", "no-cache");  // keep it, but ask whether it is still the same
  if (matches_etag(value_of(head, "If-None-Match"), etag)) {
    answer.status = 304;
    const std::string bytes = head_of(answer, clock_.now_unix_seconds());
    co_return co_await write(connection, asio::buffer(bytes)) ? after : AfterAnswer::kClose;
  }
  answer.content_type = media_type_of(path);
  answer.content_length = lookup.file->size_bytes();
  co_return co_await send_file(connection, *lookup.file, request.method, std::move(answer));
}

asio::awaitable<AfterAnswer> Server::send_file(Connection& connection, const SiteFile& file, Method method,
                                               Answer answer) {
  const std::string head = head_of(answer, clock_.now_unix_seconds());
  if (!co_await write(connection, asio::buffer(head))) co_return AfterAnswer::kClose;
  if (method == Method::kHead) co_return answer.after;
  std::vector<std::uint8_t> piece(kPieceBytes);
  for (std::uint64_t sent = 0; sent < file.size_bytes();) {
    const std::uint64_t left = file.size_bytes() - sent;
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
    const std::size_t got = file.read_at(sent, std::span(piece).first(wanted));
    // The file became shorter than its head says. Only a broken connection can still tell the client.
    if (got == 0) co_return AfterAnswer::kClose;
    if (!co_await write(connection, asio::buffer(piece.data(), got))) co_return AfterAnswer::kClose;
    sent += got;
  }
  co_return answer.after;
}

asio::awaitable<AfterAnswer> Server::explain(Connection& connection, Refusal refusal, Method method,
                                             AfterAnswer after, std::string_view location) {
  std::string body = explanation_page(refusal.status, refusal.reason);
  Answer answer;
  answer.status = refusal.status;
  answer.content_type = "text/html; charset=utf-8";
  answer.content_length = body.size();
  answer.after = after;
  if (refusal.status == 405) answer.more.emplace_back("Allow", "GET, HEAD");
  if (!location.empty()) answer.more.emplace_back("Location", location);
  std::string bytes = head_of(answer, clock_.now_unix_seconds());
  if (method == Method::kGet) bytes += body;
  co_return co_await write(connection, asio::buffer(bytes)) ? after : AfterAnswer::kClose;
}

asio::awaitable<std::string> Server::etag_of(const SiteFile& file) {
  std::optional<base::Digest> digest = folder_.known_digest(file);
  if (!digest) {
    base::Sha256 hash;
    std::vector<std::uint8_t> piece(kPieceBytes);
    for (std::uint64_t at = 0; at < file.size_bytes();) {
      const std::size_t got = file.read_at(at, piece);
      if (got == 0) break;
      hash.update(std::span(piece).first(got));
      at += got;
      // A large file is hashed between the pieces of other answers, not instead of them.
      co_await asio::post(context_, asio::use_awaitable);
    }
    digest = hash.finish();
    folder_.keep_digest(file, *digest);
  }
  co_return "\"" + base::to_hex(*digest) + "\"";
}

asio::awaitable<bool> Server::write(Connection& connection, asio::const_buffer bytes) {
  // The deadline is for each piece: a slow client may take long for a large file, a silent one may not.
  connection.stream.expires_after(options_.write_deadline);
  error_code error;
  co_await asio::async_write(connection.stream, bytes, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

// Closes so that the answer arrives: a socket that is closed with bytes unread makes the kernel send a reset,
// which can overtake the answer.
asio::awaitable<void> Server::linger(Connection& connection) {
  error_code error;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, error);
  connection.stream.expires_after(kLingerDeadline);
  char piece[2048];
  for (std::size_t read = 0; !error && read < kLingerAtMostBytes;) {
    read += co_await connection.stream.async_read_some(asio::buffer(piece),
                                                       asio::redirect_error(asio::use_awaitable, error));
  }
}

// Accepting ended by an exception of ours: run() passes it on.
void when_accepting_ended(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void serve_site(const SiteOptions& options, const base::Clock& clock, const std::stop_token& stop) {
  asio::io_context context(1);
  Server server(context, options, clock);
  asio::signal_set signals(context);
  if (options.signals == Signals::kStop) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    signals.async_wait([&server](const error_code& error, int) {
      if (!error) server.stop();
    });
  }
  server.listen();
  asio::co_spawn(context, server.accept(), when_accepting_ended);
  const std::stop_callback on_stop(stop, [&context, &server, &signals] {
    asio::post(context, [&server, &signals] {
      server.stop();
      signals.cancel();
    });
  });
  context.run();
}

}  // namespace candour::net
