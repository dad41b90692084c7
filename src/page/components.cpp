#include "candour/page/components.h"

#include <array>

#include "candour/base/error.h"
#include "candour/page/template.h"

namespace candour::page {

Html heading(Level level, std::string_view id, std::string_view text) {
  const bool is_second = level == Level::kTwo;
  return fill("heading", Values()
                             .set("SECOND", is_second ? Section::kShown : Section::kHidden)
                             .set("THIRD", is_second ? Section::kHidden : Section::kShown)
                             .set("ID", id)
                             .set("TEXT", text));
}

Html paragraph(std::string_view text) { return Html::unescaped("<p>" + escape_html(text) + "</p>\n"); }

Html with_inline_code(std::string_view text) {
  std::string html;
  for (;;) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) return Html::unescaped(html + escape_html(text));
    html += escape_html(text.substr(0, open));
    html += "<code>" + escape_html(text.substr(open + 1, close - open - 1)) + "</code>";
    text.remove_prefix(close + 1);
  }
}

Html bullets(const std::vector<Html>& items) {
  std::string html = "<ul class=\"nhsuk-list nhsuk-list--bullet\">\n";
  for (const Html& item : items) html += "<li>" + item.text() + "</li>\n";
  return Html::unescaped(html + "</ul>\n");
}

Html link(std::string_view address, std::string_view text) {
  const std::string leads = is_safe_address(address) ? escape_html(address) : "#";
  return Html::unescaped("<a class=\"nhsuk-link\" href=\"" + leads + "\">" + escape_html(text) + "</a>");
}

Html tag(TagColour colour, std::string_view text) {
  constexpr std::array<std::string_view, 4> kColours{"grey", "green", "yellow", "red"};
  return Html::unescaped("<strong class=\"nhsuk-tag nhsuk-tag--" +
                         std::string(kColours.at(static_cast<std::size_t>(colour))) + "\">" +
                         escape_html(text) + "</strong>");
}

Html summary_list(const std::vector<SummaryRow>& rows) {
  Values::List list;
  for (const SummaryRow& row : rows) list.push_back(Values().set("KEY", row.key).set("VALUE", row.value));
  return fill("summary-list", Values().set("ROWS", std::move(list)));
}

Html headline(const std::vector<HeadlineFigure>& figures) {
  Values::List list;
  for (const HeadlineFigure& one : figures) {
    list.push_back(Values().set("FIGURE", one.figure).set("MEANING", one.meaning));
  }
  return fill("headline", Values().set("FIGURES", std::move(list)));
}

Html inset(const Html& content) { return fill("inset", Values().set("CONTENT", content)); }

Html warning(std::string_view title, const Html& content) {
  return fill("warning", Values().set("TITLE", title).set("CONTENT", content));
}

Html details(std::string_view summary, const Html& content) {
  return fill("details", Values().set("SUMMARY", summary).set("CONTENT", content));
}

Html figure(const Figure& figure) {
  CANDOUR_CHECK(is_relative_address(figure.wide_file) && is_relative_address(figure.narrow_file));
  return fill("figure", Values()
                            .set("ID", figure.id)
                            .set("TITLE", figure.title)
                            .set_optional("INTRODUCTION", figure.introduction)
                            .set("WIDE", figure.wide_file)
                            .set("NARROW", figure.narrow_file)
                            .set("DESCRIPTION", figure.description)
                            .set_optional("SOURCE", figure.source));
}

Html downloads(const std::vector<Download>& files) {
  Values::List list;
  for (const Download& file : files) {
    list.push_back(Values().set("ADDRESS", file.address).set("TITLE", file.title).set("FORM", file.form));
  }
  return fill("downloads", Values().set("FILES", std::move(list)));
}

}  // namespace candour::page
