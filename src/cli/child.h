// Other processes of this program, for the demo: each node is one, as in earnest.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

struct rusage;

namespace candour::cli {

/// How a process ended, and what it took.
struct ChildEnd {
  int exit_code = 0;  ///< 128 + signal where one ended it
  double cpu_seconds = 0;
  std::uint64_t peak_bytes = 0;
};

class Child {
 public:
  /// Starts this program with other arguments; what it writes goes to the end of `log`. Errors: CND-1806.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& log);
  /// Kills it where it still runs.
  ~Child();
  Child(Child&&) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;

  /// Whether it has ended; then wait() does not block.
  [[nodiscard]] bool ended();
  /// Asks it to stop (SIGTERM).
  void stop();
  /// Waits until it ends. May be called again.
  ChildEnd wait();

 private:
  void keep_end(int status, const ::rusage& usage);
  pid_t pid_ = -1;
  bool waited_ = false;
  ChildEnd end_;
};

/// A TCP port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] std::uint16_t free_port();

}  // namespace candour::cli
