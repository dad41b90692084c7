#include "candour/intake/validating_sink.h"

#include <string>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/intake/key_runs.h"

namespace candour::intake {
namespace {

void append_u64(std::uint64_t number, std::string& out) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>((number >> shift) & 0xFF));
}

// One value of a key. A mark for null and the length of texts make the encoding of a whole key readable in
// one way only: ("ab", "c") and ("a", "bc") are two keys.
void append_value(const table::Column& column, std::size_t row, std::string& out) {
  if (column.is_null(row)) {
    out.push_back('\0');
    return;
  }
  out.push_back('\1');
  switch (column.type()) {
    case table::Type::kText: {
      const std::string_view text = column.text(row);
      append_u64(text.size(), out);
      out.append(text);
      return;
    }
    case table::Type::kInteger:
      return append_u64(static_cast<std::uint64_t>(column.integer(row)), out);
    case table::Type::kDate:
      return append_u64(static_cast<std::uint32_t>(column.date(row).days_since_1970()), out);
    case table::Type::kBoolean:
    case table::Type::kReal:
      break;
  }
  CANDOUR_CHECK(false && "no field has this column type");
}

}  // namespace

struct ValidatingSink::State {
  State(const collection::Table& of_table, base::Random& random, const std::filesystem::path& folder,
        std::size_t buffer_rows)
      : table(of_table), key(crypto::kShortKeyBytes), runs(folder, buffer_rows) {
    random.fill(key.span());
  }
  ~State() { base::wipe(encoded); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const collection::Table& table;
  base::SecretBytes key;
  KeyRuns runs;
  std::string encoded;  ///< of the row at hand
};

ValidatingSink::ValidatingSink(const collection::Table& table, base::Random& random,
                               const std::filesystem::path& scratch_folder, std::size_t buffer_rows)
    : state_(std::make_unique<State>(table, random, scratch_folder, buffer_rows)) {}

ValidatingSink::~ValidatingSink() = default;

void ValidatingSink::accept(const AcceptedRows& accepted, const DuplicateFound& found) {
  static_cast<void>(found);
  CANDOUR_CHECK(accepted.kept.size() == accepted.lines.size());
  if (state_->table.key.empty()) return;
  const table::Chunk& chunk = accepted.rows.reveal();
  for (std::size_t i = 0; i < accepted.kept.size(); ++i) {
    state_->encoded.clear();
    for (std::size_t field : state_->table.key) {
      append_value(chunk.column(field), accepted.kept[i], state_->encoded);
    }
    state_->runs.add({crypto::short_digest(state_->key.view(), base::as_bytes(state_->encoded)),
                      {accepted.file, accepted.lines[i]}});
  }
}

void ValidatingSink::refuse(const table::IdentifiableChunk&, std::size_t, std::uint64_t, std::string_view,
                            std::span<const Problem> problems) {
  CANDOUR_CHECK(!problems.empty());
}

void ValidatingSink::finish(const DuplicateFound& found) { state_->runs.find_duplicates(found); }

}  // namespace candour::intake
