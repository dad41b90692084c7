#include "candour/pseudonym/audit.h"

#include <algorithm>
#include <set>

#include "candour/base/error.h"
#include "candour/crypto/hash_to_group.h"

namespace candour::pseudonym {
namespace {

constexpr std::string_view kFirstLine = "candour-batch-record-1\n";
constexpr char kPaddingRow = '\0';
constexpr char kRealRow = '\1';

[[noreturn]] void refuse_record() { throw base::Error("CND-2140", "The record of a batch is damaged."); }

std::string_view take(std::string_view& rest, std::size_t size) {
  if (size > rest.size()) refuse_record();
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

std::size_t take_number(std::string_view& rest, std::size_t size) {
  std::size_t number = 0;
  for (const char byte : take(rest, size)) number = number << 8U | static_cast<std::uint8_t>(byte);
  return number;
}

bool is_identifier(std::string_view digits) {
  return std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

crypto::Points points_of(const BatchRecord& record) {
  crypto::Points hashed(record.rows.size());
  std::vector<crypto::Scalar> blinds;
  blinds.reserve(record.rows.size());
  for (std::size_t place = 0; place < record.rows.size(); ++place) {
    const auto& row = record.rows[place];
    if (row) hashed[place] = hash_to_group(row->number);
    blinds.push_back(
        blind_of(record.seed.view(), static_cast<std::uint32_t>(place), row ? &row->number : nullptr));
  }
  crypto::Points points = crypto::add_base_multiples(hashed, blinds);
  base::wipe(hashed.data(), hashed.size() * sizeof(crypto::Point));
  return points;
}

}  // namespace

BatchRecord record_of(const BatchPlan& plan, const base::Digest& leaf,
                      std::span<const Identifier> identifiers, std::span<const RowKey> row_keys) {
  CANDOUR_CHECK(identifiers.size() == row_keys.size());
  BatchRecord record{.leaf = leaf, .seed = base::SecretBytes(plan.seed.view()), .rows = {}};
  record.rows.reserve(plan.places.size());
  for (const std::uint32_t index : plan.places) {
    auto& row = record.rows.emplace_back();
    if (index == BatchPlan::kPadding) continue;
    row.emplace(BatchRecord::Row{RowKey(row_keys[index].reveal()), Identifier(identifiers[index].reveal())});
  }
  return record;
}

base::Identifiable<std::string> write_batch_record(const BatchRecord& record) {
  std::size_t size = kFirstLine.size() + record.leaf.size() + record.seed.size() + 4;
  for (const auto& row : record.rows) {
    size += 1 + (row ? row->number.reveal().size() + 2 + row->key.reveal().size() : 0);
  }
  std::string bytes;
  bytes.reserve(size);  // so that no copy stays behind in memory that was let go
  const auto put = [&bytes](base::ByteView piece) { bytes.append(base::as_text(piece)); };
  bytes.append(kFirstLine);
  put(record.leaf);
  put(record.seed.view());
  put(crypto::octets(static_cast<std::uint32_t>(record.rows.size())));
  for (const auto& row : record.rows) {
    bytes.push_back(row ? kRealRow : kPaddingRow);
    if (!row) continue;
    const std::string& key = row->key.reveal();
    CANDOUR_CHECK(row->number.reveal().size() == kIdentifierBytes && key.size() <= 0xffff);
    bytes.append(row->number.reveal());
    put(crypto::octets(static_cast<std::uint16_t>(key.size())));
    bytes.append(key);
  }
  return base::Identifiable<std::string>(std::move(bytes));
}

BatchRecord parse_batch_record(const base::Identifiable<std::string>& bytes) {
  std::string_view rest = bytes.reveal();
  if (!rest.starts_with(kFirstLine)) refuse_record();
  rest.remove_prefix(kFirstLine.size());
  BatchRecord record;
  std::ranges::copy(base::as_bytes(take(rest, record.leaf.size())), record.leaf.begin());
  record.seed = base::SecretBytes(base::as_bytes(take(rest, record.seed.size())));
  const std::size_t places = take_number(rest, 4);
  if (!is_batch_size(places)) refuse_record();
  record.rows.reserve(places);
  for (std::size_t place = 0; place < places; ++place) {
    auto& row = record.rows.emplace_back();
    const char kind = take(rest, 1).front();
    if (kind == kPaddingRow) continue;
    const std::string_view number = take(rest, kIdentifierBytes);
    if (kind != kRealRow || !is_identifier(number)) refuse_record();
    const std::string_view key = take(rest, take_number(rest, 2));
    row.emplace(BatchRecord::Row{RowKey(std::string(key)), Identifier(std::string(number))});
  }
  if (!rest.empty()) refuse_record();
  return record;
}

std::vector<AuditFinding> audit_batch(const BatchRecord& record, const statement::Batch& logged,
                                      const base::Digest& logged_leaf, const HoldsRow& holds_row) {
  using Kind = AuditFinding::Kind;
  std::vector<AuditFinding> findings;
  if (record.leaf != logged_leaf) findings.push_back({Kind::kOtherBatch, std::nullopt});
  if (record.rows.size() != logged.size) findings.push_back({Kind::kSize, std::nullopt});
  if (base::sha256(crypto::bytes_of(points_of(record))) != logged.points_sha256) {
    findings.push_back({Kind::kPoints, std::nullopt});
  }
  std::set<std::string_view> seen;  // views of the record's own, wiped with it
  for (std::size_t place = 0; place < record.rows.size(); ++place) {
    const auto& row = record.rows[place];
    if (!row) continue;
    const auto at = static_cast<std::uint32_t>(place);
    if (!seen.insert(row->number.reveal()).second) findings.push_back({Kind::kTwice, at});
    if (!holds_row(row->key, row->number)) findings.push_back({Kind::kNoRow, at});
  }
  return findings;
}

}  // namespace candour::pseudonym
