#include "candour/sql/row_feed.h"

#include <memory>
#include <vector>

#include "candour/base/error.h"
#include "candour/sql/vectors.h"

namespace candour::sql {
namespace {

/// Which columns of the source the statement reads: the others are not copied.
using Projection = std::vector<idx_t>;

}  // namespace

void RowFeed::define_in(duckdb_connection connection) {
  TableFunctionHandle function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), "candour_rows");
  duckdb_table_function_set_extra_info(function.get(), this, nullptr);
  duckdb_table_function_set_bind(function.get(), &RowFeed::bind);
  duckdb_table_function_set_init(function.get(), &RowFeed::init);
  duckdb_table_function_set_function(function.get(), &RowFeed::fill);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  CANDOUR_CHECK(duckdb_register_table_function(connection, function.get()) == DuckDBSuccess);
}

void RowFeed::attach(table::ChunkSource& source) {
  detach();
  source_ = &source;
  chunk_ = table::Chunk(source.schema());
}

void RowFeed::detach() {
  source_ = nullptr;
  chunk_.wipe();
  failure_ = nullptr;
}

void RowFeed::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void RowFeed::bind(duckdb_bind_info info) {
  auto* feed = static_cast<RowFeed*>(duckdb_bind_get_extra_info(info));
  if (feed->source_ == nullptr) {
    duckdb_bind_set_error(info, "no rows are attached");
    return;
  }
  for (const table::ColumnSpec& column : feed->source_->schema().columns()) {
    const TypeHandle type(duckdb_create_logical_type(sql_type(column.type)));
    duckdb_bind_add_result_column(info, column.name.c_str(), type.get());
  }
}

void RowFeed::init(duckdb_init_info info) {
  try {
    auto projection = std::make_unique<Projection>();
    const idx_t columns = duckdb_init_get_column_count(info);
    for (idx_t i = 0; i < columns; ++i) projection->push_back(duckdb_init_get_column_index(info, i));
    duckdb_init_set_init_data(info, projection.release(),
                              [](void* data) { delete static_cast<Projection*>(data); });
    // One reader keeps the order of the rows.
    duckdb_init_set_max_threads(info, 1);
  } catch (...) {
    duckdb_init_set_error(info, "out of memory");
  }
}

void RowFeed::fill(duckdb_function_info info, duckdb_data_chunk output) {
  auto* feed = static_cast<RowFeed*>(duckdb_function_get_extra_info(info));
  const auto* projection = static_cast<const Projection*>(duckdb_function_get_init_data(info));
  try {
    if (feed->source_ == nullptr || !feed->source_->next(feed->chunk_)) {
      duckdb_data_chunk_set_size(output, 0);
      return;
    }
    const table::Chunk& chunk = feed->chunk_;
    CANDOUR_CHECK(chunk.rows() <= duckdb_vector_size());
    for (idx_t i = 0; i < projection->size(); ++i) {
      // A statement that reads no column asks for a row number, which is not one of ours.
      const idx_t column = (*projection)[i];
      if (column < chunk.columns().size()) {
        fill_vector(chunk.column(column), duckdb_data_chunk_get_vector(output, i));
      }
    }
    duckdb_data_chunk_set_size(output, chunk.rows());
  } catch (...) {
    feed->failure_ = std::current_exception();
    duckdb_function_set_error(info, "the source of the rows failed");
  }
}

}  // namespace candour::sql
