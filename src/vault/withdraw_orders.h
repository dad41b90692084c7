// Erasure orders as a provider's vault knows them: whose rows a court or the person's own right wants gone
// wherever they are, who ordered it, and in which week's batch the order went to the hub. What is kept here
// leaves the vault only as a token among 256 (node/withdraw_flow.h). docs/reference/formats/withdraw.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/date.h"
#include "candour/base/identifiable.h"
#include "candour/base/random.h"
#include "candour/vault/vault.h"

namespace candour::vault {

/// How many orders a week's batch holds: what a batch of pseudonyms has for its least size.
inline constexpr std::size_t kWithdrawPlaces = 256;
/// Who ordered it, or a reference: so many bytes.
inline constexpr std::size_t kWithdrawTextAtMostBytes = 256;

/// How far an order has come in one domain of pseudonyms: each has batches of its own.
struct WithdrawProgress {
  std::string domain;
  std::optional<base::Date> planned{};     ///< the week of the newest batch that it stands in
  std::optional<std::int64_t> received{};  ///< when the hub had first taken such a batch; seconds since 1970
};

/// An order, without the number that it is about.
struct WithdrawOrder {
  std::int64_t id = 0;
  std::string ordered_by, reference;
  std::int64_t ordered_at = 0;              ///< seconds since 1970
  std::vector<WithdrawProgress> domains{};  ///< of which any batch was planned; by name

  [[nodiscard]] bool is_received(std::string_view domain) const;
};

/// One week's batch for one domain of pseudonyms.
struct WithdrawWeek {
  std::int64_t id = 0;
  base::SecretBytes seed{32};  ///< drawn once: the batch follows from it and the numbers
  std::vector<base::Identifiable<std::string>> numbers{};  ///< at most kWithdrawPlaces
  /// What goes to the hub, once it was made: sealed, so that it can go again as it is.
  base::Bytes request{};
  std::int64_t request_made = 0;           ///< seconds since 1970
  std::optional<std::int64_t> received{};  ///< when the hub had taken it
};

/// Works on a vault, which outlives it, and not during a load. Errors of every call: those of Vault.
class WithdrawOrders {
 public:
  explicit WithdrawOrders(Vault& vault) : vault_(vault) {}

  /// Keeps an order; durable. `number` is the 10 digits of a valid NHS number. Gives the order's id. Errors:
  /// CND-1954 (who ordered it or the reference is empty, too long, or holds a control character), CND-1955
  /// (there is an order about this person).
  std::int64_t add(const base::Identifiable<std::string>& number, std::string_view ordered_by,
                   std::string_view reference, std::int64_t now);
  /// By their ids.
  [[nodiscard]] std::vector<WithdrawOrder> list() const;
  /// Forgets an order that stands in no batch yet; durable. Errors: CND-1956 (there is none of this id),
  /// CND-1957 (it stands in a batch: what the hub has a tombstone for, nobody brings back).
  void cancel(std::int64_t id);
  /// Lets an order go with the next week's batches once more, for a hub that has lost what it took; durable.
  /// Errors: CND-1956 (there is none of this id).
  void order_again(std::int64_t id);

  /// The week's batch for a domain, made where there is none: the oldest orders that the hub has not taken
  /// for this domain. From then on the same until the week is over; durable.
  [[nodiscard]] WithdrawWeek plan(std::string_view domain, base::Date week, base::Random& random);
  /// Keeps what goes to the hub, in the place of what was made before.
  void keep_request(const WithdrawWeek& week, base::ByteView request, std::int64_t made);
  /// Keeps that the hub has taken the week's batch, and its receipt. The request is gone then.
  void receive(const WithdrawWeek& week, std::string_view receipt, std::int64_t now);

 private:
  [[nodiscard]] std::optional<WithdrawWeek> find(std::string_view domain, base::Date week) const;
  Vault& vault_;
};

}  // namespace candour::vault
