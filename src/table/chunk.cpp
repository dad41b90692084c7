#include "candour/table/chunk.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <utility>

#include "candour/base/bytes.h"
#include "candour/base/error.h"

namespace candour::table {
namespace {

// A std::string keeps up to 15 bytes inside itself, and leaves them behind when it is moved. A column that
// holds values always has them on the heap, where wiping reaches them.
constexpr std::size_t kLeastCapacity = 64;

// Overwrites all that the container's memory may hold, also what an earlier clear() left behind its size.
template <typename Container>
void wipe_memory(Container& held) {
  held.resize(held.capacity());
  base::wipe(held.data(), held.size() * sizeof(typename Container::value_type));
  held.clear();
}

// Grows by hand: the container would free its old memory with the values of people still in it.
template <typename Container>
void make_room(Container& held, std::size_t more) {
  if (held.capacity() >= kLeastCapacity && held.capacity() - held.size() >= more) return;
  Container larger;
  larger.reserve(std::max({kLeastCapacity, held.capacity() * 2, held.size() + more}));
  larger.assign(held.begin(), held.end());
  wipe_memory(held);
  held.swap(larger);
}

std::strong_ordering compare_values(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  if (a.is_null(row_a) || b.is_null(row_b)) return b.is_null(row_b) <=> a.is_null(row_a);
  switch (a.type()) {
    case Type::kBoolean:
      return a.boolean(row_a) <=> b.boolean(row_b);
    case Type::kInteger:
      return a.integer(row_a) <=> b.integer(row_b);
    case Type::kReal:
      // IEEE 754's total order: -0 comes before 0 and a NaN has a place, so that equal sets of rows have
      // one order.
      return std::strong_order(a.real(row_a), b.real(row_b));
    case Type::kText:
      return a.text(row_a) <=> b.text(row_b);
    case Type::kDate:
      return a.date(row_a) <=> b.date(row_b);
  }
  CANDOUR_CHECK(false && "a type that has no order");
  return std::strong_ordering::equal;
}

}  // namespace

Schema::Schema(std::vector<ColumnSpec> columns) : columns_(std::move(columns)) {}

std::optional<std::size_t> Schema::find(std::string_view name) const {
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    if (columns_[index].name == name) return index;
  }
  return std::nullopt;
}

std::int64_t Column::integer(std::size_t row) const {
  CANDOUR_CHECK(type_ == Type::kInteger && !is_null(row));
  return numbers_[row];
}

double Column::real(std::size_t row) const {
  CANDOUR_CHECK(type_ == Type::kReal && !is_null(row));
  return std::bit_cast<double>(numbers_[row]);
}

base::Date Column::date(std::size_t row) const {
  CANDOUR_CHECK(type_ == Type::kDate && !is_null(row));
  return base::Date(static_cast<std::int32_t>(numbers_[row]));
}

void Column::append_boolean(bool value) {
  CANDOUR_CHECK(type_ == Type::kBoolean);
  append_number(value ? 1 : 0);
}

void Column::append_integer(std::int64_t value) {
  CANDOUR_CHECK(type_ == Type::kInteger);
  append_number(value);
}

void Column::append_real(double value) {
  CANDOUR_CHECK(type_ == Type::kReal);
  append_number(std::bit_cast<std::int64_t>(value));
}

void Column::append_text(std::string_view value) {
  CANDOUR_CHECK(type_ == Type::kText);
  make_room(bytes_, value.size());
  bytes_.append(value);
  append_number(static_cast<std::int64_t>(bytes_.size()));
}

void Column::append_date(base::Date value) {
  CANDOUR_CHECK(type_ == Type::kDate);
  append_number(value.days_since_1970());
}

void Column::make_room_for_row() {
  make_room(valid_, 1);
  make_room(numbers_, 1);
}

void Column::append_from(const Column& other, std::size_t row) {
  CANDOUR_CHECK(type_ == other.type_ && this != &other);
  if (other.is_null(row)) {
    append_null();
  } else if (type_ == Type::kText) {
    append_text(other.text(row));
  } else {
    append_number(other.numbers_[row]);
  }
}

void Column::clear() {
  valid_.clear();
  numbers_.clear();
  bytes_.clear();
}

void Column::wipe() {
  wipe_memory(valid_);
  wipe_memory(numbers_);
  wipe_memory(bytes_);
}

Chunk::Chunk(const Schema& schema) {
  columns_.reserve(schema.size());
  for (const ColumnSpec& spec : schema.columns()) columns_.emplace_back(spec.type);
}

void Chunk::append_row(const Chunk& other, std::size_t row) {
  CANDOUR_CHECK(columns_.size() == other.columns_.size());
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    columns_[index].append_from(other.columns_[index], row);
  }
}

void Chunk::clear() {
  for (Column& column : columns_) column.clear();
}

void Chunk::wipe() {
  for (Column& column : columns_) column.wipe();
}

std::size_t Relation::rows() const {
  std::size_t rows = 0;
  for (const Chunk& chunk : chunks) rows += chunk.rows();
  return rows;
}

void Relation::append_row(const Chunk& from, std::size_t row) {
  if (chunks.empty() || chunks.back().full()) chunks.emplace_back(schema);
  chunks.back().append_row(from, row);
}

bool RelationSource::next(Chunk& chunk) {
  if (next_ == relation_.chunks.size()) {
    chunk.clear();
    return false;
  }
  chunk = relation_.chunks[next_];
  ++next_;
  return true;
}

void sort_rows(Relation& relation) {
  struct Place {
    const Chunk* chunk;
    std::size_t row;
  };
  std::vector<Place> places;
  places.reserve(relation.rows());
  for (const Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) places.push_back({&chunk, row});
  }
  // Rows that compare equal are the same bytes, so that no stable sort is needed.
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    for (std::size_t index = 0; index < relation.schema.size(); ++index) {
      const auto order = compare_values(a.chunk->column(index), a.row, b.chunk->column(index), b.row);
      if (order != std::strong_ordering::equal) return order == std::strong_ordering::less;
    }
    return false;
  });
  Relation sorted{relation.schema, {}};
  for (const Place& place : places) sorted.append_row(*place.chunk, place.row);
  relation = std::move(sorted);
}

}  // namespace candour::table
