#include "candour/submission/inbox.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::submission {
namespace {

using std::filesystem::path;

constexpr std::string_view kManifest = ".manifest";
constexpr std::string_view kAttestations = ".attestations";

path with_ending(path stem, std::string_view ending) { return stem.concat(ending); }

/// Where the piece that begins at `offset` lies.
path piece_path(const path& stem, std::uint64_t offset) {
  std::string number = std::to_string(offset / kPieceBytes);
  number.insert(0, 4 - std::min<std::size_t>(4, number.size()), '0');
  return with_ending(stem, ".package." + number);
}

std::uint64_t piece_size(const statement::Submission& manifest, std::uint64_t offset) {
  return std::min<std::uint64_t>(kPieceBytes, manifest.package_bytes - offset);
}

/// What its manifest announces: the package, and the most that attestations may be.
std::uint64_t announced_bytes(const statement::Submission& manifest) {
  return manifest.package_bytes + (manifest.batches.empty() ? 0 : kAttestationsAtMostBytes);
}

std::optional<Identity> identity_in(std::string_view name) {
  return base::from_hex_exactly<32>(name.substr(0, name.find('.')));
}

/// The pieces of a package, one after another.
class PiecesSource final : public base::ByteSource {
 public:
  PiecesSource(const base::Disk& disk, path stem, std::uint64_t size_bytes)
      : disk_(disk), stem_(std::move(stem)), size_(size_bytes) {}

  std::size_t read(std::span<std::uint8_t> out) override {
    if (at_ == size_ || out.empty()) return 0;
    const std::uint64_t within = at_ % kPieceBytes;
    if (within == 0) piece_ = disk_.open(piece_path(stem_, at_));
    const std::uint64_t left = std::min<std::uint64_t>(kPieceBytes - within, size_ - at_);
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left));
    const std::size_t got = piece_->read_at(within, out.first(wanted));
    at_ = got == 0 ? size_ : at_ + got;  // a piece that is too short ends it: the digest then differs
    return got;
  }

 private:
  const base::Disk& disk_;
  const path stem_;
  const std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::unique_ptr<base::ReadableFile> piece_;
};

[[noreturn]] void fail_order(base::Literal due) {
  throw base::Error("CND-2213", "Something else of the submission must come first.")
      .with("due", base::Label(due.view()));
}

[[noreturn]] void fail_digest(base::Literal what) {
  throw base::Error("CND-2215", "What arrived is not what the manifest names.")
      .with("part", base::Label(what.view()));
}

}  // namespace

CompleteSubmission::CompleteSubmission(const base::Disk& disk, path stem, statement::Submission manifest,
                                       std::string attestations)
    : disk_(disk),
      stem_(std::move(stem)),
      manifest_(std::move(manifest)),
      attestations_(std::move(attestations)) {}

std::string CompleteSubmission::envelope() const {
  return base::load_text(disk_, with_ending(stem_, kManifest), statement::kEnvelopeAtMostBytes);
}

std::unique_ptr<base::ByteSource> CompleteSubmission::package() const {
  return std::make_unique<PiecesSource>(disk_, stem_, manifest_.package_bytes);
}

Inbox::Inbox(base::Disk& disk, path folder, InboxLimits limits)
    : disk_(disk), folder_(std::move(folder)), limits_(limits) {
  disk_.make_folder(folder_);
  lock_ = disk_.lock(folder_ / "lock");
  take_up();
}

// A piece counts when all before it are there. What has no manifest was being forgotten, and goes; so does
// what a store_new left that was killed: nobody else writes here.
void Inbox::take_up() {
  const std::vector<std::string> list = disk_.list(folder_);
  const std::set<std::string> names(list.begin(), list.end());
  for (const std::string& name : names) {
    if (name.starts_with('.') && name.ends_with(".tmp")) disk_.remove(folder_ / name);
    const auto identity = identity_in(name);
    if (!identity) continue;
    const path stem = stem_of(*identity);
    const auto is_there = [&](const path& file) { return names.contains(file.filename().string()); };
    if (!is_there(with_ending(stem, kManifest))) {
      disk_.remove(folder_ / name);
      continue;
    }
    disk_.settle(folder_ / name);
    if (!name.ends_with(kManifest)) continue;
    const std::string text = base::load_text(disk_, folder_ / name, statement::kEnvelopeAtMostBytes);
    // It was verified before it was stored.
    Entry found{
        .manifest = statement::parse_submission(statement::parse_envelope(text, "submission").payload),
        .has_attestations = is_there(with_ending(stem, kAttestations))};
    while (found.received < found.manifest.package_bytes && is_there(piece_path(stem, found.received))) {
      found.received += piece_size(found.manifest, found.received);
    }
    entries_.emplace(*identity, std::move(found));
  }
}

path Inbox::stem_of(const Identity& identity) const { return folder_ / base::to_hex(identity); }

Inbox::Entry& Inbox::entry(const Identity& identity) {
  const auto found = entries_.find(identity);
  if (found == entries_.end()) fail_order("manifest");
  return found->second;
}

void Inbox::require_room(const statement::Submission& manifest) const {
  std::uint64_t all = announced_bytes(manifest);
  std::uint64_t of_provider = all;
  std::uint64_t submissions = 1;
  for (const auto& [identity, other] : entries_) {
    const std::uint64_t bytes = announced_bytes(other.manifest);
    all += bytes;
    if (other.manifest.provider != manifest.provider) continue;
    of_provider += bytes;
    ++submissions;
  }
  if (of_provider > limits_.provider_bytes || submissions > limits_.provider_submissions) {
    throw base::Error("CND-2212", "Too much of this provider waits at the hub.")
        .with("most_bytes", limits_.provider_bytes)
        .with("most_submissions", limits_.provider_submissions);
  }
  if (all > limits_.bytes) {
    throw base::Error("CND-2211", "The hub's inbox is full.").with("most_bytes", limits_.bytes);
  }
}

Identity Inbox::put_manifest(std::string_view envelope, const statement::Submission& manifest) {
  const Identity identity = identity_of(envelope);
  const std::lock_guard guard(mutex_);
  if (entries_.contains(identity)) return identity;
  require_room(manifest);
  const path file = with_ending(stem_of(identity), kManifest);
  // There only where an earlier attempt failed after it was stored: the name says that the content is this.
  if (disk_.exists(file)) {
    disk_.settle(file);
  } else {
    disk_.store_new(file, envelope);
  }
  entries_.emplace(identity, Entry{.manifest = manifest});
  return identity;
}

void Inbox::put_attestations(const Identity& identity, std::string_view body) {
  const std::lock_guard guard(mutex_);
  Entry& of = entry(identity);
  if (of.has_attestations) return;
  if (body.size() > kAttestationsAtMostBytes ||
      base::sha256(base::as_bytes(body)) != of.manifest.attestations_sha256) {
    fail_digest("attestations");
  }
  const path file = with_ending(stem_of(identity), kAttestations);
  disk_.remove(file);  // of an attempt that failed
  disk_.store_new(file, body);
  of.has_attestations = true;
}

std::uint64_t Inbox::package_received(const Identity& identity) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(identity);
  if (found == entries_.end()) fail_order("manifest");
  return found->second.received;
}

void Inbox::put_package(const Identity& identity, std::uint64_t offset, base::ByteView piece) {
  const std::lock_guard guard(mutex_);
  Entry& of = entry(identity);
  if (!of.has_attestations) fail_order("attestations");
  const bool is_there = offset < of.received && offset % kPieceBytes == 0;
  if (is_there && piece.size() == piece_size(of.manifest, offset)) return;
  const std::uint64_t due = piece_size(of.manifest, of.received);
  if (offset != of.received || piece.size() != due || due == 0) {
    throw base::Error("CND-2214", "Another piece of the package is due.")
        .with("offset", of.received)
        .with("size_bytes", due);
  }
  const path file = piece_path(stem_of(identity), offset);
  disk_.remove(file);  // of an attempt that failed, or beyond a piece that was lost
  base::MemorySource source(piece);
  disk_.store_new(file, source, base::Access::kPrivate);
  of.received += due;
}

CompleteSubmission Inbox::complete(const Identity& identity) {
  const std::lock_guard guard(mutex_);
  Entry& of = entry(identity);
  if (!of.has_attestations) fail_order("attestations");
  if (of.received < of.manifest.package_bytes) fail_order("package");
  const path stem = stem_of(identity);
  CompleteSubmission complete(
      disk_, stem, of.manifest,
      base::load_text(disk_, with_ending(stem, kAttestations), kAttestationsAtMostBytes));
  if (base::sha256_of(*complete.package()) != of.manifest.package_sha256) {
    of.received = 0;
    remove_pieces(stem, of.manifest.package_bytes);
    fail_digest("package");
  }
  return complete;
}

void Inbox::remove_pieces(const path& stem, std::uint64_t bytes) {
  for (std::uint64_t offset = 0; offset < bytes; offset += kPieceBytes) {
    disk_.remove(piece_path(stem, offset));
  }
}

// The manifest last: while it is there, what lies beside it is known to the next who takes up the folder.
void Inbox::forget(const Identity& identity) {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(identity);
  if (found == entries_.end()) return;
  const path stem = stem_of(identity);
  found->second.received = 0;
  remove_pieces(stem, found->second.manifest.package_bytes);
  found->second.has_attestations = false;
  disk_.remove(with_ending(stem, kAttestations));
  disk_.remove(with_ending(stem, kManifest));
  entries_.erase(found);
}

std::vector<WaitingSubmission> Inbox::waiting() const {
  const std::lock_guard guard(mutex_);
  std::vector<WaitingSubmission> all;
  for (const auto& [identity, of] : entries_) {
    all.push_back({.identity = identity,
                   .provider = of.manifest.provider,
                   .slice = slice_of(of.manifest),
                   .instruction = of.manifest.instruction,
                   .made = of.manifest.header.made,
                   .package_received = of.received});
  }
  return all;
}

}  // namespace candour::submission
