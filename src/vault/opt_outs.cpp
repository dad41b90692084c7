// Asking the service, its answer, and the practice's list. opt_out_use.cpp has what a flow needs of them.
#include "candour/vault/opt_outs.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "candour/base/error.h"
#include "candour/vault/row_table.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {
namespace {

using base::Error;

constexpr std::uint32_t kFilesAMonth = 9999;
constexpr std::int64_t kSecondsADay = 24 * 3600;

constexpr std::string_view kRequestColumns =
    "mailbox, made, first_sequence, files, numbers, sha256, answered, may_go";

base::Date day_of(std::int64_t unix_seconds) {
  return base::Date(static_cast<std::int32_t>(unix_seconds / kSecondsADay));
}

OptOutRequest read_request(const Statement& row) {
  OptOutRequest request{.mailbox = std::string(row.text(0)),
                        .made = row.integer(1),
                        .first_sequence = static_cast<std::uint32_t>(row.integer(2)),
                        .files = static_cast<std::uint32_t>(row.integer(3)),
                        .numbers = static_cast<std::uint64_t>(row.integer(4))};
  CANDOUR_CHECK(row.blob(5).size() == request.sha256.size());
  std::ranges::copy(row.blob(5), request.sha256.begin());
  if (!row.is_null(6)) request.answered = row.integer(6);
  if (!row.is_null(7)) request.may_go = static_cast<std::uint64_t>(row.integer(7));
  return request;
}

/// Sorts numbers and lets each stand once.
void make_distinct(std::vector<std::uint64_t>& numbers) {
  std::ranges::sort(numbers);
  const auto repeats = std::ranges::unique(numbers);
  // What is behind the end of a vector is wiped by nobody.
  base::wipe(numbers.data() + (repeats.begin() - numbers.begin()), repeats.size() * sizeof(std::uint64_t));
  numbers.erase(repeats.begin(), repeats.end());
}

/// Visits the numbers of each file of a request in turn.
void visit_files(const IdentifiableNumbers& numbers, std::size_t numbers_a_file,
                 const std::function<void(std::size_t file, const IdentifiableText& text)>& visit) {
  const std::span<const std::uint64_t> all = numbers.reveal().values;
  for (std::size_t at = 0, file = 0; at < all.size(); at += numbers_a_file, ++file) {
    visit(file, write_check_file(all.subspan(at, std::min(numbers_a_file, all.size() - at))));
  }
}

}  // namespace

std::vector<std::string> OptOutRequest::file_names() const {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < files; ++i) {
    names.push_back(check_file_name(mailbox, day_of(made), first_sequence + i));
  }
  return names;
}

IdentifiableNumbers OptOuts::numbers_of(const std::vector<CheckedTable>& tables) const {
  Database& database = *vault_.state_->database;
  std::vector<std::string> queries;
  std::size_t rows = 0;
  for (const CheckedTable& one : tables) {
    RowTable row_table(one.table, one.collection.name);
    if (!row_table.look(database)) continue;
    const std::optional<std::string> sql = row_table.numbers_sql();
    if (!sql) continue;
    Statement count = database.prepare("SELECT count(*) FROM (" + *sql + ")");
    CANDOUR_CHECK(count.step());
    rows += static_cast<std::size_t>(count.integer(0));
    queries.push_back(*sql);
  }
  IdentifiableNumbers numbers;
  numbers.reveal().values.reserve(rows);  // a vector that grew would leave numbers behind
  for (const std::string& sql : queries) {
    Statement each = database.prepare(sql);
    while (each.step()) numbers.reveal().values.push_back(nhs_number_of(each.text(0)));
  }
  make_distinct(numbers.reveal().values);
  return numbers;
}

std::uint32_t OptOuts::next_sequence(std::int64_t now) const {
  const base::Date today = day_of(now);
  const std::int64_t month_began = std::int64_t{today.days_since_1970() - (today.day() - 1)} * kSecondsADay;
  Statement last = vault_.state_->database->prepare(
      "SELECT ifnull(max(first_sequence + files), 1) FROM opt_out_request WHERE made >= ?1");
  last.bind_integer(1, month_began);
  CANDOUR_CHECK(last.step());
  return static_cast<std::uint32_t>(last.integer(0));
}

OptOutRequest OptOuts::ask(base::Disk& disk, const std::filesystem::path& folder,
                           const std::vector<CheckedTable>& tables, std::string_view mailbox,
                           std::int64_t now, base::Random& random, std::size_t numbers_a_file) {
  CANDOUR_CHECK(!vault_.state_->is_loading && numbers_a_file > 0);
  require_mailbox(mailbox);
  const IdentifiableNumbers numbers = numbers_of(tables);
  const std::size_t count = numbers.reveal().values.size();
  if (count == 0)
    throw Error("CND-2601", "No row of these tables has an NHS number: there is nobody to ask about.");
  OptOutRequest request{.mailbox = std::string(mailbox),
                        .made = now,
                        .first_sequence = next_sequence(now),
                        .files = static_cast<std::uint32_t>((count - 1) / numbers_a_file + 1),
                        .numbers = count};
  if (request.first_sequence + request.files - 1 > kFilesAMonth) {
    throw Error("CND-2613", "The month has no number left for another file to the service.");
  }
  base::Sha256 lines;
  visit_files(numbers, numbers_a_file, [&](std::size_t, const IdentifiableText& text) {
    lines.update(base::as_bytes(text.reveal()));
  });
  request.sha256 = lines.finish();
  const NumberDigests asked(numbers, random);

  Database& database = *vault_.state_->database;
  Transaction transaction(database);
  database.run("DELETE FROM opt_out_check WHERE may_go IS NULL");
  Statement put = database.prepare(
      "INSERT INTO opt_out_request (mailbox, made, first_sequence, files, numbers, sha256) VALUES (?1, ?2, "
      "?3, ?4, ?5, ?6)");
  put.bind_text(1, mailbox).bind_integer(2, now).bind_integer(3, request.first_sequence);
  put.bind_integer(4, request.files).bind_integer(5, static_cast<std::int64_t>(count));
  put.bind_blob(6, request.sha256).run();
  Statement keep =
      database.prepare("INSERT INTO opt_out_check (request, \"key\", asked) VALUES (?1, ?2, ?3)");
  keep.bind_integer(1, database.last_insert_id()).bind_blob(2, asked.key()).bind_blob(3, asked.bytes()).run();
  transaction.commit();

  // The vault first: a file that nobody knows could be sent, and its answer taken for another's.
  const std::vector<std::string> names = request.file_names();
  disk.make_folder(folder);
  visit_files(numbers, numbers_a_file, [&](std::size_t file, const IdentifiableText& text) {
    disk.store_new(folder / names[file], text.reveal(), base::Access::kPrivate);
  });
  return request;
}

OptOutAnswer::OptOutAnswer(std::int64_t id, const OptOutRequest& request, NumberDigests asked)
    : id_(id), asked_(std::move(asked)), may_go_((asked_.size() + 7) / 8) {
  for (const std::string& name : request.file_names()) missing_.insert(name);
}

void OptOutAnswer::read(const base::Disk& disk, const std::filesystem::path& path) {
  const auto expected = missing_.find(path.filename().string());
  if (expected == missing_.end()) {
    throw Error("CND-2607", "The file is not named as one that the newest request waits for.")
        .with("path", path);
  }
  const IdentifiableText text(base::load_text(disk, path, kCheckFileAtMostBytes));
  visit_check_file(text, path, [&](std::string_view digits, std::uint64_t line) {
    const std::optional<std::size_t> place = asked_.find(digits);
    if (!place) {
      throw Error("CND-2604", "The answer holds a number that was not asked about.")
          .with("path", path)
          .with("line", line);
    }
    std::uint8_t& byte = may_go_[*place / 8];
    const auto bit = static_cast<std::uint8_t>(1U << (*place % 8));
    if ((byte & bit) != 0) {
      throw Error("CND-2605", "The answer holds a number twice.").with("path", path).with("line", line);
    }
    byte = static_cast<std::uint8_t>(byte | bit);
    ++count_;
  });
  missing_.erase(expected);
}

OptOutAnswer OptOuts::begin_answer(std::int64_t now) {
  forget_expired(now);
  Database& database = *vault_.state_->database;
  Statement newest = database.prepare("SELECT " + std::string(kRequestColumns) +
                                      ", id FROM opt_out_request WHERE id = (SELECT max(request) FROM "
                                      "opt_out_check)");
  if (!newest.step()) throw Error("CND-2608", "No request waits for an answer.");
  Statement asked = database.prepare("SELECT \"key\", asked FROM opt_out_check WHERE request = ?1");
  asked.bind_integer(1, newest.integer(8));
  CANDOUR_CHECK(asked.step());
  return {newest.integer(8), read_request(newest), NumberDigests(asked.blob(0), asked.blob(1))};
}

OptOutRequest OptOuts::accept(const OptOutAnswer& answer, std::int64_t now) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  if (!answer.missing_.empty()) {
    throw Error("CND-2609", "A file of the request has no answer yet; all of them are read at once.")
        .with("missing", base::Label(*answer.missing_.begin()));
  }
  Database& database = *vault_.state_->database;
  Transaction transaction(database);
  Statement keep = database.prepare("UPDATE opt_out_check SET may_go = ?2 WHERE request = ?1");
  keep.bind_integer(1, answer.id_).bind_blob(2, answer.may_go_).run();
  CANDOUR_CHECK(database.changes() == 1);
  Statement note = database.prepare("UPDATE opt_out_request SET answered = ?2, may_go = ?3 WHERE id = ?1");
  note.bind_integer(1, answer.id_).bind_integer(2, now);
  note.bind_integer(3, static_cast<std::int64_t>(answer.count_)).run();
  Statement forget = database.prepare("DELETE FROM opt_out_check WHERE request <> ?1");
  forget.bind_integer(1, answer.id_).run();
  transaction.commit();
  Statement now_kept =
      database.prepare("SELECT " + std::string(kRequestColumns) + " FROM opt_out_request WHERE id = ?1");
  now_kept.bind_integer(1, answer.id_);
  CANDOUR_CHECK(now_kept.step());
  return read_request(now_kept);
}

Type1List OptOuts::replace_type1(const base::Disk& disk, const std::filesystem::path& path,
                                 base::Date drawn_up, base::Date today, base::Random& random) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  const std::optional<Type1List> held = state().type1;
  if (drawn_up > today || (held && drawn_up < held->drawn_up)) {
    throw Error("CND-2615", "The list is of a day to come, or older than the list that the vault has.");
  }
  const IdentifiableText text(base::load_text(disk, path, kCheckFileAtMostBytes));
  const NumberDigests numbers(read_type1_list(text, path), random);
  Statement put = vault_.state_->database->prepare(
      "INSERT OR REPLACE INTO opt_out_type1 (id, drawn_up, \"key\", numbers) VALUES (1, ?1, ?2, ?3)");
  put.bind_integer(1, drawn_up.days_since_1970()).bind_blob(2, numbers.key());
  put.bind_blob(3, numbers.bytes()).run();
  return {drawn_up, numbers.size()};
}

void OptOuts::forget_expired(std::int64_t now) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  Statement forget = vault_.state_->database->prepare(
      "DELETE FROM opt_out_check WHERE request IN (SELECT id FROM opt_out_request WHERE made <= ?1 OR made > "
      "?2)");
  forget.bind_integer(1, now - kCheckValidSeconds).bind_integer(2, now + kCheckClockToleranceSeconds).run();
}

OptOutState OptOuts::state() const {
  Database& database = *vault_.state_->database;
  OptOutState state;
  Statement requests = database.prepare("SELECT " + std::string(kRequestColumns) +
                                        " FROM opt_out_request WHERE id IN (SELECT request FROM "
                                        "opt_out_check) ORDER BY id");
  while (requests.step()) {
    OptOutRequest request = read_request(requests);
    (request.answered ? state.check : state.waiting) = std::move(request);
  }
  Statement list = database.prepare("SELECT drawn_up, length(numbers) FROM opt_out_type1");
  if (list.step()) {
    state.type1 = Type1List{base::Date(static_cast<std::int32_t>(list.integer(0))),
                            static_cast<std::uint64_t>(list.integer(1)) / sizeof(crypto::ShortDigest)};
  }
  return state;
}

}  // namespace candour::vault
