#include "candour/release/pages.h"

#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/markdown.h"
#include "candour/page/text.h"
#include "candour/release/figures.h"

namespace candour::release {
namespace {

using page::Html;
using page::Level;

/// The headline with {{name}} replaced by sums over the rows that it is about.
std::string headline_text(const collection::ReleaseSpec& spec, const ReleasedTable& table) {
  std::string text;
  std::string_view rest = spec.headline;
  while (true) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = rest.find("}}", open);
    text += rest.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) return text;
    const std::string name(rest.substr(open + 2, close - open - 2));
    const auto figure = spec.headline_figures.find(name);
    const std::vector<std::string> columns =
        figure == spec.headline_figures.end() ? std::vector<std::string>{name} : figure->second;
    text += page::grouped(sum_of(table.framed, columns, spec.headline_where));
    rest.remove_prefix(close + 2);
  }
}

std::string bytes_text(std::uint64_t size_bytes) {
  if (size_bytes < 1024) return page::grouped(static_cast<std::int64_t>(size_bytes)) + " bytes";
  return page::grouped(static_cast<std::int64_t>((size_bytes + 512) / 1024)) + " kB";
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

Html facts(const ReleaseInputs& inputs) {
  const collection::ReleaseSpec& spec = inputs.collection->release;
  const Returns returns = returns_of(inputs);
  return page::summary_list(
      {{"Published", Html::from_text(inputs.published_at.in_words())},
       {"Next release",
        Html::from_text(inputs.next_release ? inputs.next_release->in_words() : "not announced")},
       {"Status", Html::from_text("Provisional")},
       {"Returns",
        Html::from_text(count_text(returns.made) + " providers sent figures, " + count_text(returns.nil) +
                        " had none to send, " + count_text(returns.missing) + " sent nothing")},
       {"Lead statistician", Html::from_text(spec.lead_statistician)},
       {"Contact", Html::from_text(spec.contact)}});
}

Html charts_of(const ReleasedTable& table) {
  Html html;
  for (const DrawnChart& chart : table.charts) {
    if (chart.wide_svg.empty()) {
      html += page::paragraph(chart.title + ": there are none.");
      continue;
    }
    html += page::figure({"chart-" + chart.name, chart.title, "charts/" + chart.name + ".svg",
                          "charts/" + chart.name + "-narrow.svg", chart.description, ""});
    html += page::details("The figures of this chart", page::render_table(chart.figures));
  }
  return html;
}

/// The rows and columns that the declaration puts on the page; the CSV has all of them.
Html summary_table(const ReleasedTable& table, const ReleaseInputs& inputs) {
  const collection::ReleaseTable& declared = *table.declared;
  page::DataTable shown;
  shown.id = "table-" + declared.name;
  shown.caption = declared.title + ", " + collection::period_in_words(inputs.period);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < declared.frame.size(); ++i) {
    if (declared.summary_where.contains(declared.frame[i].column)) continue;
    open.push_back(i);
    shown.columns.push_back({declared.frame[i].title, page::Align::kText});
  }
  for (const std::string& column : declared.summary) {
    const collection::ReleaseColumn* found = declared.find(column);
    shown.columns.push_back({found->title + " (" + found->unit + ")", page::Align::kNumber});
  }
  for_each_row(table.framed, declared.summary_where, [&](const table::Chunk& chunk, std::size_t row) {
    std::vector<page::TableCell> cells;
    for (const std::size_t i : open) {
      const std::string value(chunk.column(i).text(row));
      cells.emplace_back(declared.frame[i].codes.empty() ? submitter_text(inputs.submitters, value) : value);
    }
    for (const std::string& column : declared.summary) {
      cells.emplace_back(cell_text(declared, table.framed, chunk, row, column));
    }
    shown.rows.push_back(std::move(cells));
  });
  Html html = page::render_table(shown);
  html += page::details("Notes to the table", page::render_markdown(declared.footnotes, 3));
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

Html how_it_was_made(const ReleaseInputs& inputs) {
  const collection::Collection& collection = *inputs.collection;
  std::string rules;
  for (const collection::ReleaseTable& table : collection.release.tables) {
    rules += (rules.empty() ? "" : "; ") + table.name + ": " +
             (table.rule == "none" ? "none, these figures are published in full" : table.rule);
  }
  Html html = page::paragraph(
      "Each provider counted its own records where they lie. Only counts left it: no name, number, date of "
      "birth or "
      "postcode, and no row about one person. The counts were then added.");
  html += page::summary_list(
      {{"Ordered by",
        Html::from_text("nobody: this is a demonstration, and no instruction stands behind it")},
       {"Signed by", Html::from_text("nobody yet")},
       {"What was counted",
        Html::from_text(collection.title + ", digest " + base::to_hex(collection.digest))},
       {"Counted by", Html::from_text("candour, digest " + inputs.program_sha256)},
       {"Disclosure control", Html::from_text(rules)}});
  return html;
}

Html how_to_check() {
  Html html = page::render_markdown(
      "Build it again from the same counts, and compare: the same inputs give the same bytes. With the "
      "published file "
      "beside it, every figure is compared by\n\n```\ncandour release compare RELEASE --with "
      "PUBLISHED.csv\n```\n\n"
      "The digest of each file stands in [release.json](release.json).\n",
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
  framed.caption = inputs.collection->release.label;
  if (!framed.caption.empty() && framed.caption[0] >= 'a' && framed.caption[0] <= 'z') {
    framed.caption[0] = static_cast<char>(framed.caption[0] - 'a' + 'A');
  }
  return framed;
}

}  // namespace

std::string render_index(const ReleaseInputs& inputs, const std::vector<ReleasedTable>& tables) {
  const collection::ReleaseSpec& spec = inputs.collection->release;
  page::Page index = frame_of(inputs);
  index.title = spec.title + ": " + collection::period_in_words(inputs.period);
  index.contents = {{"#main-points", "Main points"}, {"#figures", "Figures"},
                    {"#changes", "What changed"},    {"#downloads", "Downloads"},
                    {"#made", "How this was made"},  {"#check", "How to check it"}};
  Html content = facts(inputs);
  content += page::heading(Level::kTwo, "main-points", "Main points");
  content += page::inset(page::render_markdown(headline_text(spec, tables.front()), 2));
  for (const ReleasedTable& table : tables) content += charts_of(table);
  content += page::heading(Level::kTwo, "figures", "Figures");
  for (const ReleasedTable& table : tables) content += summary_table(table, inputs);
  content += page::heading(Level::kTwo, "changes", "What changed since the last release");
  content +=
      page::paragraph("Nothing can have changed: this is the first release of the series. It has no breaks.");
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
  Html content = page::paragraph(
      "Of " + count_text(inputs.submitters.size()) + " providers that were expected to send, " +
      count_text(returns.made) + " sent figures, " + count_text(returns.nil) +
      " declared that they had none (a nil return: their cells are 0), and " + count_text(returns.missing) +
      " sent nothing (their cells are empty and marked x). No figure is estimated.");
  if (!returns.missing_names.empty()) {
    std::vector<Html> names;
    for (const std::string& name : returns.missing_names) names.push_back(Html::from_text(name));
    content += page::heading(Level::kTwo, "missing", "Who sent nothing");
    content += page::bullets(names);
  }
  content += page::heading(Level::kTwo, "about", "About these statistics");
  content += page::render_markdown(inputs.collection->about, 2);
  content += page::heading(Level::kTwo, "notes", "Notes to the tables");
  for (const ReleasedTable& table : tables) content += page::render_markdown(table.declared->footnotes, 2);
  quality.content = std::move(content);
  return page::render_page(quality);
}

}  // namespace candour::release
