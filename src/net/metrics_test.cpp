#include "candour/net/metrics.h"

#include <doctest/doctest.h>

#include <thread>

namespace candour::net {
namespace {

TEST_CASE("Counters and gauges are written with help, type and labels") {
  Metrics metrics;
  metrics.counter("candour_requests_total", "Requests answered.", {{"route", base::Label("batches/{}")}})
      .add(3);
  metrics.counter("candour_requests_total", "Requests answered.", {{"route", base::Label("health")}}).add();
  metrics.gauge("candour_outbox_packages", "Packages that wait.").set(-2);
  CHECK(metrics.text() ==
        "# HELP candour_requests_total Requests answered.\n"
        "# TYPE candour_requests_total counter\n"
        "candour_requests_total{route=\"batches/{}\"} 3\n"
        "candour_requests_total{route=\"health\"} 1\n"
        "# HELP candour_outbox_packages Packages that wait.\n"
        "# TYPE candour_outbox_packages gauge\n"
        "candour_outbox_packages -2\n");
}

TEST_CASE("A series is one, however often it is asked for") {
  Metrics metrics;
  Counter& first = metrics.counter("a_total", "A.", {{"b", base::Label("c")}});
  for (int at = 0; at < 100; ++at) metrics.counter("b_total", "B.", {{"n", base::Label(std::to_string(at))}});
  CHECK(&metrics.counter("a_total", "A.", {{"b", base::Label("c")}}) == &first);
}

TEST_CASE("A family of gauges is set to nothing at once, and no other") {
  Metrics metrics;
  metrics.gauge("a", "A.", {{"n", base::Label("1")}}).set(5);
  metrics.gauge("a", "A.", {{"n", base::Label("2")}}).set(6);
  metrics.gauge("b", "B.").set(7);
  metrics.zero("a");
  metrics.gauge("a", "A.", {{"n", base::Label("2")}}).set(8);
  const std::string text = metrics.text();
  for (const char* line : {"a{n=\"1\"} 0\n", "a{n=\"2\"} 8\n", "b 7\n"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("A label's value cannot end its line or its quotation marks") {
  Metrics metrics;
  metrics.counter("a_total", "A.", {{"b", base::Label("x\"y\\z\nw")}}).add();
  CHECK(metrics.text().find("a_total{b=\"x\\\"y\\\\z\\nw\"} 1\n") != std::string::npos);
}

TEST_CASE("A family with too many series counts the rest together") {
  Metrics metrics;
  for (std::size_t at = 0; at < Metrics::kSeriesAtMost + 50; ++at) {
    metrics.counter("a_total", "A.", {{"n", base::Label(std::to_string(at))}}).add();
  }
  const std::string text = metrics.text();
  CHECK(text.find("a_total{n=\"999\"} 1\n") != std::string::npos);
  CHECK(text.find("a_total{n=\"1000\"}") == std::string::npos);
  CHECK(text.find("a_total{n=\"other\"} 50\n") != std::string::npos);
}

TEST_CASE("Threads may count and read at once, and nothing is lost") {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&metrics] {
        for (int at = 0; at < 1000; ++at) {
          metrics.counter("a_total", "A.").add();
          metrics.gauge("g", "G.").add(1);
          if (at % 100 == 0) static_cast<void>(metrics.text());
        }
      });
    }
  }
  CHECK(metrics.counter("a_total", "A.").value() == 4000);
  CHECK(metrics.gauge("g", "G.").value() == 4000);
}

}  // namespace
}  // namespace candour::net
