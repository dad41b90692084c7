// What is compiled into the program so that it needs no files: the templates, the style sheet and the
// verifier.
#pragma once

#include <span>
#include <string_view>

namespace candour::page {

/// The style sheet of every page (web/style.scss, as tools/setup compiled it): the content of candour.css.
/// It names no other file and no other host.
[[nodiscard]] std::string_view style_sheet();

/// verify.html (web/verify, as tools/setup made it): one page that checks signed files in a browser, with its
/// style and its script in it, and a policy that lets nothing else run.
[[nodiscard]] std::string_view verifier_page();

struct Asset {
  std::string_view name;  ///< "layout" for src/page/templates/layout.html
  std::string_view text;
};

/// Every template, ordered by name.
[[nodiscard]] std::span<const Asset> templates();

}  // namespace candour::page
