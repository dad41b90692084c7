// The seccomp filter (https://docs.kernel.org/userspace-api/seccomp_filter.html), written by hand: a list
// that can be read beats a library for what does not change.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "candour/base/sandbox_parts.h"

namespace candour::base {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

// What a node never needs once it runs.
constexpr std::uint32_t kDenied[] = {
    // To start a program.
    SYS_execve,
    SYS_execveat,
    // To look into or take from another process.
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_pidfd_open,
    SYS_perf_event_open,
    SYS_userfaultfd,
    // To begin to listen: what a node listens on is open by then.
    SYS_listen,
    // To see another file system, by mounts, namespaces or handles.
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsmount,
    SYS_fsconfig,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_setns,
    SYS_unshare,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_fanotify_init,
    SYS_quotactl,
    SYS_swapon,
    SYS_swapoff,
    // To put code into the kernel, or to stop it.
    SYS_bpf,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
    SYS_reboot,
    // To make system calls that this filter does not see.
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    // Keyrings, the kernel's log, accounting, names of the machine, the clock, another personality.
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_syslog,
    SYS_acct,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_personality,
    SYS_vhangup,
#if defined(__x86_64__)
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_uselib,
#endif
};

constexpr std::uint32_t kNewNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// The program of the filter, instruction by instruction. A jump of 0 goes to the next instruction.
class Filter {
 public:
  void load(std::size_t offset) { put(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
  void answer(std::uint32_t what) { put(BPF_RET | BPF_K, what); }
  void deny(int system_error) { answer(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(system_error)); }
  /// Skips `count` instructions unless the loaded word is `value`.
  void skip_unless(std::uint32_t value, std::uint8_t count) {
    put(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
  }
  void skip_if(std::uint32_t value, std::uint8_t count) { put(BPF_JMP | BPF_JEQ | BPF_K, value, count, 0); }
  void skip_unless_any_bit(std::uint32_t bits, std::uint8_t count) {
    put(BPF_JMP | BPF_JSET | BPF_K, bits, 0, count);
  }
  void skip_if_less(std::uint32_t value, std::uint8_t count) {
    put(BPF_JMP | BPF_JGE | BPF_K, value, 0, count);
  }
  [[nodiscard]] std::vector<sock_filter>& program() { return program_; }

 private:
  void put(int code, std::uint32_t k, std::uint8_t jt = 0, std::uint8_t jf = 0) {
    program_.push_back({static_cast<std::uint16_t>(code), jt, jf, k});
  }
  std::vector<sock_filter> program_;
};

// The low half of an argument: what is looked at here are ints.
constexpr std::size_t argument(std::size_t index) {
  return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
}

void add_arguments(Filter& filter, Tcp tcp) {
  // clone3 hides its flags in memory: without it glibc falls back to clone, whose flags are seen.
  filter.skip_unless(SYS_clone3, 1);
  filter.deny(ENOSYS);
  filter.skip_unless(SYS_clone, 4);
  filter.load(argument(0));
  filter.skip_unless_any_bit(kNewNamespaces, 1);
  filter.deny(EPERM);
  filter.answer(SECCOMP_RET_ALLOW);
  // A process that could be looked into again could be dumped.
  filter.skip_unless(SYS_prctl, 4);
  filter.load(argument(0));
  filter.skip_unless(PR_SET_DUMPABLE, 1);
  filter.deny(EPERM);
  filter.answer(SECCOMP_RET_ALLOW);
  // No local sockets: Landlock does not see who is called by them, and a container's or the system's master
  // listens there. Netlink is how the C library orders the addresses of a name.
  std::vector<std::uint32_t> families;
  if (tcp == Tcp::kConnect) families = {AF_INET, AF_INET6, AF_NETLINK};
  filter.skip_unless(SYS_socket, static_cast<std::uint8_t>(2 * families.size() + 2));
  filter.load(argument(0));
  for (const std::uint32_t family : families) {
    filter.skip_unless(family, 1);
    filter.answer(SECCOMP_RET_ALLOW);
  }
  filter.deny(EPERM);
}

}  // namespace

void confine_system_calls(Tcp tcp, std::vector<Literal>& warnings) {
  if (kArchitecture == 0) {
    warnings.push_back(
        Literal("There is no seccomp filter for this processor: system calls are not confined."));
    return;
  }
  Filter filter;
  filter.load(offsetof(seccomp_data, arch));
  filter.skip_if(kArchitecture, 1);
  filter.answer(SECCOMP_RET_KILL_PROCESS);  // system calls of another architecture have other numbers
  filter.load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
  constexpr std::uint32_t kX32 = 0x40000000;
  filter.skip_if_less(kX32, 1);
  filter.deny(EPERM);
#endif
  for (const std::uint32_t denied : kDenied) {
    filter.skip_unless(denied, 1);
    filter.deny(EPERM);
  }
  add_arguments(filter, tcp);
  filter.answer(SECCOMP_RET_ALLOW);
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(filter.program().size());
  program.filter = filter.program().data();
  // TSYNC: the filter holds for every thread of the process, or is not put on at all.
  const long result = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  if (result == 0) return;
  if (result < 0 && (errno == ENOSYS || errno == EINVAL)) {
    warnings.push_back(Literal("This kernel has no seccomp filters: system calls are not confined."));
    return;
  }
  throw Error("CND-2433", "The kernel refused to confine this process.").with("system_error", errno);
}

}  // namespace candour::base
