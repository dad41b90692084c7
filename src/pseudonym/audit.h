// The audit of batches, at the provider, which alone may see who was in them: a batch that held a guess about
// a chosen person is found, because it holds a number that no row of the submission has, or because its
// points do not come out again. The vault keeps a record of each batch for 13 months.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "candour/pseudonym/input.h"
#include "candour/pseudonym/plan.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

/// The text of a row's key in the provider's vault.
using RowKey = base::Identifiable<std::string>;

struct BatchRecord {
  struct Row {
    RowKey key;  ///< of one row that has the number
    Identifier number;
  };
  base::Digest leaf{};
  base::SecretBytes seed{32};            ///< batch_seed
  std::vector<std::optional<Row>> rows;  ///< by place; nothing where padding stands
};

/// The record of a planned batch. `row_keys` has for each identifier the key of a row with it.
[[nodiscard]] BatchRecord record_of(const BatchPlan& plan, const base::Digest& leaf,
                                    std::span<const Identifier> identifiers,
                                    std::span<const RowKey> row_keys);

/// The bytes that the vault keeps. docs/reference/formats/batch-record.md. A row's key has at most 65,535
/// bytes.
[[nodiscard]] base::Identifiable<std::string> write_batch_record(const BatchRecord& record);
/// Errors: CND-2140.
[[nodiscard]] BatchRecord parse_batch_record(const base::Identifiable<std::string>& bytes);

/// What an audit finds wrong. A place says where, never who.
struct AuditFinding {
  enum class Kind {
    kOtherBatch,  ///< the record is of a batch with another leaf
    kSize,        ///< it has another size than the batch that was logged
    kPoints,      ///< the points that follow from it are not those that were logged
    kNoRow,       ///< the number at `place` is of no row of the submission
    kTwice,       ///< the number at `place` stands at an earlier one too
  };
  Kind kind = Kind::kPoints;
  std::optional<std::uint32_t> place;
  friend bool operator==(const AuditFinding&, const AuditFinding&) = default;
};

/// Whether the submission's slice holds a row with this key and number.
using HoldsRow = std::function<bool(const RowKey& key, const Identifier& number)>;

/// Recomputes every point of a batch and holds it against what was logged: the verified statement and its
/// leaf. Nothing found: it held the submission's own patients and padding, and nobody else.
[[nodiscard]] std::vector<AuditFinding> audit_batch(const BatchRecord& record, const statement::Batch& logged,
                                                    const base::Digest& logged_leaf,
                                                    const HoldsRow& holds_row);

}  // namespace candour::pseudonym
