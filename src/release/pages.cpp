#include "candour/release/pages.h"

#include <algorithm>

#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/markdown.h"
#include "candour/page/text.h"
#include "candour/release/figures.h"
#include "candour/release/held_rows.h"
#include "candour/release/metadata.h"
#include "candour/release/page_tables.h"

namespace candour::release {
namespace {

using page::Html;
using page::Level;

std::int64_t headline_sum(const collection::ReleaseSpec& spec, const ReleasedTable& table,
                          const std::string& name) {
  const auto figure = spec.headline_figures.find(name);
  const std::vector<std::string> columns =
      figure == spec.headline_figures.end() ? std::vector<std::string>{name} : figure->second;
  return sum_of(table.framed, columns, spec.headline_where);
}

/// What stands for {{name}}, or for {{part / whole}}: "1,276,491", "67.1 %".
std::string headline_figure(const collection::ReleaseSpec& spec, const ReleasedTable& table,
                            const std::string& placeholder) {
  const std::size_t stroke = placeholder.find(" / ");
  if (stroke == std::string::npos) return page::grouped(headline_sum(spec, table, placeholder));
  const std::int64_t part = headline_sum(spec, table, placeholder.substr(0, stroke));
  const std::int64_t whole = headline_sum(spec, table, placeholder.substr(stroke + 3));
  if (part < 0 || whole < 0) return "–";
  return page::percent(static_cast<std::uint64_t>(part), static_cast<std::uint64_t>(whole), 1) + " %";
}

/// The headline with its placeholders replaced by sums over the rows that it is about.
std::string headline_text(const collection::ReleaseSpec& spec, const ReleasedTable& table) {
  std::string text;
  std::string_view rest = spec.headline;
  while (true) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = rest.find("}}", open);
    text += rest.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) return text;
    text += headline_figure(spec, table, std::string(rest.substr(open + 2, close - open - 2)));
    rest.remove_prefix(close + 2);
  }
}

struct Returns {
  std::size_t made = 0, nil = 0, missing = 0;
  std::vector<std::string> missing_names;
};

Returns returns_of(const ReleaseInputs& inputs) {
  Returns returns;
  std::map<std::string_view, bool> nil_of;
  for (const auto& [measure, counts] : inputs.counts) {
    for (const measure::Counts& one : counts) nil_of[one.submitter] = one.nil;
  }
  for (const Submitter& submitter : inputs.submitters) {
    const auto found = nil_of.find(submitter.code);
    if (found == nil_of.end()) {
      ++returns.missing;
      returns.missing_names.push_back(submitter_text(inputs.submitters, submitter.code));
    } else if (found->second) {
      ++returns.nil;
    } else {
      ++returns.made;
    }
  }
  return returns;
}

std::string count_text(std::size_t count) { return page::grouped(static_cast<std::int64_t>(count)); }

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// Who sent and who did not, in a paragraph: never hidden, on both pages.
std::string returns_in_words(const ReleaseInputs& inputs, const Returns& returns) {
  return "Of " + count_text(inputs.submitters.size()) + " providers that were expected to send, " +
         count_text(returns.made) + " sent figures, " + count_text(returns.nil) +
         " declared that they had none (a nil return: their cells are 0), and " +
         count_text(returns.missing) +
         " sent nothing (their cells are empty and marked x). No figure is estimated.";
}

Html facts(const ReleaseInputs& inputs) {
  const collection::ReleaseSpec& spec = inputs.collection->release;
  const Returns returns = returns_of(inputs);
  return page::summary_list(
      {{"Status", Html::from_text(capitalised(spec.label) + ", provisional")},
       {"Published", Html::from_text(inputs.published_at.in_words())},
       {"Next release",
        Html::from_text(inputs.next_release ? inputs.next_release->in_words() : "Not announced")},
       {"Contact", Html::from_text(spec.contact)},
       {"Lead statistician", Html::from_text(spec.lead_statistician)},
       {"Returns",
        Html::from_text(count_text(returns.made) + " providers sent figures, " + count_text(returns.nil) +
                        " had none to send, " + count_text(returns.missing) + " sent nothing")}});
}

Html charts_of(const ReleasedTable& table) {
  Html html;
  for (const DrawnChart& chart : table.charts) {
    if (chart.wide_svg.empty()) {
      html += page::paragraph(chart.title + ": there are none.");
      continue;
    }
    html += page::figure({.id = "chart-" + chart.name,
                          .title = chart.title,
                          .introduction = chart.description,
                          .wide_file = "charts/" + chart.name + ".svg",
                          .narrow_file = "charts/" + chart.name + "-narrow.svg",
                          .description = "Chart: " + chart.title + ". Its figures are in the table below it.",
                          .source = ""});
    html += page::details("The figures of this chart", page::render_table(chart.figures));
  }
  return html;
}

Html downloads_of(const std::vector<ReleasedTable>& tables) {
  std::vector<page::Download> files;
  for (const ReleasedTable& table : tables) {
    const std::string address = "tables/" + table.declared->name;
    files.push_back({address + ".csv", table.declared->title, "CSV, " + bytes_text(table.csv_bytes)});
    files.push_back({address + ".csv-metadata.json", "What each column of the CSV is", "CSVW"});
    files.push_back(
        {address + ".parquet", table.declared->title, "Parquet, " + bytes_text(table.parquet_bytes)});
  }
  files.push_back({"release.json", "Everything about this release, for machines", "JSON"});
  return page::downloads(files);
}

/// What the collection declares, and no more: whether the series began before, this release does not know.
Html breaks_in_words(const ReleaseInputs& inputs) {
  const std::vector<collection::SeriesBreak> breaks = breaks_up_to(inputs);
  if (breaks.empty()) return page::paragraph("The collection declares none up to this period.");
  std::vector<Html> items;
  for (const collection::SeriesBreak& one : breaks) {
    items.push_back(Html::from_text("From " + one.from.in_words() + ": " + one.what));
  }
  Html html = page::paragraph("Figures from before and from after one of these days are not one series.");
  html += page::bullets(items);
  return html;
}

/// Whether the hub counted rows that it was sent: where providers counted, no submission stands behind
/// counts.
bool is_of_rows(const ReleaseInputs& inputs) {
  return std::ranges::any_of(inputs.counts, [](const auto& of_measure) {
    return std::ranges::any_of(of_measure.second,
                               [](const measure::Counts& one) { return !one.submission.empty(); });
  });
}

Html how_it_was_made(const ReleaseInputs& inputs) {
  const collection::Collection& collection = *inputs.collection;
  std::string rules;
  for (const collection::ReleaseTable& table : collection.release.tables) {
    rules += (rules.empty() ? "" : "; ") + table.name + ": " +
             (table.rule == "none" ? "none, these figures are published in full" : table.rule);
  }
  Html html = page::paragraph(
      is_of_rows(inputs)
          ? "Each provider sent minimised rows under pseudonyms to a hub: no name, number, date of birth or "
            "postcode. The hub counted them for each provider, and the counts were then added."
          : "Each provider counted its own records where they lie. Only counts left it: no name, number, "
            "date "
            "of birth or postcode, and no record. The counts were then added.");
  html += page::summary_list(
      {{"Ordered by",
        Html::from_text(inputs.instruction.empty()
                            ? "Nobody: this is a demonstration, and no instruction stands behind it"
                            : "Instruction " + inputs.instruction +
                                  ", which stands in the federation's log")},
       {"Signed by", Html::from_text("Nobody yet")},
       {"What was counted",
        Html::from_text(collection.title + ", SHA-256 " + base::to_hex(collection.digest))},
       {"Added up and built by", Html::from_text("candour, SHA-256 " + inputs.program_sha256 +
                                                 ", with DuckDB, SHA-256 " + inputs.engine_sha256)},
       {"Disclosure control", Html::from_text(rules)}});
  return html;
}

Html how_to_check() {
  Html html = page::render_markdown(
      "Build it again from the same inputs: the same inputs give the same bytes, and the digest of each file "
      "is in [release.json](release.json). To compare every figure with a published file:\n\n```\n"
      "candour release compare RELEASE --with PUBLISHED.csv\n```\n",
      2);
  html += page::warning(
      "Not established here",
      page::render_markdown("That the figures follow from what was sent can be checked. Whether the "
                            "hospitals recorded it right cannot be seen from here: read [quality "
                            "and methods](quality.html).\n",
                            3));
  return html;
}

page::Page frame_of(const ReleaseInputs& inputs) {
  page::Page framed;
  framed.phase = page::kDemonstrationPhase;
  framed.home = "index.html";  // a release is also read from a disk, where a folder has no first page
  framed.footer_links = {{"index.html", "This release"},
                         {"quality.html", "Quality and methods"},
                         {"release.json", "For machines"}};
  framed.footer_note =
      "Synthetic patients: nobody described here exists. Published under the Open Government Licence v3.0.";
  framed.caption = capitalised(inputs.collection->release.label);
  return framed;
}

}  // namespace

std::string render_index(const ReleaseInputs& inputs, const std::vector<ReleasedTable>& tables) {
  const collection::ReleaseSpec& spec = inputs.collection->release;
  page::Page index = frame_of(inputs);
  index.title = spec.title + ": " + collection::period_in_words(inputs.period);
  const std::string figures_title = "Figures by " + dimensions_in_words(*tables.front().declared);
  index.facts = facts(inputs);
  index.contents = {{"#main-points", "Main points"},     {"#figures", figures_title},
                    {"#changes", "What changed"},        {"#breaks", "Breaks in the series"},
                    {"#quality", "Quality and methods"}, {"#downloads", "Downloads"},
                    {"#made", "How this was made"},      {"#check", "How to check it"}};
  Html content = page::heading(Level::kTwo, "main-points", "Main points");
  content += page::inset(page::render_markdown(headline_text(spec, tables.front()), 2));
  for (const ReleasedTable& table : tables) content += charts_of(table);
  content += page::heading(Level::kTwo, "figures", figures_title);
  for (const ReleasedTable& table : tables) content += page_tables(table, inputs);
  content += page::heading(Level::kTwo, "changes", "What changed since the last release");
  content += page::paragraph(
      "This version compares a release with none before it, so nothing is said here about changes.");
  content += page::heading(Level::kTwo, "breaks", "Breaks in the series");
  content += breaks_in_words(inputs);
  content += page::heading(Level::kTwo, "quality", "Quality and methods");
  content += page::paragraph(returns_in_words(inputs, returns_of(inputs)));
  content += held_rows_in_words(inputs);
  content += page::render_markdown(
      "What the figures mean, how they are counted and what to know before using one: [quality and "
      "methods](quality.html).\n",
      2);
  content += page::heading(Level::kTwo, "downloads", "Downloads");
  content += downloads_of(tables);
  content += page::heading(Level::kTwo, "made", "How this was made");
  content += how_it_was_made(inputs);
  content += page::heading(Level::kTwo, "check", "How to check it");
  content += how_to_check();
  index.content = std::move(content);
  return page::render_page(index);
}

std::string render_quality(const ReleaseInputs& inputs, const std::vector<ReleasedTable>& tables) {
  page::Page quality = frame_of(inputs);
  quality.title = "Quality and methods";
  quality.breadcrumbs = {{"index.html", "The release"}};
  const Returns returns = returns_of(inputs);
  Html content = page::paragraph(returns_in_words(inputs, returns));
  content += held_rows_in_words(inputs);
  if (!returns.missing_names.empty()) {
    std::vector<Html> names;
    for (const std::string& name : returns.missing_names) names.push_back(Html::from_text(name));
    content += page::heading(Level::kTwo, "missing", "Who sent nothing");
    content += page::bullets(names);
  }
  content += held_rows_table(inputs);
  content += page::heading(Level::kTwo, "about", "About these statistics");
  content += page::render_markdown(inputs.collection->about, 2);
  content += page::heading(Level::kTwo, "notes", "Notes to the tables");
  for (const ReleasedTable& table : tables) content += page::render_markdown(table.declared->footnotes, 2);
  quality.content = std::move(content);
  return page::render_page(quality);
}

}  // namespace candour::release
