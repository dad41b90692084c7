#include "candour/base/simulated_storage.h"

#include <algorithm>

namespace candour::base {
namespace {

constexpr std::uint64_t kSectorBytes = 512;  // what a drive writes whole or not at all

}  // namespace

std::size_t SimulatedFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= current_.size()) return 0;
  const std::size_t take = std::min<std::uint64_t>(out.size(), current_.size() - offset);
  std::copy_n(current_.begin() + static_cast<std::ptrdiff_t>(offset), take, out.begin());
  return take;
}

void SimulatedFile::apply(Bytes& content, const Change& change) {
  if (change.truncated_to) {
    content.resize(*change.truncated_to);
    return;
  }
  const std::uint64_t end = change.offset + change.bytes.size();
  if (content.size() < end) content.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(),
            content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

void SimulatedFile::write_at(std::uint64_t offset, ByteView bytes) {
  if (bytes.empty()) return;
  pending_.push_back({offset, Bytes(bytes.begin(), bytes.end()), std::nullopt});
  apply(current_, pending_.back());
}

void SimulatedFile::truncate(std::uint64_t size_bytes) {
  pending_.push_back({0, {}, size_bytes});
  apply(current_, pending_.back());
}

void SimulatedFile::sync() {
  // Not durable_ = current_: what a failed sync dropped stays dropped.
  for (const Change& change : pending_) apply(durable_, change);
  pending_.clear();
}

void SimulatedFile::apply_torn(const Change& change, Survival& survival) {
  if (change.truncated_to) {
    if (survival.survives()) apply(durable_, change);
    return;
  }
  std::uint64_t at = change.offset;
  const std::uint64_t end = change.offset + change.bytes.size();
  while (at < end) {
    const std::uint64_t sector_end = std::min(end, (at / kSectorBytes + 1) * kSectorBytes);
    if (survival.survives()) {
      const auto begin = change.bytes.begin() + static_cast<std::ptrdiff_t>(at - change.offset);
      apply(durable_, {at, Bytes(begin, begin + static_cast<std::ptrdiff_t>(sector_end - at)), std::nullopt});
    }
    at = sector_end;
  }
}

void SimulatedFile::crash(Survival& survival) {
  const std::uint64_t size_before = durable_.size();
  std::uint64_t largest = size_before;
  for (const Change& change : pending_) {
    largest = std::max(largest, change.truncated_to.value_or(change.offset + change.bytes.size()));
    apply_torn(change, survival);
  }
  pending_.clear();
  // The size is kept apart from the content: it may have grown to a place where the content never came, and
  // what stands there is then zeros or what another file left.
  if (largest > durable_.size() && survival.random().below(4) == 0) {
    const std::uint64_t from = durable_.size();
    durable_.resize(from + 1 + survival.random().below(largest - from));
    if (survival.random().below(2) == 0) survival.random().fill(std::span(durable_).subspan(from));
  }
  current_ = durable_;
}

void SimulatedFolder::apply(Entries& entries, const Change& change) {
  if (change.second) {
    entries.insert_or_assign(change.first, *change.second);
  } else {
    entries.erase(change.first);
  }
}

void SimulatedFolder::put(const std::string& name, Entry entry) {
  pending_.emplace_back(name, std::move(entry));
  apply(current_, pending_.back());
}

void SimulatedFolder::erase(const std::string& name) {
  pending_.emplace_back(name, std::nullopt);
  apply(current_, pending_.back());
}

void SimulatedFolder::sync() {
  for (const Change& change : pending_) apply(durable_, change);
  pending_.clear();
}

void SimulatedFolder::crash(Survival& survival) {
  for (const Change& change : pending_) {
    if (survival.survives()) apply(durable_, change);
  }
  pending_.clear();
  current_ = durable_;
}

}  // namespace candour::base
