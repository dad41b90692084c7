#include "candour/base/progress.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace candour::base {
namespace {

class HandClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return 0; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return now_ns; }
  std::int64_t now_ns = 0;
};

struct Shown {
  explicit Shown(ProgressStyle style)
      : progress(make_progress_on([this](std::string_view piece) { text += piece; }, style, clock)) {}
  HandClock clock;
  std::string text;
  std::unique_ptr<Progress> progress;
};

TEST_CASE("without a terminal there is one line each 10 % of a stage, and one at its end") {
  Shown shown(ProgressStyle::kLines);
  shown.progress->begin("load", 2000, "rows");
  for (int i = 0; i < 200; ++i) shown.progress->advance(10);
  shown.clock.now_ns = 2'000'000'000;
  shown.progress->end();
  std::string expected;
  for (int tenth = 1; tenth <= 9; ++tenth) {
    const std::string done = tenth >= 5
                                 ? std::to_string(tenth / 5) + "," + std::to_string(tenth % 5 * 2) + "00"
                                 : std::to_string(tenth * 200);
    expected += "load: " + std::to_string(10 * tenth) + " % (" + done + " of 2,000 rows)\n";
  }
  CHECK(shown.text == expected + "load: 2,000 rows, 1,000 rows/s\n");
}

TEST_CASE("a stage of unknown length tells its end only, and one step over many tenths tells one line") {
  Shown unknown(ProgressStyle::kLines);
  unknown.progress->begin("read", 0, "bytes");
  unknown.progress->advance(1'234'567);
  unknown.progress->end();
  CHECK(unknown.text == "read: 1,234,567 bytes\n");
  Shown leap(ProgressStyle::kLines);
  leap.progress->begin("read", 10, "files");
  leap.progress->advance(7);
  CHECK(leap.text == "read: 70 % (7 of 10 files)\n");
}

TEST_CASE("on a terminal the bar is drawn ten times a second at most and gives a rate") {
  Shown shown(ProgressStyle::kBar);
  shown.progress->begin("load", 100, "rows");
  const std::string empty_bar = "\r\x1b[Kload [" + std::string(30, ' ') + "] 0 %";
  CHECK(shown.text == empty_bar);
  shown.progress->advance(10);
  CHECK(shown.text == empty_bar);
  shown.clock.now_ns = 500'000'000;
  shown.progress->advance(40);
  const std::string half_bar =
      "\r\x1b[Kload [" + std::string(15, '#') + std::string(15, ' ') + "] 50 %, 100 rows/s";
  CHECK(shown.text == empty_bar + half_bar);
  shown.progress->end();
  CHECK(shown.text == empty_bar + half_bar + "\r\x1b[Kload: 50 rows, 100 rows/s\n");
}

TEST_CASE("threads may advance one stage together and no step is lost") {
  Shown shown(ProgressStyle::kLines);
  shown.progress->begin("hash", 0, "files");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int step = 0; step < 2500; ++step) shown.progress->advance(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  shown.progress->end();
  CHECK(shown.text == "hash: 10,000 files\n");
}

}  // namespace
}  // namespace candour::base
