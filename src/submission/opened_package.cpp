#include "candour/submission/opened_package.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "candour/base/error.h"
#include "candour/submission/commitment.h"
#include "candour/submission/compression.h"
#include "candour/submission/package_content.h"
#include "candour/submission/record_text.h"
#include "candour/table/csv_reader.h"
#include "candour/table/csv_writer.h"

namespace candour::submission {
namespace {

constexpr std::size_t kTokenDigits = 2 * sizeof(Token);
constexpr std::size_t kPiece = std::size_t{64} << 10;

/// Hands on what a source gives, and keeps it until it was compared with what the row should be.
class RecordedSource final : public base::ByteSource {
 public:
  explicit RecordedSource(base::ByteSource& source) : source_(source) { kept_.reserve(8 * kPiece); }
  ~RecordedSource() override { base::wipe(kept_.data(), kept_.size()); }

  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t size = source_.read(out.first(std::min(out.size(), kPiece)));
    forget_compared();
    kept_.append(base::as_text(out.first(size)));
    return size;
  }

  /// Whether the next bytes are these; if so, they are done with.
  bool take(std::string_view expected) {
    if (!std::string_view(kept_).substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  [[nodiscard]] bool is_empty() const { return at_ == kept_.size(); }

 private:
  void forget_compared() {
    const std::size_t left = kept_.size() - at_;
    std::copy(kept_.begin() + static_cast<std::ptrdiff_t>(at_), kept_.end(), kept_.begin());
    base::wipe(kept_.data() + left, at_);
    kept_.resize(left);
    at_ = 0;
  }

  base::ByteSource& source_;
  std::string kept_;
  std::size_t at_ = 0;
};

std::optional<std::uint8_t> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  return std::nullopt;
}

std::optional<Token> parse_token(std::string_view digits) {
  if (digits.size() != kTokenDigits) return std::nullopt;
  Token token{};
  for (std::size_t i = 0; i < token.size(); ++i) {
    const auto high = hex_digit(digits[2 * i]);
    const auto low = hex_digit(digits[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    token[i] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return token;
}

table::Schema with_pseudonym(const table::Schema& minimised) {
  std::vector<table::ColumnSpec> columns = {{kPseudonymColumn, table::Type::kText}};
  columns.insert(columns.end(), minimised.columns().begin(), minimised.columns().end());
  return table::Schema(std::move(columns));
}

/// Which columns of the minimised schema must name an organisation that the provider may send for.
std::vector<std::size_t> submitter_columns(const collection::Table& table, const table::Schema& minimised) {
  std::vector<std::size_t> columns;
  for (const collection::Field& field : table.fields) {
    if (!field.of_submitter || !std::holds_alternative<collection::Keep>(field.minimise)) continue;
    columns.push_back(minimised.find(field.minimised_as).value());
  }
  return columns;
}

bool is_null(const table::CsvField& field) { return field.bytes.empty() && !field.quoted; }

[[noreturn]] void fail_row(std::uint64_t line, base::Literal rule) {
  throw base::Error("CND-2222", "A row of the package breaks a rule.")
      .with("line", line)
      .with("rule", base::Label(rule.view()));
}

[[noreturn]] void fail_value(std::uint64_t line, base::Literal rule, const std::string& column) {
  throw base::Error("CND-2222", "A row of the package breaks a rule.")
      .with("line", line)
      .with("column", base::Label(column))
      .with("rule", base::Label(rule.view()));
}

/// The columns of the minimised schema in which no value may come.
std::vector<std::size_t> empty_columns(const PackageRules& rules, const table::Schema& minimised) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < minimised.size() && rules.fields != nullptr; ++i) {
    const std::string& name = minimised.columns()[i].name;
    if (std::ranges::find(*rules.fields, name) == rules.fields->end()) columns.push_back(i);
  }
  return columns;
}

[[noreturn]] void fail_content(base::Literal what) {
  throw base::Error("CND-2223", "The package does not hold what its manifest commits to.")
      .with("differs", base::Label(what.view()));
}

base::SecretBytes read_seed(base::ByteSource& content) {
  base::SecretBytes seed(kSeedBytes);
  std::size_t got = 0;
  while (got < kSeedBytes) {
    const std::size_t more = content.read(seed.span().subspan(got));
    CANDOUR_CHECK(more > 0);  // a header that says less than a seed was refused
    got += more;
  }
  return seed;
}

}  // namespace

class OpenedPackage::Reader {
 public:
  Reader(base::ByteSource& sealed, const crypto::SealKey& key, const statement::Submission& manifest,
         PackageRules rules)
      : manifest_(manifest),
        rules_(std::move(rules)),
        minimised_(rules_.table.minimised_schema()),
        schema_(with_pseudonym(minimised_)),
        submitters_(submitter_columns(rules_.table, minimised_)),
        empty_(empty_columns(rules_, minimised_)),
        opening_(sealed, key, package_info(manifest)),
        content_(opening_) {}

  ~Reader() {
    if (token_before_) base::wipe(token_before_->data(), token_before_->size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  [[nodiscard]] const table::Schema& schema() const { return schema_; }

  const PackageHeader& header() {
    CANDOUR_CHECK(!failed_);
    failed_ = true;
    const PackageHeader& header = content_.header();
    if (manifest_.nil && (header.rows > 0 || header.rows_refused > 0)) refuse_content("nil");
    failed_ = false;
    return header;
  }

  bool next(table::Chunk& rows) {
    rows.clear();
    if (ended_) return false;
    const PackageHeader& header = this->header();
    failed_ = true;  // after an error nothing of the package counts
    if (!csv_) begin(header);
    table::CsvRecord record;
    while (!rows.full() && csv_->next(record)) put(record, rows);
    if (rows.rows() == 0) {
      require_whole();
      ended_ = true;
    }
    failed_ = false;
    return !ended_;
  }

 private:
  void begin(const PackageHeader& header) {
    opened_.emplace(content_, header.opened_bytes);
    commitment_.emplace(read_seed(*opened_).view());
    recorded_.emplace(*opened_);
    csv_.emplace(
        *recorded_, table::CsvDialect{},
        table::CsvLimits{.record_bytes = kRecordBytesAtMost + kTokenDigits, .fields = minimised_.size() + 2});
    table::CsvRecord names;
    const bool is_there = csv_->next(names);
    const std::string expected =
        std::string(kTokenColumn) + "," + std::string(text_.header(minimised_)) + "\n";
    if (!is_there || !recorded_->take(expected)) fail_row(1, "header");
  }

  void put(const table::CsvRecord& record, table::Chunk& rows) {
    if (record.fault != table::CsvFault::kNone) fail_row(record.line, "record-shape");
    if (record.fields.size() != minimised_.size() + 1) fail_row(record.line, "fields");
    const std::string_view digits = record.fields[0].bytes;
    const std::optional<Token> token = parse_token(digits);
    if (!token && !digits.empty()) fail_value(record.line, "token", kTokenColumn);
    put_values(record, rows);
    const std::string_view written = require_canonical(record);
    require_order(record.line, token, written);
    commitment_->add(written);
    if (commitment_->rows() > content_.header().rows) fail_content("rows");
    put_pseudonym(token, rows.column(0));
  }

  void put_values(const table::CsvRecord& record, table::Chunk& rows) {
    for (std::size_t i = 0; i < minimised_.size(); ++i) {
      if (!table::append_canonical(record.fields[i + 1], rows.column(i + 1))) {
        fail_value(record.line, "type", minimised_.columns()[i].name);
      }
    }
    for (const std::size_t i : submitters_) {
      const table::CsvField& field = record.fields[i + 1];
      if (!is_null(field) && field.bytes != manifest_.provider) {
        fail_value(record.line, "submitter", minimised_.columns()[i].name);
      }
    }
    for (const std::size_t i : empty_) {
      if (!is_null(record.fields[i + 1])) {
        throw base::Error("CND-2037", "A field is not one that the instruction lets leave.")
            .with("line", record.line)
            .with("column", base::Label(minimised_.columns()[i].name));
      }
    }
  }

  // The record's one form is the one that the bytes have: two forms would be two commitments to one row.
  std::string_view require_canonical(const table::CsvRecord& record) {
    for (const table::CsvField& field : record.fields.subspan(1)) {
      text_.field(is_null(field) ? std::nullopt : std::optional(field.bytes));
    }
    const std::string_view written = text_.finish();
    const bool is_canonical = recorded_->take(record.fields[0].bytes) && recorded_->take(",") &&
                              recorded_->take(written) && recorded_->take("\n");
    if (!is_canonical) fail_row(record.line, "canonical-form");
    return written;
  }

  void require_order(std::uint64_t line, const std::optional<Token>& token, std::string_view written) {
    const bool is_first = commitment_->rows() == 0;
    const bool is_same = !is_first && token == token_before_;
    bool is_in_order = is_first || is_same || (token_before_ && (!token || *token_before_ < *token));
    if (is_same) is_in_order = record_before_ <= written;
    if (!is_in_order) fail_row(line, "order");
    if (token && !is_same && ++distinct_tokens_ > rules_.tokens_at_most) {
      throw base::Error("CND-2225", "The package has more tokens than its batches cover.")
          .with("most", rules_.tokens_at_most);
    }
    token_before_ = token;
    record_before_ = written;
  }

  void put_pseudonym(const std::optional<Token>& token, table::Column& column) {
    if (token) {
      column.append_text(rules_.pseudonym(*token));
    } else {
      column.append_null();
    }
  }

  void require_whole() {
    if (!recorded_->is_empty()) fail_content("bytes");
    if (commitment_->rows() != content_.header().rows) fail_content("rows");
    if (commitment_->root() != manifest_.commitment) fail_content("commitment");
  }

  const statement::Submission manifest_;
  const PackageRules rules_;
  const table::Schema minimised_;
  const table::Schema schema_;
  const std::vector<std::size_t> submitters_;
  const std::vector<std::size_t> empty_;
  crypto::OpeningSource opening_;
  ContentSource content_;
  std::optional<DecompressingSource> opened_;
  std::optional<RecordedSource> recorded_;
  std::optional<table::CsvReader> csv_;
  std::optional<Commitment> commitment_;
  RecordText text_;
  std::optional<Token> token_before_;
  std::string record_before_;
  std::uint64_t distinct_tokens_ = 0;
  bool ended_ = false;
  bool failed_ = false;
};

OpenedPackage::OpenedPackage(base::ByteSource& sealed, const crypto::SealKey& key,
                             const statement::Submission& manifest, PackageRules rules)
    : reader_(std::make_unique<Reader>(sealed, key, manifest, std::move(rules))) {}
OpenedPackage::~OpenedPackage() = default;

const table::Schema& OpenedPackage::schema() const { return reader_->schema(); }
const PackageHeader& OpenedPackage::header() { return reader_->header(); }
bool OpenedPackage::next(table::Chunk& rows) { return reader_->next(rows); }
}  // namespace candour::submission
