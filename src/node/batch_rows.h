// Which rows of a provider's vault stand behind a batch: what its record names when it is made, and what an
// auditor there holds it against (pseudonym/audit.h).
#pragma once

#include <cstdint>
#include <vector>

#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/node/persons.h"
#include "candour/pseudonym/audit.h"
#include "candour/vault/vault.h"

namespace candour::node {

/// How long a vault keeps who was in a batch: 13 months.
inline constexpr std::int64_t kBatchRecordSeconds = std::int64_t{397} * 24 * 3600;

/// For each of a slice's people, in the order of `persons`, the key of their first row. `filter` as it was
/// for the rows of `persons` (Vault::rows).
[[nodiscard]] std::vector<pseudonym::RowKey> row_keys(const vault::Vault& vault,
                                                      const collection::Table& table,
                                                      const vault::Slice& slice, const Persons& persons,
                                                      const vault::OptOutFilter* filter = nullptr);

/// What an audit says of a batch.
struct BatchAudit {
  std::vector<pseudonym::AuditFinding> findings;  ///< what is wrong
  std::size_t places = 0, people = 0;
  /// Numbers whose rows the slice does not hold any more, and that cannot be checked: it was loaded anew
  /// since the batch was made.
  std::size_t replaced = 0;
};

/// Audits a batch that the vault keeps against its logged statement. `random` makes the key under which the
/// slice's rows are compared. Errors: CND-2140.
[[nodiscard]] BatchAudit audit_kept_batch(const vault::Vault& vault, const collection::Table& table,
                                          const vault::KeptBatch& kept, const statement::Batch& logged,
                                          base::Random& random);

}  // namespace candour::node
