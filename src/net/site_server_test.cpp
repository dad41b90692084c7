// The site server over real sockets: its answers, its refusals (all payloads of the corpus), its limits and
// its end.
#include "candour/net/site_server.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/base/sha256.h"
#include "candour/net/net_testing.h"
#include "candour/net/site_folder.h"
#include "candour/testing/shared.h"

namespace candour::net {
namespace {

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// A server over a folder of its own, on a free port, until it goes.
class Site {
 public:
  explicit Site(const std::function<void(SiteOptions&)>& change = [](SiteOptions&) {}) {
    options_.folder = folder_.path() / "site";
    std::filesystem::create_directories(options_.folder);
    write_file(folder() / "index.html", "<h1>Front</h1>");
    change(options_);
    std::promise<std::uint16_t> listening;
    options_.on_listening = [&listening](std::uint16_t port) { listening.set_value(port); };
    std::future<std::uint16_t> port = listening.get_future();
    thread_ = std::jthread([this](std::stop_token stop) { serve_site(options_, clock_, std::move(stop)); });
    port_ = port.get();
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return options_.folder; }
  [[nodiscard]] const std::filesystem::path& outside() const { return folder_.path(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  std::string ask(const std::string& method, const std::string& target, const std::string& more = "") const {
    RawClient client(port_);
    client.send(method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + more + "\r\n");
    return client.receive_all();
  }

 private:
  testing::TemporaryFolder folder_;
  SiteOptions options_;
  base::FixedClock clock_{784'111'777};
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
std::string body(const std::string& answer) {
  return answer.substr(std::min(answer.find("\r\n\r\n"), answer.size() - 4) + 4);
}
std::string digest_tag(std::string_view text) {
  return "\"" + base::to_hex(base::sha256(base::as_bytes(text))) + "\"";
}

TEST_CASE("A file is answered with its bytes, type, length, digest and the policy") {
  const Site site;
  write_file(site.folder() / "tables/a.csv", "code,count\nR1H,5\n");
  const std::string answer = site.ask("GET", "/tables/a.csv");
  CHECK(status_of(answer) == 200);
  CHECK(has(answer, "\r\nContent-Type: text/csv; charset=utf-8\r\n"));
  CHECK(has(answer, "\r\nContent-Length: 17\r\n"));
  CHECK(has(answer, "\r\nETag: " + digest_tag("code,count\nR1H,5\n") + "\r\n"));
  CHECK(has(answer, "\r\nContent-Security-Policy: default-src 'none'"));
  CHECK(has(answer, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK(body(answer) == "code,count\nR1H,5\n");
}

TEST_CASE("HEAD gives the head alone") {
  const Site site;
  const std::string answer = site.ask("HEAD", "/index.html");
  CHECK(status_of(answer) == 200);
  CHECK(has(answer, "\r\nContent-Length: 14\r\n"));
  CHECK(body(answer).empty());
  CHECK(body(site.ask("HEAD", "/nothing")).empty());
}

TEST_CASE("A folder is its index.html, and its address ends with a slash") {
  const Site site;
  write_file(site.folder() / "a b/index.html", "inner");
  std::filesystem::create_directories(site.folder() / "empty");
  CHECK(body(site.ask("GET", "/")) == "<h1>Front</h1>");
  CHECK(body(site.ask("GET", "/a%20b/")) == "inner");
  const std::string moved = site.ask("GET", "/a%20b?x=1");
  CHECK(status_of(moved) == 308);
  CHECK(has(moved, "\r\nLocation: /a%20b/\r\n"));
  CHECK(status_of(site.ask("GET", "/empty/")) == 404);
  CHECK(status_of(site.ask("GET", "/index.html/")) == 404);
}

TEST_CASE("A file that the client has is not sent again, until it changes") {
  const Site site;
  const std::string tag = digest_tag("<h1>Front</h1>");
  const std::string same = site.ask("GET", "/", "If-None-Match: " + tag + "\r\n");
  CHECK(status_of(same) == 304);
  CHECK(has(same, "\r\nETag: " + tag + "\r\n"));
  CHECK_FALSE(has(same, "Content-Length"));
  CHECK(body(same).empty());
  write_file(site.folder() / "index.html", "<h1>Other</h1>");  // of the same size
  const std::string changed = site.ask("GET", "/", "If-None-Match: " + tag + "\r\n");
  CHECK(status_of(changed) == 200);
  CHECK(has(changed, digest_tag("<h1>Other</h1>")));
}

TEST_CASE("Nothing outside the folder is served, by whatever way") {
  const Site site;
  write_file(site.outside() / "secret.txt", "SECRET");
  std::filesystem::create_symlink("../secret.txt", site.folder() / "link.txt");
  std::filesystem::create_symlink(site.outside() / "secret.txt", site.folder() / "absolute.txt");
  std::filesystem::create_symlink("..", site.folder() / "up");
  std::filesystem::create_symlink("index.html", site.folder() / "inside.html");
  for (const char* target : {"/link.txt", "/absolute.txt", "/up/secret.txt", "/up/", "/../secret.txt",
                             "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//secret.txt"}) {
    CAPTURE(target);
    const std::string answer = site.ask("GET", target);
    CHECK((status_of(answer) == 404 || status_of(answer) == 400));
    CHECK_FALSE(has(answer, "SECRET"));
  }
  CHECK(body(site.ask("GET", "/inside.html")) == "<h1>Front</h1>");
}

TEST_CASE(
    "Of a list of files nothing else is served, nor a file of another size, nor that a folder is there") {
  const testing::TemporaryFolder folder;
  for (const char* path : {"index.html", "vault.key", "tables/a.csv", "tables/rows.csv", "providers/b.csv"}) {
    write_file(folder.path() / path, "12345");
  }
  const SiteFolder site(folder.path(), SiteFiles{{"index.html", 5}, {"tables/a.csv", 5}, {"gone.csv", 5}});
  CHECK(site.open("index.html").found == Found::kFile);
  CHECK(site.open("tables/a.csv").found == Found::kFile);
  CHECK(site.open("tables").found == Found::kFolder);
  CHECK(site.open("").found == Found::kFolder);
  for (const char* path : {"vault.key", "tables/rows.csv", "providers/b.csv", "providers", "gone.csv"}) {
    CAPTURE(path);
    CHECK(site.open(path).found == Found::kNothing);
  }
  write_file(folder.path() / "tables/a.csv", "123456");
  CHECK(site.open("tables/a.csv").found == Found::kNothing);
}

TEST_CASE("What is neither file nor folder is not there, and does not hold the server") {
  const Site site;
  REQUIRE(::mkfifo((site.folder() / "pipe").c_str(), 0600) == 0);
  CHECK(status_of(site.ask("GET", "/pipe")) == 404);
}

TEST_CASE("A refusal explains itself and holds nothing of the request") {
  const Site site;
  const std::string missing = site.ask("GET", "/nothing%3Cscript%3E");
  CHECK(status_of(missing) == 404);
  CHECK(has(missing, "No file of this site has this address."));
  CHECK_FALSE(has(missing, "script"));
  const std::string post = site.ask("POST", "/", "Content-Length: 0\r\n");
  CHECK(status_of(post) == 405);
  CHECK(has(post, "\r\nAllow: GET, HEAD\r\n"));
  CHECK(has(post, "Ask with a method that the field Allow names."));
}

TEST_CASE("A large file is answered whole, in pieces") {
  const Site site;
  std::string large;
  for (int at = 0; large.size() < 9'000'000; ++at) large += std::to_string(at) + ",";
  write_file(site.folder() / "large.parquet", large);
  const std::string answer = site.ask("GET", "/large.parquet");
  CHECK(has(answer, "\r\nContent-Type: application/vnd.apache.parquet\r\n"));
  CHECK(body(answer) == large);
}

TEST_CASE("Requests may follow each other on one connection, also before the answers came") {
  const Site site;
  RawClient client(site.port());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(request + request);
  client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n");
  const std::string all = client.receive_all();
  std::size_t fronts = 0;
  for (std::size_t at = all.find("Front"); at != std::string::npos; at = all.find("Front", at + 1)) ++fronts;
  CHECK(fronts == 2 + 1);  // the page that explains the 404 leads to the "Front page"
  CHECK(has(all, "HTTP/1.1 404"));
}

TEST_CASE("HTTP/1.0 is answered and closed") {
  const Site site;
  RawClient client(site.port());
  client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  CHECK(body(client.receive_all()) == "<h1>Front</h1>");
}

TEST_CASE("Every payload of the corpus gets its verdict, one answer and a closed connection") {
  const auto path = testing::shared_file("bad-input/http-payloads/payloads.jsonl");
  if (!path) return;
  // Where the status is not the 400 of a refusal or the 200 of the good one.
  const std::map<std::string, int> others = {{"chunk size 0x5", 411},
                                             {"chunk size +5", 411},
                                             {"chunk size 5_", 411},
                                             {"chunk LF only", 411},
                                             {"chunk size overflow", 411},
                                             {"chunk bad terminator", 411},
                                             {"HTTP/1.2", 505},
                                             {"headers 9 KiB (limit 8K default)", 431}};
  const Site site;
  std::ifstream file(*path);
  std::string line;
  std::size_t payloads = 0;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    const base::Json payload = base::parse_json(line);
    const std::string name(*payload.find("name")->text());
    CAPTURE(name);
    const auto bytes = base::from_hex(*payload.find("hex")->text());
    REQUIRE(bytes.has_value());
    RawClient client(site.port());
    client.send(base::as_text(*bytes));
    const bool is_good = name == "baseline GET";
    const std::string answer = is_good ? client.receive_until("</h1>") : client.receive_all();
    const auto other = others.find(name);
    CHECK(status_of(answer) == (is_good ? 200 : other != others.end() ? other->second : 400));
    CHECK(client.closed_by_server() != is_good);
    CHECK(answer.rfind("\r\nDate: ") == answer.find("\r\nDate: "));  // one answer
    if (*payload.find("must_reject")->boolean()) CHECK(status_of(answer) >= 400);
    ++payloads;
  }
  CHECK(payloads == 36);
}

TEST_CASE("A client that is silent, or sends a byte now and then, is closed at the deadline") {
  const Site site([](SiteOptions& options) { options.head_deadline = std::chrono::milliseconds(200); });
  RawClient silent(site.port());
  CHECK(silent.receive_all().empty());
  CHECK(silent.closed_by_server());
  RawClient slow(site.port());
  std::atomic<bool> done = false;
  const std::jthread drip([&slow, &done] {
    for (const char c : std::string("GET / HTTP/1.1\r\nX: ") + std::string(1000, 'a')) {
      if (done) return;
      slow.send(std::string(1, c));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  CHECK(slow.receive_all().empty());
  CHECK(slow.closed_by_server());
  done = true;
}

TEST_CASE("A client that takes nothing of its answer is closed at the deadline") {
  const Site site([](SiteOptions& options) { options.write_deadline = std::chrono::milliseconds(200); });
  write_file(site.folder() / "large.bin", std::string(64'000'000, 'x'));
  RawClient client(site.port());
  client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(client.receive_until("\r\n\r\n"), "200 OK"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  CHECK(client.receive_all().size() < 64'000'000);
  CHECK(client.closed_by_server());
}

TEST_CASE("More connections than are allowed wait, and are served when others end") {
  const Site site([](SiteOptions& options) { options.connections_at_most = 2; });
  auto first = std::make_unique<RawClient>(site.port());
  RawClient second(site.port());
  first->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(first->receive_until("</h1>"), "Front"));
  second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(second.receive_until("</h1>"), "Front"));
  RawClient third(site.port());
  CHECK(third.connected());
  third.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(third.stays_silent());
  first.reset();
  CHECK(has(third.receive_all(), "Front"));
}

TEST_CASE("Told to stop, it ends idle connections and lets an answer under way finish") {
  Site site;
  const std::string large(20'000'000, 'x');
  write_file(site.folder() / "large.bin", large);
  RawClient idle(site.port());
  idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(idle.receive_until("</h1>"), "Front"));
  RawClient busy(site.port());
  busy.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(busy.receive_until("\r\n\r\n"), "200 OK"));
  std::jthread stopping([&site] { site.stop(); });
  CHECK(body(busy.receive_all()).size() == large.size());
  stopping.join();
  static_cast<void>(idle.receive_all());
  CHECK(idle.closed_by_server());
  RawClient late(site.port());
  CHECK_FALSE(late.connected());
}

TEST_CASE("A signal stops it where that was asked for") {
  Site site([](SiteOptions& options) { options.signals = Signals::kStop; });
  ::kill(::getpid(), SIGTERM);
  RawClient waiting(site.port());
  static_cast<void>(waiting.receive_all());
  site.stop();
  CHECK_FALSE(RawClient(site.port()).connected());
}

TEST_CASE("A folder that is not there and a port that is taken are errors") {
  const base::FixedClock clock(0);
  const auto code = [&clock](const SiteOptions& options) {
    try {
      serve_site(options, clock, std::stop_token());
      return std::string("none");
    } catch (const base::Error& error) {
      return std::string(error.code().view());
    }
  };
  const Site site;
  CHECK(code({.folder = site.folder() / "missing"}) == "CND-1901");
  CHECK(code({.folder = site.folder() / "index.html"}) == "CND-1901");
  CHECK(code({.folder = site.folder(), .port = site.port()}) == "CND-1902");
}

TEST_CASE("The media type follows the longest ending that is known") {
  CHECK(media_type_of("a.csvw.json") == "application/csvm+json");
  CHECK(media_type_of("release.json") == "application/json");
  CHECK(media_type_of("charts/a.svg") == "image/svg+xml");
  CHECK(media_type_of("release.dsse") == "application/vnd.dsse.envelope.v1+json");
  CHECK(media_type_of("index.html") == "text/html; charset=utf-8");
  CHECK(media_type_of("csv") == "application/octet-stream");
}

}  // namespace
}  // namespace candour::net
