// The inbox: submissions that reach the hub and are not stored yet. What arrives lies in finished files, each
// made once, so that an upload goes on where it was after any cut:
//
//   INBOX/IDENTITY.manifest            first: verified, and what is told of the rest is bounded by it
//   INBOX/IDENTITY.attestations        then: its SHA-256 is the manifest's
//   INBOX/IDENTITY.package.0000 …      then, one after another: kPieceBytes each, the last what is left
//
// When all pieces are there and their SHA-256 is the manifest's, the submission is complete. The hub then
// reads it, commits its rows, and forgets it: the package holds tokens. Any number of threads may use an
// Inbox; one process has its folder at a time (a lock).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/submission/manifest.h"

namespace candour::submission {

/// How much may wait. What is announced counts, not what has arrived, so that what was let in can finish.
struct InboxLimits {
  std::uint64_t bytes = std::uint64_t{64} << 30;
  std::uint64_t provider_bytes = std::uint64_t{4} << 30;
  std::uint64_t provider_submissions = 64;
};

struct WaitingSubmission {
  Identity identity{};
  std::string provider = {};
  SliceName slice = {};
  statement::Id instruction = {};
  std::int64_t made = 0;  ///< of the manifest, unix seconds
  std::uint64_t package_received = 0;
};

/// Everything of a submission, for the commit. The disk and the files outlive it.
class CompleteSubmission {
 public:
  CompleteSubmission(const base::Disk& disk, std::filesystem::path stem, statement::Submission manifest,
                     std::string attestations);
  [[nodiscard]] const statement::Submission& manifest() const { return manifest_; }
  /// The manifest's envelope, as it came.
  [[nodiscard]] std::string envelope() const;
  [[nodiscard]] const std::string& attestations() const { return attestations_; }
  /// The sealed package, from its beginning.
  [[nodiscard]] std::unique_ptr<base::ByteSource> package() const;

 private:
  const base::Disk& disk_;
  std::filesystem::path stem_;
  statement::Submission manifest_;
  std::string attestations_;
};

class Inbox {
 public:
  /// Takes up what is there; the disk outlives it. Errors: CND-1006 (another process has it), CND-1002.
  Inbox(base::Disk& disk, std::filesystem::path folder, InboxLimits limits);

  /// Lets a submission in. `manifest` is what verified_manifest gave for `envelope`. Nothing happens where it
  /// is in. Durable. Errors: CND-2211 (the inbox is full), CND-2212 (too much of this provider waits).
  Identity put_manifest(std::string_view envelope, const statement::Submission& manifest);

  // Of the calls from here on: CND-2213 (no such submission was let in, or something must come before).

  /// Errors: CND-2215 (it is not what the manifest names).
  void put_attestations(const Identity& identity, std::string_view body);
  [[nodiscard]] std::uint64_t package_received(const Identity& identity) const;
  /// The next piece; one that is there already is not looked at. Durable. Errors: CND-2214 (another offset or
  /// size is due: names both).
  void put_package(const Identity& identity, std::uint64_t offset, base::ByteView piece);
  /// Errors: CND-2215 (the package is not what the manifest names; its pieces are then gone, so that it can
  /// come again).
  [[nodiscard]] CompleteSubmission complete(const Identity& identity);
  /// Destroys what is there of a submission; nothing where there is none. When it was committed, refused, or
  /// has waited too long.
  void forget(const Identity& identity);

  [[nodiscard]] std::vector<WaitingSubmission> waiting() const;

 private:
  struct Entry {
    statement::Submission manifest;
    bool has_attestations = false;
    std::uint64_t received = 0;
  };
  using Path = std::filesystem::path;
  [[nodiscard]] Path stem_of(const Identity& identity) const;
  [[nodiscard]] Entry& entry(const Identity& identity);
  void take_up();
  void require_room(const statement::Submission& manifest) const;
  void remove_pieces(const Path& stem, std::uint64_t bytes);

  base::Disk& disk_;
  const Path folder_;
  const InboxLimits limits_;
  std::unique_ptr<base::DiskLock> lock_;
  mutable std::mutex mutex_;
  std::map<Identity, Entry> entries_;
};

}  // namespace candour::submission
