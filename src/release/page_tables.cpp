#include "candour/release/page_tables.h"

#include <algorithm>

#include "candour/page/components.h"
#include "candour/page/markdown.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/release/figures.h"

namespace candour::release {
namespace {

using collection::FrameDimension;
using collection::ReleaseColumn;
using collection::ReleaseTable;
using page::Html;

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// A title inside a sentence: "treatment function".
std::string inside(std::string title) {
  if (!title.empty()) title[0] = lowered(title[0]);
  return title;
}

/// "Median wait (weeks)"; the unit is left out where the title says it: "All treatments".
std::string heading_of(const ReleaseColumn& column) {
  std::string title = column.title;
  std::transform(title.begin(), title.end(), title.begin(), lowered);
  if (column.unit.empty() || title.find(column.unit) != std::string::npos) return column.title;
  return column.title + " (" + column.unit + ")";
}

bool is_fixed(const ReleaseTable& declared, const FrameDimension& dimension) {
  return declared.summary_where.contains(dimension.column);
}

/// What a table shows and where the rest is, before it: "One row for each provider, with treatment function
/// Total (C_999). Each treatment function and all 113 columns are in the CSV file."
std::string introduction(const ReleasedTable& table, const ReleaseInputs& inputs) {
  const ReleaseTable& declared = *table.declared;
  std::string rows, fixed, all;
  for (const FrameDimension& dimension : declared.frame) {
    const std::string title = inside(dimension.title);
    if (!is_fixed(declared, dimension)) {
      rows += (rows.empty() ? "One row for each " : " and ") + title;
      continue;
    }
    const std::string& value = declared.summary_where.at(dimension.column);
    fixed += (fixed.empty() ? ", with " : " and ") + title + " " + value_text(dimension, inputs, value);
    all += "each " + title + " and ";
  }
  const auto figures = std::count_if(declared.columns.begin(), declared.columns.end(),
                                     [](const ReleaseColumn& column) { return !column.is_status; });
  std::string rest = all + "all " + page::grouped(figures) + " figures of a row are in the";
  if (rest.starts_with("each")) rest[0] = 'E';
  if (rest.starts_with("all")) rest[0] = 'A';
  return rows + fixed + ". " + rest + " [CSV file](tables/" + declared.name + ".csv) (" +
         bytes_text(table.csv_bytes) + ").\n";
}

Html summary_table(const ReleasedTable& table, const ReleaseInputs& inputs) {
  const ReleaseTable& declared = *table.declared;
  page::DataTable shown;
  shown.id = "table-" + declared.name;
  shown.caption = declared.title + ", " + collection::period_in_words(inputs.period);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < declared.frame.size(); ++i) {
    if (is_fixed(declared, declared.frame[i])) continue;
    open.push_back(i);
    shown.columns.push_back({declared.frame[i].title, page::Align::kText});
  }
  for (const std::string& column : declared.summary) {
    shown.columns.push_back({heading_of(*declared.find(column)), page::Align::kNumber});
  }
  for_each_row(table.framed, declared.summary_where, [&](const table::Chunk& chunk, std::size_t row) {
    std::vector<page::TableCell> cells;
    for (const std::size_t i : open) {
      cells.emplace_back(value_text(declared.frame[i], inputs, chunk.column(i).text(row)));
    }
    for (const std::string& column : declared.summary) {
      cells.emplace_back(cell_text(declared, table.framed, chunk, row, column));
    }
    shown.rows.push_back(std::move(cells));
  });
  return page::render_table(shown);
}

/// Everything else together, by the codes of one dimension. The code that the summary holds fixed stands for
/// all of them, so its row is the total.
Html table_by(const FrameDimension& dimension, const ReleasedTable& table, const ReleaseInputs& inputs) {
  const ReleaseTable& declared = *table.declared;
  page::DataTable shown;
  shown.id = "table-" + declared.name + "-by-" + dimension.column;
  shown.caption = inputs.collection->release.title + " by " + inside(dimension.title) + ", " +
                  collection::period_in_words(inputs.period);
  shown.columns.push_back({dimension.title, page::Align::kText});
  std::vector<std::string> columns;
  for (const std::string& name : declared.summary) {
    const ReleaseColumn& column = *declared.find(name);
    if (column.type != table::Type::kInteger) continue;
    columns.push_back(name);
    shown.columns.push_back({heading_of(column), page::Align::kNumber});
  }
  for (const collection::Code& code : inputs.collection->codes.at(dimension.codes).codes()) {
    Where where = declared.summary_where;
    where[dimension.column] = code.value;
    std::vector<page::TableCell> cells{code.label};
    for (const std::string& name : columns) {
      cells.emplace_back(page::grouped(sum_of(table.framed, {name}, where)));
    }
    const bool is_total = code.value == declared.summary_where.at(dimension.column);
    if (is_total) {
      shown.total = std::move(cells);
    } else {
      shown.rows.push_back(std::move(cells));
    }
  }
  return page::render_table(shown);
}

}  // namespace

std::string dimensions_in_words(const ReleaseTable& table) {
  std::string words;
  for (std::size_t i = 0; i < table.frame.size(); ++i) {
    if (i > 0) words += i + 1 == table.frame.size() ? " and " : ", ";
    words += inside(table.frame[i].title);
  }
  return words;
}

std::string bytes_text(std::uint64_t size_bytes) {
  if (size_bytes < 1024) return page::grouped(static_cast<std::int64_t>(size_bytes)) + " bytes";
  return page::grouped(static_cast<std::int64_t>((size_bytes + 512) / 1024)) + " kB";
}

Html page_tables(const ReleasedTable& table, const ReleaseInputs& inputs) {
  const ReleaseTable& declared = *table.declared;
  Html html;
  for (const FrameDimension& dimension : declared.frame) {
    if (!is_fixed(declared, dimension) || dimension.codes.empty()) continue;
    html += page::paragraph("Everything that was sent, added up by " + inside(dimension.title) +
                            ". Medians and shares must not be added: this table has none.");
    html += table_by(dimension, table, inputs);
  }
  html += page::render_markdown(introduction(table, inputs), 3);
  html += summary_table(table, inputs);
  html += page::details("Notes to the table", page::render_markdown(declared.footnotes, 3));
  return html;
}

}  // namespace candour::release
