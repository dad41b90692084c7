// What the tests of erasure orders share: a federation with an instruction of erasure, guardians that
// evaluate, a provider's vault, and a hub that takes what it sends.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/node/log_testing.h"
#include "candour/node/withdraw_flow.h"
#include "candour/node/withdrawals.h"
#include "candour/pseudonym/hub.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/submission/submission_testing.h"
#include "candour/testing/code_of.h"
#include "candour/vault/vault_testing.h"
#include "candour/vault/withdraw_orders.h"

namespace candour::node::testing {

namespace guardians = pseudonym::testing;
using candour::testing::code_of;
using guardians::key_of;
using guardians::kProvider;

inline constexpr std::int64_t kWeekSeconds = 7 * 24 * 3600;
inline constexpr const char* kPerson = "9990000018";
inline constexpr const char* kOther = "9990000026";

inline pseudonym::Identifier person(std::string_view digits) {
  return pseudonym::Identifier(std::string(digits));
}

/// The federation, with an instruction under which erasure orders go.
struct ErasureFederation : guardians::Federation {
  ErasureFederation() {
    erasure = members.order;
    erasure.header = members.header("erasure order");
    erasure.mode = instruction::Mode::kErasure;
    erasure.collections.clear();
    erasure.measures.clear();
    members.enter(members.sign_order(erasure));
    members.enter_head(members.now);
    CHECK(members.log->problems().empty());
  }
  [[nodiscard]] pseudonym::Token token(std::string_view digits) const {
    return guardians::token_by_whole_key(person(digits), polynomial.secret());
  }
  instruction::Instruction erasure;
  LoggedFederation logged;  ///< what a hub's erasures look into for ids
};

/// A provider and its vault, on its own disk.
struct ErasingProvider {
  explicit ErasingProvider(ErasureFederation& members, guardians::MovingClock& time)
      : federation(members), clock(time), network(members) {
    disk.make_folder("/p");
    vault.emplace(vault::testing::make_vault(disk, "/p/v"));
  }
  void order(std::string_view digits) {
    (void)vault::WithdrawOrders(*vault).add(person(digits), "A court", "C-1", clock.now);
  }
  [[nodiscard]] pseudonym::Evaluation evaluate(base::ByteView seed,
                                               std::span<const pseudonym::Identifier> numbers) {
    ++evaluations;
    for (const auto& node : network.nodes) node->clock.now = clock.now;
    std::vector<pseudonym::GuardianAccess> access;
    for (const auto& node : network.nodes) {
      access.push_back({node->number, network.ports[node->number - 1U].get()});
    }
    base::SilentProgress progress;
    return pseudonym::evaluate_batches({.charter = *federation.charter,
                                        .purpose = {.instruction = federation.erasure.id(),
                                                    .domain = std::string(guardians::kDomain),
                                                    .provider = std::string(kProvider),
                                                    .collection = collection},
                                        .signing_key = key,
                                        .seed = seed,
                                        .guardians = access,
                                        .clock = clock},
                                       numbers, progress);
  }

  ErasureFederation& federation;
  guardians::MovingClock& clock;
  guardians::Network network;
  base::SimulatedDisk disk;
  base::SeededRandom random{3, "provider"};
  crypto::SigningKey key = key_of(kProvider);
  std::string provider{kProvider};
  std::string collection{};
  std::optional<vault::Vault> vault;
  int evaluations = 0;
};

/// A hub as far as erasure orders go. All that it enters in the log is in `entered`.
struct ErasingHub {
  ErasingHub(ErasureFederation& members, guardians::MovingClock& time, base::Disk& on,
             std::filesystem::path home = "/hub")
      : federation(members), clock(time), disk(on), folder(std::move(home)) {
    for (const char* name : {"", "keys", "lake"}) disk.make_folder(folder / name);
    restart();
  }
  void restart() {
    withdrawals.reset();
    sealing_keys.reset();
    sealing_keys.emplace(submission::SealingKeys::Surroundings{disk, clock, random, operator_key, hub_key},
                         folder / "keys", of_hub());
    const auto enter = [this](std::string_view envelope) {
      before_entering();
      if (std::ranges::find(entered, envelope) == entered.end()) entered.emplace_back(envelope);
    };
    erasures.emplace(
        Erasures::Parts{disk, clock, random, *federation.logged.view, enter, hub_key, folder / "erasures"});
    withdrawals = std::make_unique<Withdrawals>(Withdrawals::Parts{
        .disk = disk,
        .clock = clock,
        .log = lines,
        .view = view,
        .entries = [this] { return std::make_shared<const instruction::Register>(*federation.members.log); },
        .moment = [this] { return instruction::Moment{clock.now, clock.now}; },
        .enter = enter,
        .erasures = *erasures,
        .signing_key = hub_key,
        .lake_key = lake_key,
        .tombstone_key = tombstone_key,
        .sealing_keys = *sealing_keys,
        .lake = folder / "lake",
        .batches = folder / "lake" / "batches"});
  }
  [[nodiscard]] submission::Federation of_hub() const {
    return {federation.charter->federation(), federation.charter->log(), hub_key.public_key()};
  }
  /// The provider's flow of now.
  WithdrawState send(ErasingProvider& from) {
    const submission::Federation of = of_hub();
    return send_withdraw({.clock = clock,
                          .random = from.random,
                          .vault = *from.vault,
                          .federation = of,
                          .provider = from.provider,
                          .key = from.key,
                          .instruction = federation.erasure,
                          .require_in_force = [](const statement::Id&) {},
                          .evaluate = [&](auto seed, auto numbers) { return from.evaluate(seed, numbers); },
                          .sealing_key = [&] { return sealing_keys->current(); },
                          .send =
                              [&](base::ByteView request) {
                                sent.assign(request.begin(), request.end());
                                if (!is_up) throw base::Error("CND-1904", "The server does not answer.");
                                receipt = withdrawals->take(federation.peer(), request);
                                return receipt;
                              }});
  }
  [[nodiscard]] std::string pseudonym_of(std::string_view digits) const {
    return base::to_hex(pseudonym::lake_pseudonym(lake_key.view(), federation.token(digits)));
  }
  /// How many events of this name its log has.
  [[nodiscard]] std::size_t events(std::string_view name) const {
    std::size_t found = 0;
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) ++found;
    return found;
  }
  [[nodiscard]] bool has(std::string_view digits) const {
    return withdrawals->is_withdrawn(federation.token(digits));
  }

  ErasureFederation& federation;
  guardians::MovingClock& clock;
  base::Disk& disk;
  std::filesystem::path folder;
  base::SeededRandom random{5, "hub"};
  std::string text;  ///< of its own log
  Log lines{[this](std::string_view line) { text.append(line); }, clock};
  crypto::SigningKey hub_key = key_of("hub");
  base::SecretBytes operator_key{std::size_t{32}};
  base::SecretBytes lake_key{guardians::digest_of("z_lake")};
  base::SecretBytes tombstone_key{guardians::digest_of("z_tomb")};
  guardians::TestLog view{federation, clock};
  std::optional<submission::SealingKeys> sealing_keys;
  std::optional<Erasures> erasures;
  std::unique_ptr<Withdrawals> withdrawals;
  std::function<void()> before_entering = [] {};
  std::vector<std::string> entered;
  bool is_up = true;  ///< whether it answers
  base::Bytes sent;
  std::string receipt;
};

}  // namespace candour::node::testing
