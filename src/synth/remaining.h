// How many of each of many things are left, and a choice among all that are: each of the things left is as
// likely.
#pragma once

#include <cstdint>
#include <vector>

namespace candour::synth {

/// A Fenwick tree of counts: choosing and taking one costs the logarithm of their number.
class Remaining {
 public:
  explicit Remaining(const std::vector<std::uint64_t>& counts) : tree_(counts.size() + 1, 0) {
    for (std::size_t i = 0; i < counts.size(); ++i) change(i, counts[i]);
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }

  /// Takes one, the `chosen`-th (from 0, below total()) in the order of the things, and gives whose it was.
  std::size_t take(std::uint64_t chosen) {
    std::size_t at = 0;
    std::size_t step = 1;
    while (step * 2 < tree_.size()) step *= 2;
    for (; step > 0; step /= 2) {
      if (at + step < tree_.size() && tree_[at + step] <= chosen) {
        at += step;
        chosen -= tree_[at];
      }
    }
    change(at, ~std::uint64_t{0});  // minus one
    return at;
  }

 private:
  void change(std::size_t index, std::uint64_t by) {
    total_ += by;
    for (std::size_t i = index + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += by;
  }

  std::vector<std::uint64_t> tree_;
  std::uint64_t total_ = 0;
};

}  // namespace candour::synth
