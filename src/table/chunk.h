// Columnar chunks of at most kChunkRows rows: how rows travel between modules. A chunk is filled row by row
// or column by column, read by column, cleared and filled again, so that a stream of any length needs the
// memory of one. An identifiable chunk is base::Identifiable<table::Chunk>; `wipe` overwrites what it held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/identifiable.h"
#include "candour/table/type.h"

namespace candour::table {

inline constexpr std::size_t kChunkRows =
    2048;  ///< DuckDB's vector size, so that hand-over is a copy of columns

struct ColumnSpec {
  std::string name;
  Type type = Type::kText;
  friend bool operator==(const ColumnSpec&, const ColumnSpec&) = default;
};

/// The columns of a relation, in order.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<ColumnSpec> columns);
  [[nodiscard]] const std::vector<ColumnSpec>& columns() const { return columns_; }
  [[nodiscard]] std::size_t size() const { return columns_.size(); }
  /// The index of the column called `name`.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  friend bool operator==(const Schema&, const Schema&) = default;

 private:
  std::vector<ColumnSpec> columns_;
};

class Column {
 public:
  explicit Column(Type type) : type_(type) {}
  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] std::size_t size() const { return valid_.size(); }
  [[nodiscard]] bool is_null(std::size_t row) const { return valid_[row] == 0; }

  // Readers: the type must be the column's, the value not null (CANDOUR_CHECK).
  [[nodiscard]] bool boolean(std::size_t row) const {
    CANDOUR_CHECK(type_ == Type::kBoolean && !is_null(row));
    return numbers_[row] != 0;
  }
  [[nodiscard]] std::int64_t integer(std::size_t row) const;
  [[nodiscard]] double real(std::size_t row) const;
  [[nodiscard]] std::string_view text(std::size_t row) const {  ///< valid until the column changes
    CANDOUR_CHECK(type_ == Type::kText && !is_null(row));
    const auto begin = static_cast<std::size_t>(row == 0 ? 0 : numbers_[row - 1]);
    const auto end = static_cast<std::size_t>(numbers_[row]);
    return std::string_view(bytes_).substr(begin, end - begin);
  }
  [[nodiscard]] base::Date date(std::size_t row) const;

  /// A null text ends where the text before it ends, so that the next one begins there.
  void append_null() { append(0, static_cast<std::int64_t>(bytes_.size())); }
  void append_boolean(bool value);
  void append_integer(std::int64_t value);
  void append_real(double value);
  void append_text(std::string_view value);
  void append_date(base::Date value);
  /// Copies one value, null or not, from a column of the same type.
  void append_from(const Column& other, std::size_t row);

  void clear();  ///< keeps memory
  void wipe();   ///< overwrites memory, then clears

 private:
  // One value: every row of every file passes here, so that the usual case is a few instructions in place.
  void append(std::uint8_t valid, std::int64_t number) {
    if (valid_.size() == valid_.capacity() || numbers_.size() == numbers_.capacity()) make_room_for_row();
    valid_.push_back(valid);
    numbers_.push_back(number);
  }
  void append_number(std::int64_t number) { append(1, number); }
  void make_room_for_row();

  Type type_;
  std::vector<std::uint8_t> valid_;
  std::vector<std::int64_t> numbers_;  ///< booleans, integers, dates; bit patterns of reals; ends of texts
  std::string bytes_;                  ///< the texts, one after another
};

class Chunk {
 public:
  Chunk() = default;
  explicit Chunk(const Schema& schema);
  [[nodiscard]] std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
  [[nodiscard]] bool full() const { return rows() >= kChunkRows; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] Column& column(std::size_t index) { return columns_[index]; }
  [[nodiscard]] const Column& column(std::size_t index) const { return columns_[index]; }
  /// Copies one row from a chunk whose columns have the same types.
  void append_row(const Chunk& other, std::size_t row);
  void clear();
  void wipe();

 private:
  std::vector<Column> columns_;
};

inline void wipe(Chunk& chunk) { chunk.wipe(); }
using IdentifiableChunk = base::Identifiable<Chunk>;

/// A stream of chunks of one schema.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  [[nodiscard]] virtual const Schema& schema() const = 0;
  /// Clears `chunk` (made from schema()) and fills it; false, with no rows, at the end.
  virtual bool next(Chunk& chunk) = 0;
};

/// A whole relation in memory: for counts, releases and tests, never for rows of people.
struct Relation {
  Schema schema;
  std::vector<Chunk> chunks;  ///< none empty; all full but the last
  [[nodiscard]] std::size_t rows() const;
  void append_row(const Chunk& from, std::size_t row);
};

/// A source over a relation that outlives it.
class RelationSource final : public ChunkSource {
 public:
  explicit RelationSource(const Relation& relation) : relation_(relation) {}
  [[nodiscard]] const Schema& schema() const override { return relation_.schema; }
  bool next(Chunk& chunk) override;

 private:
  const Relation& relation_;
  std::size_t next_ = 0;
};

/// Sorts the rows by all columns, left to right: nulls first, numbers by value, texts bytewise. With it a set
/// of rows has one order, so one sequence of bytes.
void sort_rows(Relation& relation);

}  // namespace candour::table
