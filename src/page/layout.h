// The frame of every page: skip link, header with the service's name, what phase this is, main, footer.
#pragma once

#include <string>
#include <vector>

#include "candour/page/html.h"

namespace candour::page {

struct PageLink {
  std::string address;
  std::string text;
};

struct Page {
  std::string language = "en-GB";
  std::string title;                        ///< h1, and first in the window's title
  std::string caption;                      ///< a line above the title ("Official statistics"); may be empty
  std::string lead;                         ///< a paragraph in larger letters below it; may be empty
  std::string phase_tag = "Demonstration";  ///< a word or two for the next one
  std::string phase;                        ///< what every page must say first; may be empty
  std::string style_sheet = "candour.css";  ///< its address from this page
  std::string content_policy;               ///< for pages that no server of ours sends; may be empty
  std::string home = "./";                  ///< where the service's name leads
  std::vector<PageLink> breadcrumbs;        ///< may be empty
  Html facts;                               ///< above the contents: published when, by whom; may be empty
  std::vector<PageLink> contents;           ///< links to the page's headings; may be empty
  Html content;                             ///< below the title
  std::vector<PageLink> footer_links;       ///< may be empty
  std::string footer_note;                  ///< may be empty
};

/// The phase of every page until data are real and releases signed.
inline constexpr const char* kDemonstrationPhase =
    "An independent demonstration on synthetic patients. Not signed.";

/// A page with this content_policy loads its style sheet and its pictures from where it lies itself (also
/// from a disk), and nothing else: no script, no frame, no form.
inline constexpr const char* kStaticContentPolicy =
    "default-src 'none'; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'";

/// The whole document, UTF-8, without script and without inline style.
[[nodiscard]] std::string render_page(const Page& page);

}  // namespace candour::page
