#include "candour/log/witness.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/log/cosignature.h"
#include "candour/log/fork.h"
#include "candour/log/witness_wire.h"

namespace candour::log {
namespace {

constexpr std::string_view kCosigned = "cosigned ";

enum Status {
  kOk = 200,
  kMalformed = 400,
  kUntrusted = 403,
  kUnknownLog = 404,
  kOtherSize = 409,
  kInconsistent = 422,
  kWithheld = 503
};

bool is_of(const NoteSignature& signature, std::span<const VerifierKey> keys) {
  return std::ranges::any_of(keys, [&](const VerifierKey& key) {
    return key.name == signature.name && note_key_id(key) == signature.key_id;
  });
}

}  // namespace

std::string write_cosigned_record(const Note& note) {
  return std::string(kCosigned) + base::to_base64(base::as_bytes(write_note(note)));
}

std::optional<SignedCheckpoint> parse_cosigned_record(std::string_view text) {
  if (!text.starts_with(kCosigned)) return std::nullopt;
  const auto note = base::from_base64(text.substr(kCosigned.size()));
  if (!note) return std::nullopt;
  try {
    return parse_checkpoint(base::as_text(*note));
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

struct Witness::Request {
  std::uint64_t old_size;
  const Path& path;
  const Head& head;
};

Witness::Witness(base::Disk& disk, std::filesystem::path folder, std::vector<VerifierKey> logs,
                 std::string name, const crypto::SigningKey& key, const base::Clock& clock,
                 MayCosign may_cosign)
    : disk_(disk),
      folder_(std::move(folder)),
      lock_([&] {
        disk_.make_folder(folder_);
        return disk_.lock(folder_ / "lock");
      }()),
      logs_(std::move(logs)),
      name_(std::move(name)),
      key_(key),
      clock_(clock),
      may_cosign_(std::move(may_cosign)),
      has_seen_fork_(disk_.exists(folder_ / "evidence") && !disk_.list(folder_ / "evidence").empty()),
      journal_(
          disk_, folder_ / "heads",
          [this](std::string_view text) {
            auto record = parse_cosigned_record(text);
            if (record) latest_.insert_or_assign(record->checkpoint.origin, std::move(*record));
            return record.has_value();
          },
          [this] {
            StateJournal::Texts texts;
            for (const auto& [origin, latest] : latest_) texts.push_back(write_cosigned_record(latest.note));
            return texts;
          }) {}

std::vector<VerifierKey> Witness::keys_of(std::string_view origin) const {
  std::vector<VerifierKey> keys;
  std::ranges::copy_if(logs_, std::back_inserter(keys),
                       [&](const VerifierKey& key) { return key.name == origin; });
  return keys;
}

WitnessReply Witness::add_checkpoint(std::string_view body) {
  AddCheckpoint request;
  try {
    request = parse_add_checkpoint(body);
  } catch (const base::Error&) {
    return {kMalformed, "This is no request of tlog-witness.\n"};
  }
  const Checkpoint& checkpoint = request.checkpoint.checkpoint;
  const std::vector<VerifierKey> keys = keys_of(checkpoint.origin);
  if (keys.empty()) return {kUnknownLog, "This log is not witnessed here.\n"};
  try {
    if (verify_note(request.checkpoint.note, keys).empty()) {
      return {kUntrusted, "The log's signature is missing.\n"};
    }
  } catch (const base::Error&) {
    return {kUntrusted, "The log's signature does not hold.\n"};
  }
  const std::lock_guard guard(mutex_);
  const auto latest = latest_.find(checkpoint.origin);
  keep_if_forked(request.checkpoint);
  const Head head = latest == latest_.end() ? Head{} : latest->second.checkpoint.head;
  if (const auto refusal = judge({request.old_size, request.path, checkpoint.head}, head)) return *refusal;
  if (may_cosign_ && !may_cosign_(checkpoint)) {
    return {kWithheld, "The log lacks a statement that it was handed more than 10 minutes ago.\n"};
  }
  // Kept are the signatures that were verified, and no others.
  Note note = request.checkpoint.note;
  std::erase_if(note.signatures, [&](const NoteSignature& signature) { return !is_of(signature, keys); });
  note.signatures.push_back(cosign(name_, key_, note.text, clock_.now_unix_seconds()));
  journal_.append(write_cosigned_record(note));
  std::string line = write_signature_line(note.signatures.back());
  latest_.insert_or_assign(checkpoint.origin, SignedCheckpoint{checkpoint, std::move(note)});
  return {kOk, std::move(line)};
}

// In the order of the standard.
std::optional<WitnessReply> Witness::judge(const Request& request, const Head& latest) const {
  if (request.old_size > request.head.size) {
    return WitnessReply{kMalformed, "The old size is larger than the checkpoint's.\n"};
  }
  if (request.old_size != latest.size) return WitnessReply{kOtherSize, write_witness_size(latest.size)};
  if (!verify_consistency(latest, request.head, request.path)) {
    return WitnessReply{kInconsistent,
                        "The checkpoint does not follow from the one that was cosigned last.\n"};
  }
  return std::nullopt;
}

void Witness::keep_if_forked(const SignedCheckpoint& offered) {
  const auto latest = latest_.find(offered.checkpoint.origin);
  if (latest == latest_.end()) return;
  const Head& before = latest->second.checkpoint.head;
  const Head& head = offered.checkpoint.head;
  if (head.size != before.size || head.root == before.root) return;
  keep_fork(disk_, folder_ / "evidence", {.smaller = latest->second, .larger = offered});
  has_seen_fork_ = true;
}

std::optional<std::string> Witness::checkpoint(const base::Digest& origin_sha256) const {
  const std::lock_guard guard(mutex_);
  for (const auto& [origin, latest] : latest_) {
    if (base::sha256(base::as_bytes(origin)) == origin_sha256) return write_note(latest.note);
  }
  return std::nullopt;
}

bool Witness::has_seen_fork() const {
  const std::lock_guard guard(mutex_);
  return has_seen_fork_;
}

}  // namespace candour::log
