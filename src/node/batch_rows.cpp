#include "candour/node/batch_rows.h"

#include <algorithm>
#include <functional>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"

namespace candour::node {
namespace {

using RowVisit = std::function<void(const table::IdentifiableChunk& rows, std::size_t row)>;

void visit_rows(const vault::Vault& vault, const collection::Table& table, const vault::Slice& slice,
                const vault::OptOutFilter* filter, const RowVisit& visit) {
  vault::RowCursor cursor = vault.rows(table, slice, filter);
  table::IdentifiableChunk rows{table::Chunk(table.row_schema())};
  while (cursor.next(rows)) {
    for (std::size_t row = 0; row < rows.reveal().rows(); ++row) visit(rows, row);
  }
}

/// The rows of a slice by key and number, as digests under a key that exists here only.
class HeldRows {
 public:
  HeldRows(const vault::Vault& vault, const collection::Table& table, const vault::Slice& slice,
           base::Random& random) {
    random.fill(key_.span());
    if (!table.person) return;
    visit_rows(vault, table, slice, nullptr, [&](const table::IdentifiableChunk& rows, std::size_t row) {
      const table::Column& numbers = rows.reveal().column(*table.person);
      if (numbers.is_null(row)) return;
      rows_.push_back(digest(vault::key_text(table, rows, row), numbers.text(row)));
    });
    std::ranges::sort(rows_);
  }

  [[nodiscard]] bool hold(const pseudonym::RowKey& key, const pseudonym::Identifier& number) const {
    return std::ranges::binary_search(rows_, digest(key, number.reveal()));
  }

 private:
  /// A number has ten digits always, so that the two cannot run into each other.
  [[nodiscard]] crypto::ShortDigest digest(const pseudonym::RowKey& key, std::string_view number) const {
    std::string text;
    text.reserve(number.size() + key.reveal().size());
    text.append(number).append(key.reveal());
    const crypto::ShortDigest digest = crypto::short_digest(key_.view(), base::as_bytes(text));
    base::wipe(text.data(), text.size());
    return digest;
  }

  base::SecretBytes key_{crypto::kShortKeyBytes};
  std::vector<crypto::ShortDigest> rows_;
};

bool was_replaced_since(const vault::Vault& vault, const vault::KeptBatch& kept) {
  const std::vector<vault::SourceFile> files = vault.files(kept.slice);
  return files.empty() || std::ranges::any_of(files, [&](const vault::SourceFile& file) {
           return file.loaded_at_unix_seconds > kept.made;
         });
}

}  // namespace

std::vector<pseudonym::RowKey> row_keys(const vault::Vault& vault, const collection::Table& table,
                                        const vault::Slice& slice, const Persons& persons,
                                        const vault::OptOutFilter* filter) {
  std::vector<pseudonym::RowKey> keys(persons.identifiers().size());
  std::vector<bool> has_key(keys.size());
  std::size_t at = 0;
  visit_rows(vault, table, slice, filter, [&](const table::IdentifiableChunk& rows, std::size_t row) {
    const auto person = persons.identifier_of(at++);
    if (!person || has_key[*person]) return;
    keys[*person] = vault::key_text(table, rows, row);
    has_key[*person] = true;
  });
  return keys;
}

BatchAudit audit_kept_batch(const vault::Vault& vault, const collection::Table& table,
                            const vault::KeptBatch& kept, const statement::Batch& logged,
                            base::Random& random) {
  const auto bytes = vault.batch(kept.leaf);
  CANDOUR_CHECK(bytes.has_value());
  const pseudonym::BatchRecord record = pseudonym::parse_batch_record(*bytes);
  const HeldRows rows(vault, table, kept.slice, random);
  BatchAudit audit{.findings = pseudonym::audit_batch(
                       record, logged, kept.leaf,
                       [&](const auto& key, const auto& number) { return rows.hold(key, number); }),
                   .places = record.rows.size(),
                   .people = static_cast<std::size_t>(
                       std::ranges::count_if(record.rows, [](const auto& row) { return row.has_value(); }))};
  if (was_replaced_since(vault, kept)) {
    audit.replaced = std::erase_if(audit.findings, [](const pseudonym::AuditFinding& finding) {
      return finding.kind == pseudonym::AuditFinding::Kind::kNoRow;
    });
  }
  return audit;
}

}  // namespace candour::node
