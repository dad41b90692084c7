// What a node counts of itself, in Prometheus' text format (version 0.0.4, "Exposition formats" of its
// documentation), for /metrics on the admin listener.
//
// No personal value can enter: names and helps are literals, labels' values are Labels, which come from
// declarations and never from a row, and the number of series is bounded. The format is a page of text; the
// library of Debian 12 that writes it, prometheus-cpp-dev, cannot be installed without a web server of its
// own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"

namespace candour::net {

/// One label of a series.
struct MetricLabel {
  base::Literal name;
  base::Label value;
};
using MetricLabels = std::initializer_list<MetricLabel>;

/// Only grows.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

/// The metrics of a process. A series is made when it is first asked for and lives as long as this. A name
/// has its unit last ("process_start_time_seconds"), a counter's ends with "_total". Any thread may
/// call anything.
class Metrics {
 public:
  Counter& counter(base::Literal name, base::Literal help, MetricLabels labels = {});
  Gauge& gauge(base::Literal name, base::Literal help, MetricLabels labels = {});
  /// Sets every series of a family of gauges to 0: for what is then set anew, of which some may be gone.
  void zero(base::Literal name);

  /// All of it, families in the order in which they were first asked for. Content type: kMetricsType.
  [[nodiscard]] std::string text() const;

  /// A family has at most so many series; what is beyond shares one whose labels all say "other".
  static constexpr std::size_t kSeriesAtMost = 1000;

 private:
  template <typename Value>
  struct Series {
    std::string labels;  // as written: a="x",b="y"
    Value value;
  };
  template <typename Value>
  struct Family {
    base::Literal name;
    base::Literal help;
    std::deque<Series<Value>> series;  // which never moves one
  };
  template <typename Value>
  using Families = std::deque<Family<Value>>;
  template <typename Value>
  Value& find_or_make(Families<Value>& families, base::Literal name, base::Literal help, MetricLabels labels);

  mutable std::mutex mutex_;
  Families<Counter> counters_;
  Families<Gauge> gauges_;
};

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace candour::net
