// Landlock (https://docs.kernel.org/userspace-api/landlock.html). Constants later than Debian 12's headers
// (ABI 2) are given here under the names that the kernel has for them.
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "candour/base/sandbox_parts.h"

namespace candour::base {
namespace {

// Rights over files by the ABI that brought them.
constexpr std::uint64_t kRights1 = (std::uint64_t{1} << 13) - 1;  // EXECUTE to MAKE_SYM
constexpr std::uint64_t kRefer2 = std::uint64_t{1} << 13;
constexpr std::uint64_t kTruncate3 = std::uint64_t{1} << 14;
constexpr std::uint64_t kIoctlDevice5 = std::uint64_t{1} << 15;
constexpr std::uint64_t kBindTcp4 = 1;
constexpr std::uint64_t kConnectTcp4 = 2;
constexpr std::uint64_t kAbstractSocket6 = 1;
constexpr std::uint64_t kSignal6 = 2;

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | kRefer2 | kTruncate3;
// Of these alone a rule about a file, and no folder, may speak.
constexpr std::uint64_t kOfFiles = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate3;

// struct landlock_ruleset_attr as of ABI 6. An older kernel is given the part that it knows.
struct Ruleset {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_net = 0;
  std::uint64_t scoped = 0;
};

std::size_t ruleset_bytes(long abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

[[noreturn]] void refuse(int system_error) {
  throw Error("CND-2433", "The kernel refused to confine this process.").with("system_error", system_error);
}

class Descriptor {
 public:
  explicit Descriptor(long number) : number_(static_cast<int>(number)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

enum class Missing { kIsError, kIsLeftOut };

void allow(int ruleset, const std::filesystem::path& path, std::uint64_t rights, Missing missing) {
  const Descriptor opened(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (opened.number() < 0) {
    if (missing == Missing::kIsLeftOut) return;
    throw Error("CND-1002", "A folder is missing.").with("path", path);
  }
  struct stat found = {};
  if (::fstat(opened.number(), &found) != 0) refuse(errno);
  if (!S_ISDIR(found.st_mode)) rights &= kOfFiles;
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = rights;
  rule.parent_fd = opened.number();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) refuse(errno);
}

Ruleset ruleset_of(long abi, Tcp tcp) {
  Ruleset rules;
  rules.handled_files = kRights1;
  if (abi >= 2) rules.handled_files |= kRefer2;
  if (abi >= 3) rules.handled_files |= kTruncate3;
  if (abi >= 5) rules.handled_files |= kIoctlDevice5;
  if (abi >= 4) rules.handled_net = tcp == Tcp::kConnect ? kBindTcp4 : kBindTcp4 | kConnectTcp4;
  if (abi >= 6) rules.scoped = kAbstractSocket6 | kSignal6;
  return rules;
}

}  // namespace

void confine_files(const Confinement& confinement, std::vector<Literal>& warnings) {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) {
    warnings.push_back(
        Literal("This kernel has no Landlock: the process can reach every file that its user can."));
    return;
  }
  if (abi < 3)
    warnings.push_back(
        Literal("This kernel's Landlock is older than ABI 3: it does not confine truncation."));
  if (abi < 4)
    warnings.push_back(Literal("This kernel's Landlock is older than ABI 4: it does not confine listening."));
  const Ruleset rules = ruleset_of(abi, confinement.tcp);
  const Descriptor ruleset(::syscall(SYS_landlock_create_ruleset, &rules, ruleset_bytes(abi), 0));
  if (ruleset.number() < 0) refuse(errno);
  for (const std::filesystem::path& path : confinement.read_write) {
    allow(ruleset.number(), path, (kRead | kWrite) & rules.handled_files, Missing::kIsError);
  }
  for (const std::filesystem::path& path : confinement.read_only) {
    allow(ruleset.number(), path, kRead, Missing::kIsLeftOut);
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0) refuse(errno);
}

}  // namespace candour::base
