// A log's parties in one process: witnesses on disks of their own behind ports that can be cut, an admission,
// and a record of every head that the log ever signed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/log/appender.h"
#include "candour/log/cosignature.h"
#include "candour/log/policy.h"
#include "candour/log/proof.h"
#include "candour/log/store_testing.h"
#include "candour/log/witness.h"
#include "candour/log/witness_wire.h"

namespace candour::log::testing {

inline constexpr std::int64_t kNow = 1'800'000'000;

/// A clock that goes when it is told to.
class SteppedClock final : public base::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return seconds_; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return seconds_ * 1'000'000'000; }
  void step(std::int64_t seconds) { seconds_ += seconds; }

 private:
  std::atomic<std::int64_t> seconds_{kNow};
};

/// Every head that left the log with its signature.
struct SignedHeads {
  std::mutex mutex{};
  std::map<std::uint64_t, Digest> roots{};
  bool two_of_one_size = false;
  void add(const Head& head) {
    const std::lock_guard guard(mutex);
    const auto [there, fresh] = roots.emplace(head.size, head.root);
    if (!fresh && there->second != head.root) two_of_one_size = true;
  }
};

/// A witness as the log reaches it.
class DirectPort final : public WitnessPort {
 public:
  DirectPort(Witness& witness, SignedHeads& heads) : witness_(witness), heads_(heads) {}
  [[nodiscard]] WitnessReply add_checkpoint(std::string_view body, std::int64_t) override {
    heads_.add(parse_add_checkpoint(body).checkpoint.checkpoint.head);
    ++asked;
    if (is_down) throw base::Error("CND-1002", "The witness does not answer.");
    WitnessReply reply = witness_.add_checkpoint(body);
    if (is_lying && reply.status == 200) reply.body[reply.body.size() - 8] ^= 1;
    return reply;
  }
  std::atomic<bool> is_down{false};
  std::atomic<bool> is_lying{false};
  std::atomic<int> asked{0};

 private:
  Witness& witness_;
  SignedHeads& heads_;
};

/// The witnesses of a log and the policy that names them.
class Parties {
 public:
  explicit Parties(std::size_t count = 5, std::size_t least = 4) {
    policy.logs.push_back({log.verifier(), ""});
    PolicyGroup all{.name = "all", .least = least};
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "witness" + std::to_string(i);
      keys_.push_back(std::make_unique<crypto::SigningKey>(
          base::Bytes(crypto::kSigningSeedBytes, static_cast<std::uint8_t>(100 + i))));
      policy.witnesses.push_back(
          {name, {name + ".example", KeyType::kCosignature, keys_[i]->public_key()}, ""});
      all.members.push_back(name);
      disks_.push_back(std::make_unique<base::SimulatedDisk>());
      witnesses.push_back(std::make_unique<Witness>(*disks_[i], "/witness", std::vector{log.verifier()},
                                                    name + ".example", *keys_[i], clock));
      ports.push_back(std::make_unique<DirectPort>(*witnesses[i], heads));
    }
    policy.groups.push_back(all);
    policy.quorum = "all";
  }
  [[nodiscard]] std::vector<WitnessPort*> port_list() const {
    std::vector<WitnessPort*> list;
    for (const auto& port : ports) list.push_back(port.get());
    return list;
  }
  /// A checkpoint with the cosignatures of the first `count` witnesses, whatever they think of it.
  [[nodiscard]] SignedCheckpoint cosigned(const Head& head, std::size_t count,
                                          std::int64_t time = kNow) const {
    SignedCheckpoint signed_one = sign_checkpoint({log.origin, head, {}}, log.key);
    for (std::size_t i = 0; i < count; ++i) {
      signed_one.note.signatures.push_back(
          cosign(policy.witnesses[i].key.name, *keys_[i], signed_one.note.text, time));
    }
    return signed_one;
  }

  TestLog log;
  SteppedClock clock;
  SignedHeads heads;
  Policy policy;
  std::vector<std::unique_ptr<Witness>> witnesses;
  std::vector<std::unique_ptr<DirectPort>> ports;

 private:
  std::vector<std::unique_ptr<crypto::SigningKey>> keys_;
  std::vector<std::unique_ptr<base::SimulatedDisk>> disks_;
};

/// Takes what begins with sixteen characters, which are its id, unless they say "invalid".
class TestAdmission final : public Admission {
 public:
  [[nodiscard]] statement::Id admit(std::string_view envelope) override {
    if (envelope.size() < 16 || envelope.starts_with("invalid")) {
      throw base::Error("CND-2003", "Nobody of the charter signed this.");
    }
    return id_of(envelope);
  }
  [[nodiscard]] statement::Id id_of(std::string_view envelope) const override {
    statement::Id id{};
    std::copy_n(envelope.begin(), id.size(), id.begin());
    return id;
  }
};

/// A statement with the id of a number.
inline std::string test_statement(std::uint64_t number, std::string_view text = "says something") {
  char id[17];
  std::snprintf(id, sizeof(id), "%016llu", static_cast<unsigned long long>(number));
  return std::string(id).append(" ").append(text);
}

/// A hub's log on a disk, run by hand.
struct Hub {
  Hub(base::Disk& disk, Parties& parties, AppenderLimits limits = {})
      : store(disk, "/log"),
        panel(parties.policy, parties.port_list(), WitnessPanel::Workers::kNone, 1000),
        appender(store, admission, parties.log.origin, parties.log.key, panel, parties.clock, limits) {}
  Store store;
  TestAdmission admission;
  WitnessPanel panel;
  Appender appender;
};

inline bool is_ready(const std::shared_future<Acknowledged>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace candour::log::testing
