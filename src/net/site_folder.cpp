#include "candour/net/site_folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "candour/base/error.h"

namespace candour::net {
namespace {

using base::Error;

// glibc 2.36 has no openat2. RESOLVE_BENEATH: a link or ".." that leaves the folder fails with EXDEV.
int open_beneath(int folder, const char* path, std::uint64_t flags) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something was renamed while the kernel looked. Only so often, lest a busy folder hold the server.
  for (int attempt = 0; attempt < 16; ++attempt) {
    const long opened = syscall(SYS_openat2, folder, path, &how, sizeof(how));
    if (opened >= 0 || (errno != EINTR && errno != EAGAIN)) return static_cast<int>(opened);
  }
  return -1;
}

struct MediaType {
  std::string_view ending;
  std::string_view type;
};
// The first that fits: "csvw.json" stands before "json".
constexpr std::array kMediaTypes = {
    MediaType{".html", "text/html; charset=utf-8"},
    MediaType{".css", "text/css; charset=utf-8"},
    MediaType{".csv", "text/csv; charset=utf-8"},
    MediaType{".csvw.json", "application/csvm+json"},
    MediaType{".json", "application/json"},
    MediaType{".svg", "image/svg+xml"},
    MediaType{".png", "image/png"},
    MediaType{".parquet", "application/vnd.apache.parquet"},
    MediaType{".dsse", "application/vnd.dsse.envelope.v1+json"},
    MediaType{".txt", "text/plain; charset=utf-8"},
    MediaType{".md", "text/markdown; charset=utf-8"},
    MediaType{".sql", "text/plain; charset=utf-8"},
    MediaType{".toml", "application/toml"},
};

}  // namespace

std::string_view media_type_of(std::string_view path) {
  for (const MediaType& known : kMediaTypes) {
    if (path.ends_with(known.ending)) return known.type;
  }
  return "application/octet-stream";
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

std::size_t SiteFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  ssize_t got = -1;
  do {
    got = ::pread(descriptor_.number(), out.data(), out.size(), static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

SiteFolder::SiteFolder(const std::filesystem::path& folder, std::optional<SiteFiles> files)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), files_(std::move(files)) {
  if (folder_.number() < 0) {
    throw Error("CND-1901", "The folder of the site cannot be opened.").with("path", folder);
  }
  const Descriptor itself(open_beneath(folder_.number(), ".", O_RDONLY | O_DIRECTORY));
  if (itself.number() < 0) {
    throw Error("CND-1903", "This system cannot confine the site to its folder.").with("path", folder);
  }
}

Lookup SiteFolder::open(const std::string& path) const {
  // Without O_NONBLOCK a named pipe in the folder would hold the server until somebody writes to it.
  Descriptor opened(open_beneath(folder_.number(), path.empty() ? "." : path.c_str(), O_RDONLY | O_NONBLOCK));
  struct stat status = {};
  if (opened.number() < 0 || ::fstat(opened.number(), &status) != 0) return {};
  if (S_ISDIR(status.st_mode)) {
    return {.found = is_folder_of_site(path) ? Found::kFolder : Found::kNothing, .file = std::nullopt};
  }
  if (!S_ISREG(status.st_mode) || !is_of_site(path, static_cast<std::uint64_t>(status.st_size))) return {};
  const SiteFile::State state = {status.st_dev,
                                 status.st_ino,
                                 static_cast<std::uint64_t>(status.st_size),
                                 status.st_mtim.tv_sec,
                                 status.st_mtim.tv_nsec,
                                 status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec};
  return {.found = Found::kFile,
          .file = SiteFile(std::move(opened), static_cast<std::uint64_t>(status.st_size), state)};
}

bool SiteFolder::is_of_site(const std::string& path, std::uint64_t size_bytes) const {
  if (!files_) return true;
  const auto found = files_->find(path);
  return found != files_->end() && found->second == size_bytes;
}

/// That a folder is there is not to be learnt either, unless a file of the site is in it.
bool SiteFolder::is_folder_of_site(const std::string& path) const {
  if (!files_ || path.empty()) return true;
  const auto first = files_->lower_bound(path + "/");
  return first != files_->end() && first->first.starts_with(path + "/");
}

std::optional<base::Digest> SiteFolder::known_digest(const SiteFile& file) const {
  const auto found = digests_.find(file.state());
  return found == digests_.end() ? std::nullopt : std::optional(found->second);
}

void SiteFolder::keep_digest(const SiteFile& file, const base::Digest& digest) {
  if (digests_.size() >= kDigestsKept) digests_.clear();
  digests_.emplace(file.state(), digest);
}

}  // namespace candour::net
