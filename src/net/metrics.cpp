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

void write_head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help);
  out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void write_line(std::string& out, std::string_view name, const std::string& labels,
                const std::string& value) {
  out.append(name).append(braced(labels)).append(" ").append(value).append("\n");
}

}  // namespace

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

void Metrics::zero(base::Literal name) {
  const std::lock_guard lock(mutex_);
  for (Family<Gauge>& family : gauges_) {
    if (family.name.view() != name.view()) continue;
    for (Series<Gauge>& one : family.series) one.value.set(0);
  }
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
  return out;
}

}  // namespace candour::net
