// Writing a load into the vault: one transaction from begin_load() to commit().
#include <algorithm>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/vault/row_table.h"
#include "candour/vault/vault.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {

struct Load::State {
  State(Vault::State& its_vault, const collection::Table& table, const Slice& slice, Scope its_scope)
      : vault(its_vault),
        scope(its_scope),
        rows(table, slice.collection),
        quarantine_table(RowTable::quarantine_name(slice.collection, slice.table)) {}
  ~State();
  void begin(const Slice& slice);
  void prepare_statements();
  void start(std::optional<Statement>& statement, std::uint64_t line);
  void refuse(std::uint64_t line, std::string_view record, std::string_view problems_json);
  void keep_times_of_same_files();
  LoadResult finish();

  Vault::State& vault;
  Scope scope;
  RowTable rows;
  std::string quarantine_table;
  std::int64_t slice_id = 0;
  /// Files of this load have this id or a later one; so a row's file says whether the row is of this load.
  std::int64_t first_file_id = 0;
  std::vector<std::int64_t> file_ids;  ///< of this load, in their order
  bool is_in_file = false;             ///< between begin_file() and end_file()
  std::optional<Statement> insert, compare, touch, replace, quarantine;
  LoadResult result;
  bool is_nil = false;
  bool is_open = false;  ///< the transaction is this load's to end
};

Load::State::~State() {
  if (!is_open) return;
  vault.is_loading = false;
  // SQLite may have rolled back on its own after an error; and on a disk that failed there is nothing to do:
  // what was not committed is not read when the vault is opened again.
  if (!vault.database->in_transaction()) return;
  try {
    insert.reset();
    compare.reset();
    touch.reset();
    replace.reset();
    quarantine.reset();
    vault.database->run("ROLLBACK");
  } catch (...) {
    return;
  }
}

void Load::State::begin(const Slice& slice) {
  Database& database = *vault.database;
  // The log of the load before goes into the database now, so that it holds one load at most.
  database.checkpoint();
  database.run("BEGIN IMMEDIATE");
  vault.is_loading = true;
  is_open = true;
  rows.make_or_extend(database);
  if (const std::optional<std::int64_t> found = vault.find_slice(slice)) {
    slice_id = *found;
  } else {
    Statement put = database.prepare(
        "INSERT INTO slice (collection, \"table\", submitter, period) VALUES (?1, ?2, ?3, ?4)");
    put.bind_text(1, slice.collection).bind_text(2, slice.table);
    put.bind_text(3, slice.submitter).bind_text(4, slice.period).run();
    slice_id = database.last_insert_id();
  }
  Statement last = database.prepare("SELECT ifnull(max(id), 0) FROM file");
  CANDOUR_CHECK(last.step());
  first_file_id = last.integer(0) + 1;
  prepare_statements();
}

void Load::State::prepare_statements() {
  Database& database = *vault.database;
  insert.emplace(database.prepare(rows.insert_sql()));
  compare.emplace(database.prepare(rows.compare_sql()));
  touch.emplace(database.prepare(rows.touch_sql()));
  replace.emplace(database.prepare(rows.replace_sql()));
  quarantine.emplace(database.prepare(rows.quarantine_sql()));
}

// Binds what insert, touch, replace and quarantine have in common.
void Load::State::start(std::optional<Statement>& statement, std::uint64_t line) {
  // After an error SQLite may have ended the transaction: a row put then would stand alone.
  CANDOUR_CHECK(is_open && vault.database->in_transaction());
  CANDOUR_CHECK(is_in_file && !is_nil);
  statement->bind_integer(1, slice_id);
  statement->bind_integer(rows.file_parameter(), file_ids.back());
  statement->bind_integer(rows.file_parameter() + 1, static_cast<std::int64_t>(line));
}

// The same files again, and nothing of them changed: they were loaded when they were, so that nobody takes
// the slice for a new one.
void Load::State::keep_times_of_same_files() {
  if (result.added + result.changed + result.removed != 0) return;
  const auto count = [&](const std::string& which) {
    Statement statement =
        vault.database->prepare("SELECT count(*) FROM file AS one WHERE slice = ?1 AND " + which);
    statement.bind_integer(1, slice_id).bind_integer(2, first_file_id);
    CANDOUR_CHECK(statement.step());
    return static_cast<std::size_t>(statement.integer(0));
  };
  const std::string before =
      "FROM file AS old WHERE old.slice = ?1 AND old.id < ?2 AND old.name = one.name AND old.sha256 = "
      "one.sha256";
  if (count("id < ?2") != file_ids.size()) return;
  if (count("id >= ?2 AND EXISTS (SELECT 1 " + before + ")") != file_ids.size()) return;
  Statement keep = vault.database->prepare("UPDATE file AS one SET loaded_at = (SELECT old.loaded_at " +
                                           before + ") WHERE slice = ?1 AND id >= ?2");
  keep.bind_integer(1, slice_id).bind_integer(2, first_file_id).run();
}

LoadResult Load::State::finish() {
  CANDOUR_CHECK(!is_in_file);
  Database& database = *vault.database;
  const auto remove = [&](const std::string& sql) {
    Statement statement = database.prepare(sql);
    statement.bind_integer(1, slice_id).bind_integer(2, first_file_id).run();
    return database.changes();
  };
  if (scope == Scope::kWholeSlice) {
    result.removed = remove(rows.remove_rows_sql());
    remove(rows.remove_quarantined_sql());
    keep_times_of_same_files();
    remove("DELETE FROM file WHERE slice = ?1 AND id < ?2");
  } else {
    remove(rows.settle_quarantined_sql());
  }
  const std::uint64_t put = result.added + result.changed + result.unchanged;
  if (is_nil || put > 0 || scope == Scope::kWholeSlice) {
    Statement set = database.prepare("UPDATE slice SET nil = ?2 WHERE id = ?1");
    set.bind_integer(1, slice_id).bind_integer(2, is_nil ? 1 : 0).run();
  }
  result.quarantined = vault.count_of_slice(quarantine_table, slice_id);
  database.run("COMMIT");
  is_open = false;
  vault.is_loading = false;
  return result;
}

Load Vault::begin_load(const collection::Table& table, const Slice& slice, Scope scope) {
  CANDOUR_CHECK(!state_->is_loading);
  CANDOUR_CHECK(slice.table == table.name);
  auto load = std::make_unique<Load::State>(*state_, table, slice, scope);
  load->begin(slice);
  return Load(std::move(load));
}

Load::Load(std::unique_ptr<State> state) : state_(std::move(state)) {}
Load::~Load() = default;
Load::Load(Load&&) noexcept = default;

void Load::begin_file(std::string_view name, std::int64_t loaded_at_unix_seconds) {
  State& state = *state_;
  CANDOUR_CHECK(state.is_open && state.vault.database->in_transaction() && !state.is_in_file);
  // The digest is known when the file was read; what is not ended is not committed.
  Statement put = state.vault.database->prepare(
      "INSERT INTO file (slice, name, sha256, loaded_at) VALUES (?1, ?2, '', ?3)");
  put.bind_integer(1, state.slice_id).bind_text(2, name).bind_integer(3, loaded_at_unix_seconds).run();
  state.file_ids.push_back(state.vault.database->last_insert_id());
  state.is_in_file = true;
}

void Load::end_file(std::string_view sha256) {
  State& state = *state_;
  CANDOUR_CHECK(state.is_open && state.vault.database->in_transaction() && state.is_in_file);
  Statement set = state.vault.database->prepare("UPDATE file SET sha256 = ?2 WHERE id = ?1");
  set.bind_integer(1, state.file_ids.back()).bind_text(2, sha256).run();
  state.is_in_file = false;
}

std::optional<RowPlace> Load::put(const table::IdentifiableChunk& rows, std::size_t row, std::uint64_t line) {
  State& state = *state_;
  const table::Chunk& chunk = rows.reveal();
  state.start(state.insert, line);
  state.rows.bind_fields(*state.insert, chunk, row);
  state.insert->run();
  if (state.vault.database->changes() == 1) {
    ++state.result.added;
    return std::nullopt;
  }

  state.compare->bind_integer(1, state.slice_id);
  state.rows.bind_fields(*state.compare, chunk, row);
  CANDOUR_CHECK(state.compare->step());
  const std::int64_t first_file_id = state.compare->integer(0);
  const std::int64_t first_line = state.compare->integer(1);
  const bool is_same = state.compare->integer(2) != 0;
  state.compare->reset();
  if (first_file_id >= state.first_file_id) {
    const auto file = std::find(state.file_ids.begin(), state.file_ids.end(), first_file_id);
    CANDOUR_CHECK(file != state.file_ids.end());
    return RowPlace{static_cast<std::size_t>(file - state.file_ids.begin()),
                    static_cast<std::uint64_t>(first_line)};
  }

  std::optional<Statement>& update = is_same ? state.touch : state.replace;
  state.start(update, line);
  if (is_same) {
    state.rows.bind_key(*update, chunk, row);
  } else {
    state.rows.bind_fields(*update, chunk, row);
  }
  update->run();
  ++(is_same ? state.result.unchanged : state.result.changed);
  return std::nullopt;
}

void Load::State::refuse(std::uint64_t line, std::string_view record, std::string_view problems_json) {
  quarantine->bind_blob(rows.file_parameter() + 2, base::as_bytes(record));
  quarantine->bind_text(rows.file_parameter() + 3, problems_json);
  start(quarantine, line);
  quarantine->run();
}

void Load::quarantine(std::uint64_t line, std::string_view record, std::string_view problems_json) {
  state_->rows.bind_unknown_key(*state_->quarantine);
  state_->refuse(line, record, problems_json);
}

void Load::quarantine(std::uint64_t line, std::string_view record, std::string_view problems_json,
                      const table::IdentifiableChunk& rows, std::size_t row) {
  state_->rows.bind_known_key(*state_->quarantine, rows.reveal(), row);
  state_->refuse(line, record, problems_json);
}

void Load::declare_nil() {
  const LoadResult& result = state_->result;
  // A part that holds nothing says nothing: the rows that stay would stand beside a return that has none.
  CANDOUR_CHECK(state_->scope == Scope::kWholeSlice);
  CANDOUR_CHECK(result.added + result.changed + result.unchanged == 0);
  state_->is_nil = true;
}

LoadResult Load::commit() { return state_->finish(); }

}  // namespace candour::vault
