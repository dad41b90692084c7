// A data table that everybody can read: a caption, headings with their scope, figures to the right, in a
// container that scrolls by itself (also by keyboard) where the screen is narrow.
#pragma once

#include <string>
#include <vector>

#include "candour/page/html.h"

namespace candour::page {

enum class Align { kText, kNumber, kWhole };  ///< kWhole: a code, which must not be broken at a hyphen

struct TableColumn {
  std::string heading;
  Align align = Align::kText;
};

/// A cell's text, ready to be read; with `link` it is a link there. Or a piece of HTML.
struct TableCell {
  TableCell(std::string cell_text) : text(std::move(cell_text)) {}  // NOLINT: implicit on purpose
  TableCell(const char* cell_text) : text(cell_text) {}             // NOLINT: implicit on purpose
  TableCell(std::string cell_text, std::string cell_link)
      : text(std::move(cell_text)), link(std::move(cell_link)) {}
  TableCell(Html cell_html) : html(std::move(cell_html)) {}  // NOLINT: implicit on purpose
  std::string text;
  std::string link;
  Html html;  ///< where it is not empty, it stands instead of the text
};

struct DataTable {
  std::string id;       ///< unique in the page: letters, digits and '-'
  std::string caption;  ///< says what the figures are, where and when
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  ///< the first cell of a row is its heading
  std::vector<TableCell> total;              ///< a last row that stands out; empty for none
};

/// Renders the table. Every row must have a cell for each column.
[[nodiscard]] Html render_table(const DataTable& table);

}  // namespace candour::page
