// Progress of long work: a bar on a terminal, a line each 10 % elsewhere, nothing where nobody asked. Calls
// may come from several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "candour/base/clock.h"

namespace candour::base {

class Progress {
 public:
  virtual ~Progress() = default;
  /// Begins a stage of `total` steps (0: unknown) counted in `unit` ("rows", "providers", "bytes").
  virtual void begin(std::string_view stage, std::uint64_t total, std::string_view unit) = 0;
  virtual void advance(std::uint64_t steps) = 0;
  virtual void end() = 0;
};

/// Shows nothing.
class SilentProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void end() override {}
};

enum class ProgressStyle { kBar, kLines };

/// Shows progress through `put`, which takes pieces of text and is called by one thread at a time. `clock`
/// must outlive it; it paces the bar and gives the rate.
[[nodiscard]] std::unique_ptr<Progress> make_progress_on(std::function<void(std::string_view)> put,
                                                         ProgressStyle style, const Clock& clock);

/// On standard error: a bar where it is a terminal, lines otherwise.
[[nodiscard]] std::unique_ptr<Progress> make_progress();

}  // namespace candour::base
