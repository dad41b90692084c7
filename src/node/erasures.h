// What the hub says in the log of what it deleted: one `erasure` statement for each thing, and behind its
// commitment the list of files, which an auditor is shown.
//
//   FOLDER/ID.files   salt (32 bytes) ‖ the paths of the files that are gone, a line each; first
//   FOLDER/ID.dsse    the statement; entered after it is here, so that it is entered with the same bytes
//   again
//
// ID is the statement's, which what was erased decides: nothing is said twice. For one thread.
// docs/reference/formats/lake.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/node/log_view.h"
#include "candour/statement/erasure.h"

namespace candour::node {

/// Something that is gone from the hub for good.
struct Erased {
  statement::Id instruction{};
  std::string collection, table;
  statement::ErasureGround ground = statement::ErasureGround::kExpiry;
  std::string occasion{};  ///< tells several on one ground apart; empty for the one at expiry
  std::uint64_t first_version = 0, last_version = 0;
  std::uint32_t keys_destroyed = 0;
  std::vector<std::string> files{};  ///< their paths in the table's folder
};

class Erasures {
 public:
  /// What is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
    LogView& view;
    /// Enters a statement in the log; returns when it is there for good.
    std::function<void(std::string_view envelope)> enter;
    const crypto::SigningKey& signing_key;  ///< the hub's
    std::filesystem::path folder;
  };
  /// Makes the folder.
  explicit Erasures(Parts parts);

  /// Says once that this was erased: returns when the log has it. Errors: those of store_new and of `enter`;
  /// asked for again, the same bytes are entered.
  void state(const Erased& erased);

 private:
  const Parts parts_;
};

}  // namespace candour::node
