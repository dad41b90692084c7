#include "candour/base/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <string>

namespace candour::base {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kRedrawNs = kSecondNs / 10;
constexpr std::size_t kBarCells = 30;

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

class ShownProgress final : public Progress {
 public:
  ShownProgress(std::function<void(std::string_view)> put, ProgressStyle style, const Clock& clock)
      : put_(std::move(put)), style_(style), clock_(clock) {}

  void begin(std::string_view stage, std::uint64_t total, std::string_view unit) override {
    const std::lock_guard guard(mutex_);
    stage_ = stage;
    unit_ = unit;
    total_ = total;
    done_ = 0;
    shown_tenths_ = 0;
    began_ns_ = clock_.monotonic_ns();
    drawn_ns_ = began_ns_;
    if (style_ == ProgressStyle::kBar) draw_bar();
  }

  void advance(std::uint64_t steps) override {
    const std::lock_guard guard(mutex_);
    done_ += steps;
    if (style_ == ProgressStyle::kBar) {
      if (clock_.monotonic_ns() - drawn_ns_ >= kRedrawNs) draw_bar();
    } else {
      put_new_tenth();
    }
  }

  void end() override {
    const std::lock_guard guard(mutex_);
    const std::string summary = stage_ + ": " + with_commas(done_) + " " + unit_ + rate() + "\n";
    put_(style_ == ProgressStyle::kBar ? "\r\x1b[K" + summary : summary);
  }

 private:
  [[nodiscard]] std::string rate() const {
    const std::int64_t elapsed_ns = clock_.monotonic_ns() - began_ns_;
    // A rate of the first moments says nothing.
    if (elapsed_ns < kRedrawNs) return "";
    const double a_second = static_cast<double>(done_) * kSecondNs / static_cast<double>(elapsed_ns);
    return ", " + with_commas(static_cast<std::uint64_t>(a_second)) + " " + unit_ + "/s";
  }

  [[nodiscard]] std::uint64_t tenths() const {
    return total_ == 0 ? 0 : static_cast<std::uint64_t>(10 * share());
  }
  [[nodiscard]] double share() const {
    return std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  }

  void draw_bar() {
    drawn_ns_ = clock_.monotonic_ns();
    std::string line = "\r\x1b[K" + stage_ + " ";
    if (total_ > 0) {
      const auto full = static_cast<std::size_t>(share() * kBarCells);
      line += "[" + std::string(full, '#') + std::string(kBarCells - full, ' ') + "] " +
              std::to_string(static_cast<int>(100 * share())) + " %";
    } else {
      line += with_commas(done_) + " " + unit_;
    }
    put_(line + rate());
  }

  // The last tenth is told by end(), or a log would have it twice.
  void put_new_tenth() {
    const std::uint64_t reached = std::min<std::uint64_t>(tenths(), 9);
    if (reached <= shown_tenths_) return;
    shown_tenths_ = reached;
    put_(stage_ + ": " + std::to_string(10 * reached) + " % (" + with_commas(done_) + " of " +
         with_commas(total_) + " " + unit_ + ")\n");
  }

  std::function<void(std::string_view)> put_;
  ProgressStyle style_;
  const Clock& clock_;
  std::mutex mutex_;
  std::string stage_;
  std::string unit_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t shown_tenths_ = 0;
  std::int64_t began_ns_ = 0;
  std::int64_t drawn_ns_ = 0;
};

}  // namespace

std::unique_ptr<Progress> make_progress_on(std::function<void(std::string_view)> put, ProgressStyle style,
                                           const Clock& clock) {
  return std::make_unique<ShownProgress>(std::move(put), style, clock);
}

std::unique_ptr<Progress> make_progress() {
  static const SystemClock kClock;
  const auto put = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  };
  return make_progress_on(put, ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::kBar : ProgressStyle::kLines,
                          kClock);
}

}  // namespace candour::base
