// The manifest of a submission is its signed `submission` statement. A provider makes it last, when the
// package is finished; a hub reads it first, and lets nothing else in before it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/collection/collection.h"
#include "candour/crypto/signature.h"
#include "candour/statement/submission.h"
#include "candour/submission/package_format.h"

namespace candour::submission {

/// Which federation this is; from the charter.
struct Federation {
  base::Digest id{};
  std::string log;
  crypto::SigningPublicKey hub_key{};
};

/// A provider as the charter and its certificate have it.
struct Sender {
  std::string provider;
  crypto::SigningPublicKey key{};
};

/// What a submission is of: a provider has one at a time in force.
struct SliceName {
  std::string collection, table, period;
  friend auto operator<=>(const SliceName&, const SliceName&) = default;
};

/// What the hub's lake holds for a slice.
struct SliceNow {
  Identity identity{};
  std::uint32_t revision = 0;
  friend bool operator==(const SliceNow&, const SliceNow&) = default;
};

[[nodiscard]] SliceName slice_of(const statement::Submission& manifest);
[[nodiscard]] Identity identity_of(std::string_view envelope);

/// Reads a manifest that the sender must have signed: of this federation, of this provider, and one that a
/// provider of ours could have made. Errors: CND-2001 to CND-2004, CND-1008; CND-2210 (names the member and
/// the rule).
[[nodiscard]] statement::Submission verified_manifest(std::string_view envelope, const Federation& federation,
                                                      const Sender& sender);

/// That it is of this collection, as it was approved, and gives the table. Errors: CND-2210; CND-1014 (the
/// period is none of the table's).
[[nodiscard]] const collection::Table& table_of(const statement::Submission& manifest,
                                                const collection::Collection& collection);

/// That a submission is the next of its slice. To be asked where the answer cannot change before the commit;
/// earlier it only saves an upload. Errors: CND-2224 (the slice holds another submission than it replaces:
/// it is late, was overtaken, or came twice with other content).
void require_next(const statement::Submission& manifest, const std::optional<SliceNow>& now);

}  // namespace candour::submission
