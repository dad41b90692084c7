// Something that changes the whole process, tried in a child of it.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace candour::testing {

/// What a child gives that threw.
inline constexpr int kThrew = 99;

/// What `work` gives, from 0 to 98, run in a child process that ends right after it.
inline int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int result = kThrew;
    try {
      result = work();
    } catch (...) {  // the exit code says so
    }
    ::_exit(result);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace candour::testing
