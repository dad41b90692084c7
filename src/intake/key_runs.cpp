#include "candour/intake/key_runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <queue>
#include <string>
#include <utility>

#include "candour/base/error.h"

namespace candour::intake {
namespace {

// Entries read at once of each run. A thousand runs (a thousand million rows) read through 24 MiB.
constexpr std::size_t kReadEntries = 1024;

[[noreturn]] void fail_scratch(const std::filesystem::path& folder) {
  throw base::Error("CND-1003", "The scratch file of the check for repeated keys cannot be written or read.")
      .with("folder", folder)
      .with("errno", errno);
}

constexpr unsigned kLineBits = 40;
constexpr std::uint64_t kLineMask = (std::uint64_t{1} << kLineBits) - 1;

std::uint64_t packed(const RowPlace& place) {
  CANDOUR_CHECK(place.line <= kLineMask && place.file < (std::size_t{1} << (64 - kLineBits)));
  return static_cast<std::uint64_t>(place.file) << kLineBits | place.line;
}

RowPlace unpacked(std::uint64_t place) {
  return {static_cast<std::size_t>(place >> kLineBits), place & kLineMask};
}

}  // namespace

// Tells duplicates out of entries that come in order: the first of equal digests has the smallest place.
class KeyRuns::DuplicateScan {
 public:
  explicit DuplicateScan(const DuplicateFound& found) : found_(found) {}
  void take(const Entry& entry) {
    if (first_ && first_->digest == entry.digest) {
      found_({unpacked(entry.place), unpacked(first_->place)});
    } else {
      first_ = entry;
    }
  }

 private:
  const DuplicateFound& found_;
  std::optional<Entry> first_;
};

// Reads one run from its beginning, a block at a time.
class KeyRuns::RunReader {
 public:
  RunReader(const KeyRuns& runs, Run run) : runs_(&runs), run_(run) {}

  bool next(Entry& entry) {
    if (at_ == block_.size() && !read_block()) return false;
    entry = block_[at_++];
    return true;
  }

 private:
  bool read_block() {
    const std::uint64_t left = run_.end - run_.begin;
    if (left == 0) return false;
    block_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, kReadEntries)));
    auto* out = reinterpret_cast<char*>(block_.data());
    std::size_t missing = block_.size() * sizeof(Entry);
    auto offset = static_cast<off_t>(run_.begin * sizeof(Entry));
    while (missing > 0) {
      const ssize_t size = ::pread(runs_->file_, out, missing, offset);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) fail_scratch(runs_->folder_);
      out += size;
      offset += size;
      missing -= static_cast<std::size_t>(size);
    }
    run_.begin += block_.size();
    at_ = 0;
    return true;
  }

  const KeyRuns* runs_;
  Run run_;
  std::vector<Entry> block_;
  std::size_t at_ = 0;
};

KeyRuns::KeyRuns(std::filesystem::path folder, std::size_t buffer_rows)
    : folder_(std::move(folder)), buffer_rows_(buffer_rows) {
  CANDOUR_CHECK(buffer_rows_ > 0);
}

KeyRuns::~KeyRuns() {
  if (file_ >= 0) ::close(file_);
}

void KeyRuns::add(const KeyAt& key) {
  if (buffer_.size() == buffer_rows_) write_run();
  buffer_.push_back({key.digest, packed(key.place)});
}

void KeyRuns::open_file() {
  file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    std::string name = (folder_ / "candour-keys-XXXXXX").string();
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0) ::unlink(name.c_str());
  }
  if (file_ < 0) {
    throw base::Error("CND-1004", "The scratch folder may not be written.")
        .with("folder", folder_)
        .with("errno", errno);
  }
}

void KeyRuns::write_run() {
  if (file_ < 0) open_file();
  std::sort(buffer_.begin(), buffer_.end());
  const auto* bytes = reinterpret_cast<const char*>(buffer_.data());
  std::size_t left = buffer_.size() * sizeof(Entry);
  while (left > 0) {
    const ssize_t size = ::write(file_, bytes, left);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) fail_scratch(folder_);
    bytes += size;
    left -= static_cast<std::size_t>(size);
  }
  runs_.push_back({written_, written_ + buffer_.size()});
  written_ += buffer_.size();
  buffer_.clear();
}

void KeyRuns::find_duplicates(const DuplicateFound& found) {
  DuplicateScan scan(found);
  if (runs_.empty()) {
    std::sort(buffer_.begin(), buffer_.end());
    for (const Entry& entry : buffer_) scan.take(entry);
    return;
  }
  if (!buffer_.empty()) write_run();
  buffer_.shrink_to_fit();
  std::vector<RunReader> readers;
  readers.reserve(runs_.size());
  using Next = std::pair<Entry, std::size_t>;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> least;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    readers.emplace_back(*this, runs_[i]);
    Entry entry;
    if (readers[i].next(entry)) least.push({entry, i});
  }
  while (!least.empty()) {
    auto [entry, run] = least.top();
    least.pop();
    scan.take(entry);
    if (readers[run].next(entry)) least.push({entry, run});
  }
}

}  // namespace candour::intake
