#include "candour/base/sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "candour/base/sandbox_parts.h"

namespace candour::base {
namespace {

void check_key_file(const std::filesystem::path& path) {
  struct stat found = {};
  if (::stat(path.c_str(), &found) != 0) throw Error("CND-1002", "A key file is missing.").with("path", path);
  const bool is_ours = found.st_uid == ::geteuid() || found.st_uid == 0;
  if (!S_ISREG(found.st_mode) || (found.st_mode & (S_IRWXG | S_IRWXO)) != 0 || !is_ours) {
    throw Error("CND-1012", "A key file can be read by others than its owner.").with("path", path);
  }
}

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

void refuse_unsafe_start(const StartRules& rules) {
  if (rules.root == Root::kRefused && ::geteuid() == 0) {
    throw Error("CND-2430", "This does not run as root.");
  }
  const rlimit no_core = {.rlim_cur = 0, .rlim_max = 0};
  rlimit now = {.rlim_cur = 1, .rlim_max = 1};
  const bool is_off = ::setrlimit(RLIMIT_CORE, &no_core) == 0 && ::getrlimit(RLIMIT_CORE, &now) == 0 &&
                      now.rlim_max == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                      ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  if (!is_off) {
    throw Error("CND-2431", "Core dumps cannot be turned off.").with("system_error", errno);
  }
  for (const std::filesystem::path& path : rules.key_files) check_key_file(path);
}

std::vector<Literal> confine(const Confinement& confinement) {
  std::vector<Literal> warnings;
  // /proc may be closed to a process that cannot be looked into; then the caller's word stands.
  std::error_code unreadable;
  if (std::filesystem::exists("/proc/self/task", unreadable) && threads_of_this_process() != 1) {
    throw Error("CND-2432", "A process is confined before it starts threads.");
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    throw Error("CND-2433", "The kernel refused to confine this process.").with("system_error", errno);
  }
  confine_files(confinement, warnings);
  confine_system_calls(confinement.tcp, warnings);
  return warnings;
}

}  // namespace candour::base
