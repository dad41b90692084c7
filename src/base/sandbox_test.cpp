// Each probe runs in a child process, once as it is and once confined: what is denied worked before.
#include "candour/base/sandbox.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <functional>
#include <thread>

#include "candour/testing/child.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::base {
namespace {

using testing::code_of;
using testing::in_child;
using testing::kThrew;
using Probe = std::function<int()>;  // 0, or the errno that it failed with

int as_is(const Probe& probe) { return in_child(probe); }

int errno_of(long result) { return result < 0 ? errno : 0; }

Probe opening(const std::filesystem::path& path, int flags) {
  return [path, flags] { return errno_of(::open(path.c_str(), flags | O_CLOEXEC, 0600)); };
}

// A folder with three: one to write, one to read, one that is nobody's.
struct Folders {
  Folders() {
    for (const char* name : {"write", "read", "other"}) {
      std::filesystem::create_directories(root.path() / name);
      std::ofstream(root.path() / name / "file") << "x";
    }
  }
  [[nodiscard]] std::filesystem::path at(const char* name) const { return root.path() / name; }
  [[nodiscard]] int confined(const Probe& probe, Tcp tcp = Tcp::kAcceptOnly) const {
    return in_child([&] {
      const auto warnings = confine({.read_write = {at("write")}, .read_only = {at("read")}, .tcp = tcp});
      return warnings.empty() ? probe() : kThrew;  // this kernel cannot do all of it
    });
  }
  testing::TemporaryFolder root;
};

/// Whether this kernel can do all of it; says so where it cannot.
bool can_confine() {
  const Folders folders;
  const bool can = folders.confined([] { return 0; }) == 0;
  if (!can) MESSAGE("skipped: this kernel's Landlock or seccomp cannot do all that is tested");
  return can;
}

#ifndef __SANITIZE_THREAD__  // whose own thread runs from the beginning

TEST_CASE("A confined process writes in its folders, reads in others, and reaches nothing else") {
  if (!can_confine()) return;
  const Folders folders;
  struct Case {
    const char* what;
    Probe probe;
    int confined;
  };
  const Case cases[] = {
      {"read, to write", opening(folders.at("write") / "file", O_RDWR), 0},
      {"new, to write", opening(folders.at("write") / "new", O_RDWR | O_CREAT | O_EXCL), 0},
      {"cut, to write", opening(folders.at("write") / "file", O_WRONLY | O_TRUNC), 0},
      {"link, to write",
       [&] {
         return errno_of(
             ::link((folders.at("write") / "file").c_str(), (folders.at("write") / "two").c_str()));
       },
       0},
      {"read, to read", opening(folders.at("read") / "file", O_RDONLY), 0},
      {"write, to read", opening(folders.at("read") / "file", O_WRONLY), EACCES},
      {"new, to read", opening(folders.at("read") / "new", O_WRONLY | O_CREAT), EACCES},
      {"remove, to read", [&] { return errno_of(::unlink((folders.at("read") / "gone").c_str())); }, EACCES},
      {"read, other", opening(folders.at("other") / "file", O_RDONLY), EACCES},
      {"list, other", opening(folders.at("other"), O_RDONLY | O_DIRECTORY), EACCES},
      {"up and over", opening(folders.at("write") / "../other/file", O_RDONLY), EACCES},
      {"/etc/passwd", opening("/etc/passwd", O_RDONLY), EACCES},
      {"pipe, to write", [&] { return errno_of(::mkfifo((folders.at("write") / "pipe").c_str(), 0600)); },
       EACCES},
      {"link out of, to write",
       [&] { return errno_of(::symlink("/etc/passwd", (folders.at("write") / "out").c_str())); }, EACCES},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    std::ofstream(folders.at("read") / "gone") << "x";
    CHECK(as_is(one.probe) == 0);
    std::ofstream(folders.at("read") / "gone") << "x";
    for (const char* made : {"write/new", "write/two", "write/pipe", "write/out", "read/new"}) {
      std::filesystem::remove(folders.root.path() / made);
    }
    CHECK(folders.confined(one.probe) == one.confined);
    for (const char* made : {"write/new", "write/two", "write/pipe", "write/out"}) {
      std::filesystem::remove(folders.root.path() / made);
    }
  }
}

TEST_CASE("A confined process starts no program, reads no other, and has no new namespaces") {
  if (!can_confine()) return;
  const Folders folders;
  const Probe cases[] = {
      [] {
        char name[] = "true";
        char* arguments[] = {name, nullptr};
        char* environment[] = {nullptr};
        return errno_of(::execve("/bin/true", arguments, environment));
      },
      [] { return errno_of(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); },
      [] {
        char from[4] = {};
        char to[4] = {};
        const iovec remote = {.iov_base = from, .iov_len = 4};
        const iovec local = {.iov_base = to, .iov_len = 4};
        return errno_of(::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0));
      },
      [] { return errno_of(::unshare(CLONE_FILES)); },
      [] { return errno_of(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); },
      [] { return errno_of(::syscall(SYS_pidfd_open, ::getpid(), 0)); },
  };
  for (std::size_t at = 0; at < std::size(cases); ++at) {
    CAPTURE(at);
    CHECK(as_is(cases[at]) == 0);
    CHECK(folders.confined(cases[at]) == EPERM);
  }
}

TEST_CASE("System calls that a node never needs are denied before the kernel looks at them") {
  if (!can_confine()) return;
  const Folders folders;
  // Without arguments each would fail by itself, but not all with EPERM; those that are not of the list do.
  for (const long number : {SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_chroot,
                            SYS_setns,
                            SYS_open_by_handle_at,
                            SYS_bpf,
                            SYS_init_module,
                            SYS_finit_module,
                            SYS_delete_module,
                            SYS_kexec_load,
                            SYS_keyctl,
                            SYS_add_key,
                            SYS_request_key,
                            SYS_perf_event_open,
                            SYS_userfaultfd,
                            SYS_io_uring_setup,
                            SYS_fanotify_init,
                            SYS_clock_settime,
                            SYS_settimeofday,
                            SYS_execveat,
                            SYS_process_vm_writev,
                            SYS_fsopen,
                            SYS_move_mount}) {
    CAPTURE(number);
    CHECK(folders.confined([number] { return errno_of(::syscall(number, 0, 0, 0, 0, 0, 0)); }) == EPERM);
  }
  CHECK(folders.confined([] { return errno_of(::syscall(SYS_getpid)); }) == 0);
  CHECK(folders.confined([] { return errno_of(::syscall(SYS_dup, -1)); }) == EBADF);
}

Probe connecting(int family) {
  return [family] { return errno_of(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)); };
}

TEST_CASE("A confined process opens no listener, and connects only where it may") {
  if (!can_confine()) return;
  const Folders folders;
  CHECK(as_is(connecting(AF_INET)) == 0);
  CHECK(folders.confined(connecting(AF_INET)) == EPERM);
  CHECK(folders.confined(connecting(AF_INET), Tcp::kConnect) == 0);
  CHECK(folders.confined(connecting(AF_PACKET), Tcp::kConnect) == EPERM);
  // The system's master and a container's listen on local sockets, which Landlock does not see.
  CHECK(as_is(connecting(AF_UNIX)) == 0);
  CHECK(folders.confined(connecting(AF_UNIX)) == EPERM);
  CHECK(folders.confined(connecting(AF_UNIX), Tcp::kConnect) == EPERM);
  const Probe binding = [] {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return errno_of(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
  };
  CHECK(as_is(binding) == 0);
  CHECK(folders.confined(binding, Tcp::kConnect) == EACCES);
  // Without an address of its own a socket gets one when it listens.
  const Probe listening = [] {
    return errno_of(::listen(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 1));
  };
  CHECK(as_is(listening) == 0);
  CHECK(folders.confined(listening, Tcp::kConnect) == EPERM);
}

TEST_CASE("What holds for the process holds for its threads, which start and work as before") {
  if (!can_confine()) return;
  const Folders folders;
  CHECK(folders.confined([&folders] {
    int result = 0;
    std::thread([&] { result = opening(folders.at("other") / "file", O_RDONLY)(); }).join();
    return result;
  }) == EACCES);
  CHECK(folders.confined([&folders] {
    int result = kThrew;
    std::thread([&] { result = opening(folders.at("write") / "file", O_RDWR)(); }).join();
    return result;
  }) == 0);
}

TEST_CASE("A process with threads is not confined, because they would not be") {
  if (!can_confine()) return;
  const Folders folders;
  CHECK(as_is([&folders] {
          std::atomic<bool> done = false;
          std::thread other([&done] {
            while (!done) std::this_thread::yield();
          });
          const std::string code =
              code_of([&] { static_cast<void>(confine({.read_write = {folders.at("write")}})); });
          done = true;
          other.join();
          return code == "CND-2432" ? 0 : 1;
        }) == 0);
}

TEST_CASE("A folder to write that is missing is an error, and one to read is left out") {
  if (!can_confine()) return;
  const Folders folders;
  CHECK(as_is([&folders] {
          return code_of([&] { static_cast<void>(confine({.read_write = {folders.at("none")}})); }) ==
                         "CND-1002"
                     ? 0
                     : 1;
        }) == 0);
  CHECK(as_is([&folders] {
          return code_of([&] { static_cast<void>(confine({.read_only = {folders.at("none")}})); }) == "none"
                     ? 0
                     : 1;
        }) == 0);
}

#endif

int code_at_start(const StartRules& rules) {
  const std::string code = code_of([&] { refuse_unsafe_start(rules); });
  return code == "none" ? 0 : std::stoi(code.substr(6));
}

TEST_CASE("Root is refused unless it is allowed") {
  const bool is_root = ::geteuid() == 0;
  CHECK(as_is([] { return code_at_start({}); }) == (is_root ? 30 : 0));
  CHECK(as_is([] { return code_at_start({.root = Root::kAllowed}); }) == 0);
}

TEST_CASE("After the start there are no core dumps, and nobody looks in") {
  CHECK(as_is([] { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1; }) == 1);
  CHECK(as_is([] {
          refuse_unsafe_start({.root = Root::kAllowed});
          rlimit limit = {};
          ::getrlimit(RLIMIT_CORE, &limit);
          if (limit.rlim_cur != 0 || limit.rlim_max != 0) return 2;
          return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1;
        }) == 0);
}

TEST_CASE("A key file is there, is a file, and is its owner's alone") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path key = folder.path() / "key";
  std::ofstream(key) << "x";
  const auto with = [&key](mode_t mode) {
    ::chmod(key.c_str(), mode);
    return as_is([&key] { return code_at_start({.root = Root::kAllowed, .key_files = {key}}); });
  };
  CHECK(with(0600) == 0);
  CHECK(with(0400) == 0);
  for (const mode_t mode : {0640, 0604, 0620, 0601, 0777}) {
    CAPTURE(mode);
    CHECK(with(mode) == 12);
  }
  CHECK(as_is([&] {
          return code_at_start({.root = Root::kAllowed, .key_files = {folder.path() / "none"}});
        }) == 2);
  CHECK(as_is([&] { return code_at_start({.root = Root::kAllowed, .key_files = {folder.path()}}); }) == 12);
}

}  // namespace
}  // namespace candour::base
