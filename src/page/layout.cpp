#include "candour/page/layout.h"

#include "candour/page/template.h"

namespace candour::page {
namespace {

Values::List links(const std::vector<PageLink>& pages) {
  Values::List list;
  for (const PageLink& link : pages)
    list.push_back(Values().set("ADDRESS", link.address).set("TEXT", link.text));
  return list;
}

Section shown_if(bool condition) { return condition ? Section::kShown : Section::kHidden; }

}  // namespace

std::string render_page(const Page& page) {
  return fill("layout", Values()
                            .set("LANGUAGE", page.language)
                            .set("TITLE", page.title)
                            .set_optional("CAPTION", page.caption)
                            .set_optional("LEAD", page.lead)
                            .set("PHASE_TAG", page.phase_tag)
                            .set_optional("PHASE", page.phase)
                            .set_optional("CONTENT_POLICY", page.content_policy)
                            .set("STYLE_SHEET", page.style_sheet)
                            .set("HOME", page.home)
                            .set("HAS_BREADCRUMBS", shown_if(!page.breadcrumbs.empty()))
                            .set("BREADCRUMBS", links(page.breadcrumbs))
                            .set("HAS_FACTS", shown_if(!page.facts.text().empty()))
                            .set("FACTS", page.facts)
                            .set("HAS_CONTENTS", shown_if(!page.contents.empty()))
                            .set("CONTENTS", links(page.contents))
                            .set("CONTENT", page.content)
                            .set("HAS_FOOTER_LINKS", shown_if(!page.footer_links.empty()))
                            .set("FOOTER_LINKS", links(page.footer_links))
                            .set_optional("FOOTER_NOTE", page.footer_note))
      .text();
}

}  // namespace candour::page
