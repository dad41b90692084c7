#include "candour/cli/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "candour/base/error.h"

namespace candour::cli {
namespace {

[[noreturn]] void fail(int number) {
  throw base::Error("CND-1806", "A process of the demo cannot be started.").with("errno", number);
}

// In the child, after fork: only what may be called there.
[[noreturn]] void become(const char* const* arguments, const char* log) {
  const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (out < 0 || in < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) ::_exit(127);
  ::execv("/proc/self/exe", const_cast<char* const*>(arguments));
  ::_exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
  std::vector<const char*> pointers{"candour"};
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  pointers.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) fail(errno);
  if (pid_ == 0) become(pointers.data(), log.c_str());
}

Child::~Child() {
  if (pid_ > 0 && !waited_) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), waited_(other.waited_), end_(other.end_) {}

void Child::keep_end(int status, const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  end_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  end_.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  end_.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  waited_ = true;
}

bool Child::ended() {
  if (waited_) return true;
  int status = 0;
  rusage usage{};
  if (::wait4(pid_, &status, WNOHANG, &usage) != pid_) return false;
  keep_end(status, usage);
  return true;
}

void Child::stop() {
  if (!ended()) ::kill(pid_, SIGTERM);
}

ChildEnd Child::wait() {
  while (!waited_) {
    int status = 0;
    rusage usage{};
    const pid_t got = ::wait4(pid_, &status, 0, &usage);
    if (got == pid_)
      keep_end(status, usage);
    else if (errno != EINTR)
      fail(errno);
  }
  return end_;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) fail(errno);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  const int number = errno;
  ::close(socket);
  if (!bound) fail(number);
  return ntohs(address.sin_port);
}

}  // namespace candour::cli
