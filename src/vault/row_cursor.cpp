// Reading rows out of the vault.
#include <utility>

#include "candour/base/error.h"
#include "candour/vault/opt_out_filter.h"
#include "candour/vault/row_table.h"
#include "candour/vault/vault.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {

struct RowCursor::State {
  State(const collection::Table& table, const Slice& slice) : row_table(table, slice.collection) {}
  /// Whether the row that the statement stands at is handed out.
  [[nodiscard]] bool goes() const {
    return filter == nullptr || filter->judge(row_table.person_of(*statement)) == MayGo::kYes;
  }

  RowTable row_table;
  const OptOutFilter* filter = nullptr;
  std::optional<Statement> statement;  ///< nothing where the vault has no such slice
  bool is_at_end = false;
};

RowCursor::RowCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
RowCursor::~RowCursor() = default;
RowCursor::RowCursor(RowCursor&&) noexcept = default;

bool RowCursor::next(table::IdentifiableChunk& rows) {
  table::Chunk& chunk = rows.reveal();
  chunk.wipe();
  if (!state_->statement) return false;
  while (!chunk.full() && !state_->is_at_end) {
    if (state_->statement->step()) {
      if (state_->goes()) state_->row_table.read_fields(*state_->statement, chunk);
    } else {
      state_->is_at_end = true;  // one more step would begin again
    }
  }
  return chunk.rows() > 0;
}

RowCursor Vault::rows(const collection::Table& table, const Slice& slice, const OptOutFilter* filter) const {
  CANDOUR_CHECK(!state_->is_loading);
  auto state = std::make_unique<RowCursor::State>(table, slice);
  state->filter = filter;
  const std::optional<std::int64_t> id = state_->find_slice(slice);
  if (id && state->row_table.look(*state_->database)) {
    state->statement.emplace(state_->database->prepare(state->row_table.select_sql(nullptr)));
    state->statement->bind_integer(1, *id);
  }
  return RowCursor(std::move(state));
}

void Vault::records_of(
    const collection::Table& table, const Slice& any_period, Of of,
    const base::Identifiable<std::string>& value,
    const std::function<void(const Slice&, const table::IdentifiableChunk&)>& visit) const {
  CANDOUR_CHECK(!state_->is_loading);
  const std::optional<std::size_t>& field = of == Of::kPerson ? table.person : table.pathway;
  RowTable row_table(table, any_period.collection);
  if (!field || !row_table.look(*state_->database)) return;
  Statement find = state_->database->prepare(row_table.select_sql(&*field));
  Slice slice = any_period;
  for (const auto& [period, count] : periods(any_period)) {
    slice.period = period;
    const std::optional<std::int64_t> id = state_->find_slice(slice);
    if (!id || count == 0) continue;
    find.bind_integer(1, *id).bind_text(2, value.reveal());
    table::IdentifiableChunk rows{row_table.empty_chunk()};
    while (find.step()) {
      row_table.read_fields(find, rows.reveal());
      if (!rows.reveal().full()) continue;
      visit(slice, rows);
      rows.reveal().wipe();
    }
    find.reset();
    if (rows.reveal().rows() > 0) visit(slice, rows);
  }
}

}  // namespace candour::vault
