#include "candour/log/witness_panel.h"

#include <algorithm>
#include <chrono>

#include "candour/base/error.h"
#include "candour/log/tile_reader.h"
#include "candour/log/witness_wire.h"

namespace candour::log {
namespace {

constexpr int kOk = 200;
constexpr int kOtherSize = 409;

}  // namespace

/// One head on its way to the witnesses. What is not const is under the panel's mutex.
struct WitnessPanel::Round {
  TileSource& files;
  const SignedCheckpoint checkpoint;
  std::vector<std::optional<NoteSignature>> answers;  ///< by witness
  std::size_t to_come = 0;                            ///< answers
};

WitnessPanel::WitnessPanel(Policy policy, std::vector<WitnessPort*> ports, Workers workers,
                           std::int64_t within_ms)
    : policy_(std::move(policy)), within_ms_(within_ms), members_(policy_.witnesses.size()) {
  CANDOUR_CHECK(ports.size() == members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].port = ports[i];
    members_[i].key = policy_.witnesses[i].key;
    members_[i].state.name = policy_.witnesses[i].name;
  }
  if (workers == Workers::kNone) return;
  for (Member& member : members_) {
    if (member.port != nullptr) member.thread = std::thread([this, &member] { work(member); });
  }
}

WitnessPanel::~WitnessPanel() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (Member& member : members_) {
    if (member.thread.joinable()) member.thread.join();
  }
}

void WitnessPanel::work(Member& member) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || member.round; });
    if (ending_) return;
    const std::shared_ptr<Round> round = std::exchange(member.round, nullptr);
    lock.unlock();
    ask(member, *round);
    lock.lock();
  }
}

void WitnessPanel::ask(Member& member, Round& round) {
  WitnessState state;
  {
    const std::lock_guard guard(mutex_);
    state = member.state;
  }
  auto answer = question(member, round, state);
  {
    const std::lock_guard guard(mutex_);
    member.state = state;
    round.answers[static_cast<std::size_t>(&member - members_.data())] = std::move(answer);
    --round.to_come;
  }
  changed_.notify_all();
}

std::optional<NoteSignature> WitnessPanel::question(Member& member, const Round& round,
                                                    WitnessState& state) const {
  const Head& head = round.checkpoint.checkpoint.head;
  try {
    TileReader reader(round.files, head);
    // Twice: the first answer may say which size it has.
    for (int attempt = 0; attempt < 2; ++attempt) {
      const std::uint64_t old_size = std::min(state.size, head.size);
      const AddCheckpoint request{old_size, prove_consistency(reader, old_size, head.size), round.checkpoint};
      const WitnessReply reply = member.port->add_checkpoint(write_add_checkpoint(request), within_ms_);
      state.status = reply.status;
      if (reply.status == kOtherSize) {
        state.size = parse_witness_size(reply.body);
        state.asked = state.size > head.size ? Asked::kAhead : Asked::kRefused;
        if (state.size > head.size) return std::nullopt;
        continue;
      }
      state.asked = Asked::kRefused;
      if (reply.status != kOk) return std::nullopt;
      state.asked = Asked::kBadSignature;
      Note note{round.checkpoint.note.text, parse_signature_lines(reply.body)};
      const std::uint32_t key_id = note_key_id(member.key);
      std::erase_if(note.signatures, [&](const NoteSignature& signature) {
        return signature.name != member.key.name || signature.key_id != key_id;
      });
      if (verify_note(note, {&member.key, 1}).empty()) return std::nullopt;
      state.asked = Asked::kCosigned;
      state.size = head.size;
      return note.signatures.front();
    }
  } catch (const base::Error&) {
    // Its own error, or an answer that is in no format: the witness is no help this time.
    if (state.asked != Asked::kBadSignature) state.asked = Asked::kUnreachable;
  }
  return std::nullopt;
}

// Under mutex_ or without workers.
std::optional<SignedCheckpoint> WitnessPanel::cosigned(const Round& round) const {
  SignedCheckpoint result = round.checkpoint;
  for (const auto& answer : round.answers) {
    if (answer) result.note.signatures.push_back(*answer);
  }
  return judge_checkpoint(policy_, result).holds() ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<SignedCheckpoint> WitnessPanel::cosign(TileSource& files, const SignedCheckpoint& checkpoint) {
  auto round = std::make_shared<Round>(
      Round{files, checkpoint, std::vector<std::optional<NoteSignature>>(members_.size()), 0});
  std::unique_lock lock(mutex_);
  std::vector<Member*> to_ask;
  for (Member& member : members_) {
    if (member.port == nullptr) continue;
    ++round->to_come;
    if (member.thread.joinable()) {
      member.round = round;  // in the place of an older one that it has not come to
    } else {
      to_ask.push_back(&member);
    }
  }
  lock.unlock();
  changed_.notify_all();
  for (Member* member : to_ask) ask(*member, *round);
  lock.lock();
  std::optional<SignedCheckpoint> result;
  changed_.wait_for(lock, std::chrono::milliseconds(within_ms_), [&] {
    result = cosigned(*round);
    return result || round->to_come == 0;
  });
  return result;
}

std::vector<WitnessState> WitnessPanel::states() const {
  const std::lock_guard guard(mutex_);
  std::vector<WitnessState> states;
  for (const Member& member : members_) states.push_back(member.state);
  return states;
}

}  // namespace candour::log
