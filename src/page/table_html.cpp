#include "candour/page/table_html.h"

#include <string_view>

#include "candour/base/error.h"

namespace candour::page {
namespace {

enum class Place { kBody, kTotal };

// Longer tables scroll by themselves, so that their headings stay in sight and what follows is not pages
// away.
constexpr std::size_t kLongRows = 40;

void open_tag(std::string& html, std::string_view tag, std::string_view scope, Align align) {
  const std::string_view part = tag == "th" ? "header" : "cell";
  html += "<";
  html += tag;
  if (!scope.empty()) {
    html += " scope=\"";
    html += scope;
    html += "\"";
  }
  html += " class=\"nhsuk-table__";
  html += part;
  if (align == Align::kNumber) {
    html += " nhsuk-table__";
    html += part;
    html += "--numeric";
  }
  if (align == Align::kWhole) html += " candour-whole";
  html += "\">";
}

void add_content(std::string& html, const TableCell& cell) {
  if (!cell.html.empty()) {
    html += cell.html.text();
    return;
  }
  if (cell.link.empty()) {
    html += escape_html(cell.text);
    return;
  }
  CANDOUR_CHECK(is_safe_address(cell.link));
  html +=
      "<a class=\"nhsuk-link\" href=\"" + escape_html(cell.link) + "\">" + escape_html(cell.text) + "</a>";
}

void add_row(std::string& html, const DataTable& table, const std::vector<TableCell>& row, Place place) {
  CANDOUR_CHECK(row.size() == table.columns.size());
  html += place == Place::kTotal ? "<tr class=\"nhsuk-table__row candour-total\">"
                                 : "<tr class=\"nhsuk-table__row\">";
  for (std::size_t at = 0; at < row.size(); ++at) {
    const std::string_view tag = at == 0 ? "th" : "td";
    open_tag(html, tag, at == 0 ? "row" : "", table.columns[at].align);
    add_content(html, row[at]);
    html += "</";
    html += tag;
    html += ">";
  }
  html += "</tr>\n";
}

}  // namespace

Html render_table(const DataTable& table) {
  CANDOUR_CHECK(!table.id.empty() && table.id.find_first_of(" \"'<>&") == std::string::npos);
  CANDOUR_CHECK(!table.caption.empty());
  const std::string caption_id = table.id + "-caption";
  const std::string_view height = table.rows.size() > kLongRows ? " candour-scroll--long" : "";
  std::string html =
      "<div class=\"candour-scroll" + std::string(height) + "\" role=\"region\" aria-labelledby=\"" +
      caption_id + "\" tabindex=\"0\">\n<table class=\"nhsuk-table candour-table\" id=\"" + table.id +
      "\">\n<caption class=\"nhsuk-table__caption\" id=\"" + caption_id + "\">" + escape_html(table.caption) +
      "</caption>\n<thead class=\"nhsuk-table__head\">\n<tr class=\"nhsuk-table__row\">";
  for (const TableColumn& column : table.columns) {
    open_tag(html, "th", "col", column.align);
    html += escape_html(column.heading) + "</th>";
  }
  html += "</tr>\n</thead>\n<tbody class=\"nhsuk-table__body\">\n";
  for (const std::vector<TableCell>& row : table.rows) add_row(html, table, row, Place::kBody);
  if (!table.total.empty()) add_row(html, table, table.total, Place::kTotal);
  html += "</tbody>\n</table>\n</div>\n";
  return Html::unescaped(std::move(html));
}

}  // namespace candour::page
