// Small parts of pages, in nhsuk-frontend's markup: what a release, a report and the site are put together
// of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/page/html.h"

namespace candour::page {

enum class Level { kTwo = 2, kThree = 3 };

/// A heading with an id, so that it can be linked to.
[[nodiscard]] Html heading(Level level, std::string_view id, std::string_view text);
[[nodiscard]] Html paragraph(std::string_view text);
/// A text in which what stands between two backticks is code, as texts for a terminal have it: "Run `make`."
/// Everything is escaped; a backtick without a second one stays as it is.
[[nodiscard]] Html with_inline_code(std::string_view text);
/// A bulleted list.
[[nodiscard]] Html bullets(const std::vector<Html>& items);
/// A link. An address with a scheme other than http, https or mailto becomes "#".
[[nodiscard]] Html link(std::string_view address, std::string_view text);

enum class TagColour { kGrey, kGreen, kYellow, kRed };
/// A word or two that stand out: a status. What it means must not hang on the colour.
[[nodiscard]] Html tag(TagColour colour, std::string_view text);

struct SummaryRow {
  std::string key;
  Html value;
};
/// Facts as pairs: "Published", "13 November 2025, 09:30".
[[nodiscard]] Html summary_list(const std::vector<SummaryRow>& rows);

struct HeadlineFigure {
  std::string figure;   ///< "1,276,491"
  std::string meaning;  ///< "treatments were completed in September 2025"
};
/// The figures that come first, large.
[[nodiscard]] Html headline(const std::vector<HeadlineFigure>& figures);

/// A note that stands apart from the text around it.
[[nodiscard]] Html inset(const Html& content);
/// A warning, with what it is about: "Not established here".
[[nodiscard]] Html warning(std::string_view title, const Html& content);
/// Content that opens when the reader asks for it. Works without script.
[[nodiscard]] Html details(std::string_view summary, const Html& content);

struct Figure {
  std::string id;            ///< unique in the page
  std::string title;         ///< the chart's active title
  std::string introduction;  ///< says what is shown before it is; may be empty
  std::string wide_file;     ///< "charts/bands.svg"
  std::string narrow_file;   ///< "charts/bands-narrow.svg", shown below 40 em
  std::string description;   ///< what the chart shows, in words: the image's text alternative
  std::string source;        ///< a line below; may be empty
};
/// A chart with its title. Its table belongs below it: details("The figures of this chart", render_table(…)).
[[nodiscard]] Html figure(const Figure& figure);

struct Download {
  std::string address;  ///< "tables/by-provider.csv"
  std::string title;    ///< "Waiting times by provider"
  std::string form;     ///< "CSV, 1.2 MB"
};
[[nodiscard]] Html downloads(const std::vector<Download>& files);

}  // namespace candour::page
