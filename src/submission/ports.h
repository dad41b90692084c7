// What the outbox asks of others. src/node implements the ports over vault, guardians and network; tests with
// the other side's objects. All calls block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "candour/submission/plan.h"
#include "candour/submission/tokens.h"
#include "candour/table/chunk.h"

namespace candour::submission {

/// Tokens of a slice's rows, and what shows that the guardians made them.
struct Pseudonymised {
  Tokens tokens;             ///< one for each row of rows(), in its order
  std::string attestations;  ///< docs/reference/formats/attestations.md; empty where no row has a number
};

/// The provider's own side: its vault, its minimiser, and the guardians.
class SlicePort {
 public:
  virtual ~SlicePort() = default;
  /// The slice's minimised rows (Table::minimised_schema()) in the vault's order, from its beginning. Asked
  /// for twice: for rows.csv, and again for the package.
  [[nodiscard]] virtual std::unique_ptr<table::ChunkSource> rows() = 0;
  /// Asks the guardians. The points of the batches are a function of the plan (batch_seed); asked for again,
  /// after a run that was cut off, they are in new batches and give the same tokens.
  [[nodiscard]] virtual Pseudonymised pseudonymise(const Plan& plan) = 0;
  /// Keeps where each of rows() stands in the package, so that a person can be shown a row later: tokens are
  /// in no file, and without them nobody could tell. Durable when it returns; before there is a manifest it
  /// may be asked again, with other places. To be sealed: the places are the order of the tokens. A port that
  /// keeps none sends what nobody can be given a receipt for.
  virtual void keep_places(const Plan& plan, std::span<const std::uint64_t> places) {
    static_cast<void>(plan), static_cast<void>(places);
  }
};

/// The hub. Every call may be repeated.
class HubPort {
 public:
  virtual ~HubPort() = default;
  /// The envelope of its sealing key of today.
  [[nodiscard]] virtual std::string sealing_key() = 0;
  /// What it holds of this provider for a slice.
  [[nodiscard]] virtual std::optional<SliceNow> slice_now(const SliceName& slice) = 0;
  /// The receipt of a submission that was committed, also of one that was replaced since.
  [[nodiscard]] virtual std::optional<std::string> receipt(const Identity& identity) = 0;
  virtual void put_manifest(std::string_view envelope) = 0;
  virtual void put_attestations(const Identity& identity, std::string_view body) = 0;
  /// How many bytes of the package it has: where to go on.
  [[nodiscard]] virtual std::uint64_t package_received(const Identity& identity) = 0;
  /// The piece from `offset`, of kPieceBytes or up to the package's end.
  virtual void put_package(const Identity& identity, std::uint64_t offset, base::ByteView piece) = 0;
  /// Stores the submission and gives its receipt.
  [[nodiscard]] virtual std::string commit(const Identity& identity) = 0;
};

}  // namespace candour::submission
