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

TEST_CASE("A histogram adds up its buckets") {
  Metrics metrics;
  DurationHistogram& histogram = metrics.histogram("d_seconds", "D.", {{"route", base::Label("x")}});
  for (const std::int64_t ns : {0LL, 1'000'000LL, 1'000'001LL, 2'000'000'000LL, 400'000'000'000LL}) {
    histogram.observe_ns(ns);
  }
  const std::string text = metrics.text();
  for (const char* line :
       {"d_seconds_bucket{route=\"x\",le=\"0.001\"} 2\n", "d_seconds_bucket{route=\"x\",le=\"0.005\"} 3\n",
        "d_seconds_bucket{route=\"x\",le=\"2.5\"} 4\n", "d_seconds_bucket{route=\"x\",le=\"300\"} 4\n",
        "d_seconds_bucket{route=\"x\",le=\"+Inf\"} 5\n", "d_seconds_sum{route=\"x\"} 402.002000001\n",
        "d_seconds_count{route=\"x\"} 5\n"}) {
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
          metrics.histogram("h_seconds", "H.").observe_ns(at);
          if (at % 100 == 0) static_cast<void>(metrics.text());
        }
      });
    }
  }
  CHECK(metrics.counter("a_total", "A.").value() == 4000);
  CHECK(metrics.text().find("h_seconds_count 4000\n") != std::string::npos);
}

}  // namespace
}  // namespace candour::net
