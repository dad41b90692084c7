#include "candour/net/metrics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace candour::net {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

enum class Values { kAsGiven, kOther };
std::string written(MetricLabels labels, Values values) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ',';
    text += name.view();
    text += "=\"" + (values == Values::kOther ? "other" : escaped(value.text())) + "\"";
  }
  return text;
}

std::string braced(const std::string& labels) { return labels.empty() ? "" : "{" + labels + "}"; }

// Seconds without a locale: "0.005", "300".
std::string seconds(std::uint64_t nanoseconds) {
  std::array<char, 40> text = {};
  const int size = std::snprintf(text.data(), text.size(), "%llu.%09llu",
                                 static_cast<unsigned long long>(nanoseconds / 1'000'000'000),
                                 static_cast<unsigned long long>(nanoseconds % 1'000'000'000));
  std::string_view out(text.data(), static_cast<std::size_t>(size));
  while (out.ends_with('0')) out.remove_suffix(1);
  if (out.ends_with('.')) out.remove_suffix(1);
  return std::string(out);
}

void write_head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help);
  out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void write_line(std::string& out, std::string_view name, const std::string& labels,
                const std::string& value) {
  out.append(name).append(braced(labels)).append(" ").append(value).append("\n");
}

}  // namespace

void DurationHistogram::observe_ns(std::int64_t duration_ns) {
  const std::uint64_t duration = duration_ns < 0 ? 0 : static_cast<std::uint64_t>(duration_ns);
  for (std::size_t at = 0; at < std::size(kBoundsMs); ++at) {
    if (duration > static_cast<std::uint64_t>(kBoundsMs[at]) * 1'000'000) continue;
    buckets_[at].fetch_add(1, std::memory_order_relaxed);
    break;
  }
  count_.fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(duration, std::memory_order_relaxed);
}

template <typename Value>
Value& Metrics::find_or_make(Families<Value>& families, base::Literal name, base::Literal help,
                             MetricLabels labels) {
  const std::lock_guard lock(mutex_);
  Family<Value>* family = nullptr;
  for (Family<Value>& one : families) {
    if (one.name.view() == name.view()) family = &one;
  }
  if (family == nullptr) family = &families.emplace_back(Family<Value>{name, help, {}});
  std::string text = written(labels, Values::kAsGiven);
  for (int attempt = 0;; ++attempt) {
    for (Series<Value>& series : family->series) {
      if (series.labels == text) return series.value;
    }
    if (family->series.size() < kSeriesAtMost || attempt > 0) break;
    text = written(labels, Values::kOther);
  }
  Series<Value>& made = family->series.emplace_back();
  made.labels = std::move(text);
  return made.value;
}

Counter& Metrics::counter(base::Literal name, base::Literal help, MetricLabels labels) {
  return find_or_make(counters_, name, help, labels);
}

Gauge& Metrics::gauge(base::Literal name, base::Literal help, MetricLabels labels) {
  return find_or_make(gauges_, name, help, labels);
}

DurationHistogram& Metrics::histogram(base::Literal name, base::Literal help, MetricLabels labels) {
  return find_or_make(histograms_, name, help, labels);
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const Family<Counter>& family : counters_) {
    write_head(out, family.name.view(), family.help.view(), "counter");
    for (const auto& one : family.series) {
      write_line(out, family.name.view(), one.labels, std::to_string(one.value.value()));
    }
  }
  for (const Family<Gauge>& family : gauges_) {
    write_head(out, family.name.view(), family.help.view(), "gauge");
    for (const auto& one : family.series) {
      write_line(out, family.name.view(), one.labels, std::to_string(one.value.value()));
    }
  }
  for (const Family<DurationHistogram>& family : histograms_) {
    const std::string name(family.name.view());
    write_head(out, name, family.help.view(), "histogram");
    for (const auto& one : family.series) {
      const std::string before = one.labels.empty() ? "" : one.labels + ",";
      std::uint64_t below = 0;  // buckets are written added up
      for (std::size_t at = 0; at < std::size(DurationHistogram::kBoundsMs); ++at) {
        below += one.value.buckets_[at].load(std::memory_order_relaxed);
        const auto bound = static_cast<std::uint64_t>(DurationHistogram::kBoundsMs[at]) * 1'000'000;
        write_line(out, name + "_bucket", before + "le=\"" + seconds(bound) + "\"", std::to_string(below));
      }
      // Read after the buckets and never less than their sum, also while another thread counts.
      const std::uint64_t count = std::max(below, one.value.count_.load(std::memory_order_relaxed));
      write_line(out, name + "_bucket", before + "le=\"+Inf\"", std::to_string(count));
      write_line(out, name + "_sum", one.labels, seconds(one.value.sum_ns_.load(std::memory_order_relaxed)));
      write_line(out, name + "_count", one.labels, std::to_string(count));
    }
  }
  return out;
}

}  // namespace candour::net
