// Markdown (CommonMark with tables) to HTML that is safe whoever wrote it: raw HTML is shown as text, and a
// link or image whose address could act (any scheme but http, https and mailto) loses its address.
#pragma once

#include <string_view>

#include "candour/page/html.h"

namespace candour::page {

/// Renders `markdown` with nhsuk classes on paragraphs, lists, headings, links and tables. Headings are moved
/// down by `heading_shift` levels (0 to 5): with 1, `# Title` is an h2; none goes below h6. Text past 1 MiB
/// is an Error: CND-1953.
[[nodiscard]] Html render_markdown(std::string_view markdown, int heading_shift);

}  // namespace candour::page
