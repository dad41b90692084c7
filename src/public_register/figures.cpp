#include "candour/public_register/figures.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "candour/base/json.h"
#include "candour/base/stream.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/words.h"
#include "candour/table/csv_writer.h"

namespace candour::public_register {
namespace {

using Entry = instruction::OptOutFiguresEntry;
using page::Align;
using statement::PublishedFigure;

constexpr std::size_t kShownAtMost = 200;

/// Newest month first; in a month by provider and collection.
std::vector<const Entry*> newest_first(const instruction::Register& log) {
  std::vector<const Entry*> entries;
  for (const Entry& one : log.opt_out_figures()) entries.push_back(&one);
  std::ranges::sort(entries, [](const Entry* a, const Entry* b) {
    if (a->figures.month != b->figures.month) return a->figures.month > b->figures.month;
    return std::tie(a->figures.provider, a->figures.collection) <
           std::tie(b->figures.provider, b->figures.collection);
  });
  return entries;
}

/// As the charter in force has it; empty for one that is no provider any more.
std::string name_of(const Inputs& inputs, const std::string& code) {
  const instruction::Provider* provider = inputs.log->charter()->provider(code);
  return provider == nullptr ? "" : provider->name;
}

std::string in_words(const PublishedFigure& figure) {
  return figure ? page::grouped(static_cast<std::int64_t>(*figure)) : "Not told";
}

std::string for_machines(const PublishedFigure& figure) {
  return figure ? std::to_string(*figure) : "suppressed";
}

std::string month_in_words(const std::string& month) {
  const auto first = base::Date::parse_iso(month + "-01");
  return first ? std::string(base::month_name(first->month())) + " " + month.substr(0, 4) : month;
}

struct Column {
  std::string_view title;  ///< the CSV's heading
  std::string_view key;    ///< the JSON's member
  std::string (*text)(const Inputs& inputs, const Entry& entry);
};
constexpr std::array kColumns{
    Column{"Month", "month", [](const Inputs&, const Entry& of) { return of.figures.month; }},
    Column{"Provider", "provider", [](const Inputs&, const Entry& of) { return of.figures.provider; }},
    Column{"Provider name", "provider_name",
           [](const Inputs& inputs, const Entry& of) { return name_of(inputs, of.figures.provider); }},
    Column{"Collection", "collection", [](const Inputs&, const Entry& of) { return of.figures.collection; }},
    Column{"Rows sent, of the largest submission", "rows",
           [](const Inputs&, const Entry& of) { return for_machines(of.figures.rows); }},
    Column{"People left out by the national data opt-out", "national",
           [](const Inputs&, const Entry& of) { return for_machines(of.figures.national); }},
    Column{"People left out by a Type 1 opt-out", "type_1",
           [](const Inputs&, const Entry& of) { return for_machines(of.figures.type_1); }},
    Column{"Log index", "log_index",
           [](const Inputs&, const Entry& of) { return std::to_string(of.index); }}};

page::Html figures_table(const Inputs& inputs, const std::vector<const Entry*>& entries) {
  page::DataTable table{.id = "figures",
                        .caption = "Each month that is over, the newest first",
                        .columns = {{"Month"},
                                    {"Provider"},
                                    {"Collection", Align::kWhole},
                                    {"Rows sent, of the largest submission", Align::kNumber},
                                    {"People left out by the national data opt-out", Align::kNumber},
                                    {"People left out by a Type 1 opt-out", Align::kNumber}},
                        .rows = {},
                        .total = {}};
  for (const Entry* one : entries) {
    if (table.rows.size() == kShownAtMost) break;
    const statement::OptOutFigures& figures = one->figures;
    const std::string name = name_of(inputs, figures.provider);
    table.rows.push_back(
        {month_in_words(figures.month),
         name.empty() || name == figures.provider ? figures.provider : name + " (" + figures.provider + ")",
         figures.collection, in_words(figures.rows), in_words(figures.national), in_words(figures.type_1)});
  }
  return page::render_table(table);
}

}  // namespace

std::string write_figures_csv(const Inputs& inputs) {
  base::TextSink sink;
  table::CsvWriter writer(sink);
  for (const Column& column : kColumns) writer.field(column.title);
  writer.end_record();
  for (const Entry* entry : newest_first(*inputs.log)) {
    for (const Column& column : kColumns) writer.field(harmless_in_csv(column.text(inputs, *entry)));
    writer.end_record();
  }
  return sink.take();
}

std::string write_figures_json(const Inputs& inputs) {
  base::Json::Array lines;
  for (const Entry* entry : newest_first(*inputs.log)) {
    base::Json::Object line;
    for (const Column& column : kColumns) line.emplace_back(column.key, column.text(inputs, *entry));
    lines.emplace_back(std::move(line));
  }
  return base::write_json(base::Json::Object{{"federation", base::to_hex(inputs.log->federation())},
                                             {"log", inputs.log->charter()->log()},
                                             {"entries", inputs.log->size()},
                                             {"as_of", base::utc_text(inputs.at)},
                                             {"figures", std::move(lines)}});
}

std::string render_figures(const Inputs& inputs, std::uint64_t csv_bytes, std::uint64_t json_bytes) {
  const auto entries = newest_first(*inputs.log);
  page::Page page = frame_of(inputs);
  page.title = "How much was sent, and how many people were left out";
  page.lead =
      "What each provider says of a month that is over, once: what it corrects later counts where it is "
      "sent.";
  page.content = page::paragraph(
      "Every figure is rounded to the nearest 5. A count under 8, nought too, is not told: it could point at "
      "somebody. Each is that of the submission of the month that has the most, and no sum: who was left out "
      "of "
      "twelve would count twelve times. Where an opt-out was applied, how many rows went is not told either: "
      "who knows how many "
      "there were could work out how many opted out.");
  page.content += page::heading(page::Level::kTwo, "months", "Months");
  page.content += entries.empty() ? page::paragraph("There is none yet: no month with data is over.")
                                  : figures_table(inputs, entries);
  if (entries.size() > kShownAtMost) {
    page.content += page::paragraph("The newest " + std::to_string(kShownAtMost) + " of " +
                                    counted(entries.size(), "line", "lines") + ". All are in these files.");
  }
  page.content += page::downloads(
      {{"figures.csv", "The months’ figures", "CSV, " + counted(csv_bytes, "byte", "bytes")},
       {"figures.json", "The months’ figures", "JSON, " + counted(json_bytes, "byte", "bytes")}});
  page.content += page::warning(
      "Not established by this page",
      page::paragraph(
          "A provider counts its own records and signs for it. Nobody else can count them again."));
  return page::render_page(page);
}

}  // namespace candour::public_register
