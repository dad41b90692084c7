// The records of batches, and the keys by which they name rows.
#include <algorithm>

#include "candour/base/error.h"
#include "candour/table/csv_writer.h"
#include "candour/vault/vault.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {

namespace {

// A key that is longer is named by its digest: the record of a batch has two bytes for its size.
constexpr std::size_t kKeyTextAtMostBytes = 1024;

/// Where a key's text is collected: the buffer never grows, so that no copy of it stays behind.
class KeyText {
 public:
  KeyText() { text_.reserve(kKeyTextAtMostBytes); }
  void add(std::string_view piece) {
    hash_.update(base::as_bytes(piece));
    is_whole_ = is_whole_ && text_.size() + piece.size() <= kKeyTextAtMostBytes;
    if (is_whole_) text_.append(piece);
  }
  [[nodiscard]] base::Identifiable<std::string> take() {
    if (is_whole_) return base::Identifiable<std::string>(std::move(text_));
    base::wipe(text_.data(), text_.size());
    return base::Identifiable<std::string>("sha256:" + base::to_hex(hash_.finish()));
  }

 private:
  base::Sha256 hash_;
  std::string text_;
  bool is_whole_ = true;
};

}  // namespace

base::Identifiable<std::string> key_text(const collection::Table& table, const table::IdentifiableChunk& rows,
                                         std::size_t row) {
  KeyText key;
  for (const std::size_t field : table.key) {
    const table::Column& column = rows.reveal().column(field);
    if (column.is_null(row)) {
      key.add("-");
      continue;
    }
    const bool is_text = column.type() == table::Type::kText;
    const std::string other = is_text ? std::string() : *table::canonical_text(column, row);
    const std::string_view value = is_text ? column.text(row) : other;
    key.add(std::to_string(value.size()));
    key.add(":");
    key.add(value);
  }
  return key.take();
}

void Vault::keep_batch(const KeptBatch& batch, const base::Identifiable<std::string>& record) {
  CANDOUR_CHECK(!state_->is_loading);
  const std::optional<std::int64_t> slice = state_->find_slice(batch.slice);
  CANDOUR_CHECK(slice.has_value());
  Statement put = state_->database->prepare(
      "INSERT INTO batch (leaf, slice, made, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (leaf) DO NOTHING");
  put.bind_blob(1, batch.leaf).bind_integer(2, *slice).bind_integer(3, batch.made);
  put.bind_blob(4, base::as_bytes(record.reveal())).run();
}

std::vector<KeptBatch> Vault::batches() const {
  std::vector<KeptBatch> found;
  Statement all = state_->database->prepare(
      "SELECT b.leaf, s.collection, s.\"table\", s.submitter, s.period, b.made FROM batch AS b "
      "JOIN slice AS s ON s.id = b.slice ORDER BY b.made, b.leaf");
  while (all.step()) {
    KeptBatch& batch = found.emplace_back();
    CANDOUR_CHECK(all.blob(0).size() == batch.leaf.size());
    std::ranges::copy(all.blob(0), batch.leaf.begin());
    batch.slice = {std::string(all.text(1)), std::string(all.text(2)), std::string(all.text(3)),
                   std::string(all.text(4))};
    batch.made = all.integer(5);
  }
  return found;
}

std::optional<base::Identifiable<std::string>> Vault::batch(const base::Digest& leaf) const {
  Statement find = state_->database->prepare("SELECT record FROM batch WHERE leaf = ?1");
  find.bind_blob(1, leaf);
  if (!find.step()) return std::nullopt;
  return base::Identifiable<std::string>(std::string(base::as_text(find.blob(0))));
}

std::uint64_t Vault::forget_batches_before(std::int64_t unix_seconds) {
  CANDOUR_CHECK(!state_->is_loading);
  Statement remove = state_->database->prepare("DELETE FROM batch WHERE made < ?1");
  remove.bind_integer(1, unix_seconds).run();
  return state_->database->changes();
}

}  // namespace candour::vault
