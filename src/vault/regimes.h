// The opt-out regime under which a slice was first sent. Sent under the other one as well, the difference of
// the two would be the list of those who opted out: so a provider remembers the first for ever and refuses
// the other, whatever the instruction says.
#pragma once

#include <cstdint>
#include <string_view>

#include "candour/collection/collection.h"
#include "candour/vault/vault.h"

namespace candour::vault {

/// Works on a vault, which outlives it, and not during a load. Errors of every call: those of Vault.
class Regimes {
 public:
  explicit Regimes(Vault& vault) : vault_(vault) {}

  /// Refuses a slice of `period` under `regime` ("applies" or "does-not-apply") where rows of the same
  /// collection, table and submitter were sent under the other, for this period or one that has a day in
  /// common with it. Errors: CND-2614.
  void require(const Slice& slice, const collection::Period& period, std::string_view regime) const;

  /// The same, and remembers it; durable when it returns. Called before anything is sent: what was cut off
  /// after may have been seen. `now` is seconds since 1970. The vault has the slice.
  void remember(const Slice& slice, const collection::Period& period, std::string_view regime,
                std::int64_t now);

 private:
  Vault& vault_;
};

}  // namespace candour::vault
