#include "candour/cli/before_and_after.h"

#include <algorithm>

#include "candour/table/csv_writer.h"

namespace candour::cli {
namespace {

std::vector<BeforeAfter> one_row(const collection::Table& table, const minimise::Minimiser& minimiser,
                                 const table::Chunk& before, const table::Chunk& after,
                                 const table::Schema& after_schema, std::size_t row) {
  std::vector<BeforeAfter> fields;
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const collection::Field& field = table.fields[i];
    BeforeAfter shown{
        field.name,
        base::Identifiable<std::string>(table::canonical_text(before.column(i), row).value_or("")), "", ""};
    if (minimiser.leaves(i)) {
      shown.after_name = field.minimised_as;
      shown.after =
          table::canonical_text(after.column(*after_schema.find(field.minimised_as)), row).value_or("");
    }
    fields.push_back(std::move(shown));
  }
  return fields;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(out.size(), width), ' ');
  return out;
}

}  // namespace

std::vector<std::vector<BeforeAfter>> before_and_after(const vault::Vault& vault, const vault::Slice& slice,
                                                       const collection::Table& table,
                                                       const minimise::Minimiser& minimiser,
                                                       std::size_t rows) {
  std::vector<std::vector<BeforeAfter>> shown;
  vault::RowCursor cursor = vault.rows(table, slice);
  table::IdentifiableChunk before(table::Chunk(table.row_schema()));
  const table::Schema after_schema = table.minimised_schema();
  table::Chunk after(after_schema);
  while (shown.size() < rows && cursor.next(before)) {
    minimiser.minimise(before, after);
    for (std::size_t row = 0; row < after.rows() && shown.size() < rows; ++row) {
      shown.push_back(one_row(table, minimiser, before.reveal(), after, after_schema, row));
    }
  }
  return shown;
}

std::string render_before_and_after(const std::vector<BeforeAfter>& row) {
  constexpr std::string_view kGone = "nothing";
  std::size_t field_width = std::string_view("field").size();
  std::size_t before_width = std::string_view("in the hospital").size();
  for (const BeforeAfter& field : row) {
    field_width = std::max(field_width, field.field.size());
    before_width = std::max(before_width, field.before.reveal().size());
  }
  std::string out = "  " + padded("field", field_width) + "  " + padded("in the hospital", before_width) +
                    "  what is left of it\n";
  for (const BeforeAfter& field : row) {
    out +=
        "  " + padded(field.field, field_width) + "  " + padded(field.before.reveal(), before_width) + "  ";
    if (field.after_name.empty()) {
      out += kGone;
    } else {
      out += field.after_name == field.field ? field.after : field.after_name + " = " + field.after;
    }
    out += '\n';
  }
  return out;
}

}  // namespace candour::cli
