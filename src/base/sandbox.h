// What a long-running process does to itself, so that a flaw in it is worth less: refuse_unsafe_start() first
// of all, confine() when its listeners are open and before it starts a thread. Linux only; both speak to the
// kernel directly.
//
// What it protects against, and not: code that an attacker runs in the process can no longer open files
// outside its folders, start programs, read other processes, or use parts of the kernel that a node never
// needs. It can still do all that the process itself may: read its vault, use its keys in memory, speak over
// its connections. And it can do what Landlock does not see: ask whether a file is there, how large and whose
// it is, and change mode and times of any file of its user.
#pragma once

#include <filesystem>
#include <vector>

#include "candour/base/error.h"

namespace candour::base {

enum class Root { kRefused, kAllowed };
struct StartRules {
  Root root = Root::kRefused;
  std::vector<std::filesystem::path> key_files = {};  ///< for their owner alone, who is this user or root
};

/// Turns core dumps off (RLIMIT_CORE 0, hard and soft), and PR_SET_DUMPABLE, which also closes /proc/PID to
/// other processes of the same user. Errors: CND-2430 (root), CND-2431 (dumps cannot be turned off), CND-1002
/// and CND-1012 (a key file that is missing, or that others may read).
void refuse_unsafe_start(const StartRules& rules);

enum class Tcp {
  kAcceptOnly,  ///< on sockets that listen already
  kConnect,     ///< and new connections to others
};

struct Confinement {
  std::vector<std::filesystem::path> read_write = {};  ///< folders, with what is below them
  std::vector<std::filesystem::path> read_only = {};   ///< folders or files
  Tcp tcp = Tcp::kAcceptOnly;
};

/// For good, for this thread and all that it starts:
///
/// - files: Landlock lets it open files to read and write, make and remove them below `read_write`, open them
///   to read below `read_only`, and no others. No file may be run, no device, pipe, socket or symbolic link
///   made. Descriptors that are open stay open;
///
/// - network: no new listener (seccomp; Landlock too from ABI 4). No new socket at all, unless `tcp` says so:
///   then of IPv4 and IPv6, to anywhere. No local sockets;
///
/// - other processes: no signal reaches them (Landlock from ABI 6, and no warning says where it is older);
///
/// - system calls: seccomp answers EPERM to those that a node never needs: to start a program, trace or read
///   another process, mount, change namespaces, load code into the kernel, set the clock, io_uring, keyrings,
///   userfaultfd, to be looked into again.
///
/// What this kernel cannot do of files, listening and system calls is returned as warnings, for the log.
/// Names in `read_only` that do not exist are left out. To look names up, `read_only` needs /etc and the
/// system's libraries; addresses need nothing. Errors: CND-2432 (other threads run already, which Landlock
/// would not reach), CND-2433 (the kernel refused the rules), CND-1002 (a folder of `read_write` is missing).
[[nodiscard]] std::vector<Literal> confine(const Confinement& confinement);

}  // namespace candour::base
