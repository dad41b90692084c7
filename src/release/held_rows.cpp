#include "candour/release/held_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "candour/page/components.h"
#include "candour/page/markdown.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/release/charts.h"

namespace candour::release {
namespace {

using page::Html;

std::string number(std::uint64_t count) { return page::grouped(static_cast<std::int64_t>(count)); }

std::string share(const HeldRows& held) { return page::percent(held.refused, held.rows + held.refused, 1); }

/// Whether more of one provider's rows were refused than of another's. In wide numbers: 10^12 times 10^12.
bool has_larger_share(const HeldRows& one, const HeldRows& other) {
  __extension__ using Wide = unsigned __int128;
  const Wide left = Wide{one.refused} * (other.rows + other.refused);
  const Wide right = Wide{other.refused} * (one.rows + one.refused);
  return left != right ? left > right : one.submitter < other.submitter;
}

HeldRows total_of(const std::vector<HeldRows>& all) {
  HeldRows total;
  for (const HeldRows& held : all) {
    total.rows += held.rows;
    total.refused += held.refused;
  }
  return total;
}

}  // namespace

std::vector<HeldRows> held_rows(const ReleaseInputs& inputs) {
  std::map<std::string_view, HeldRows> by_submitter;
  std::set<std::pair<std::string_view, std::string_view>> taken;
  for (const auto& [measure, counts] : inputs.counts) {
    const std::string& table = inputs.collection->measure(measure).table;
    for (const measure::Counts& one : counts) {
      if (!taken.insert({table, one.submitter}).second) continue;
      HeldRows& held = by_submitter[one.submitter];
      held.submitter = one.submitter;
      held.rows += one.rows;
      held.refused += one.rows_refused;
    }
  }
  std::vector<HeldRows> all;
  for (auto& [submitter, held] : by_submitter) all.push_back(std::move(held));
  return all;
}

Html held_rows_in_words(const ReleaseInputs& inputs) {
  const HeldRows total = total_of(held_rows(inputs));
  return page::render_markdown(
      "When they counted, the providers' vaults held " + number(total.rows) +
          " rows of this period, which these figures come from, and " + number(total.refused) +
          " more rows (" + share(total) +
          " %) that their checks had refused, repeated rows among them. Each provider's own numbers are in "
          "[release.json](release.json).\n",
      2);
}

Html held_rows_table(const ReleaseInputs& inputs) {
  std::vector<HeldRows> all = held_rows(inputs);
  const HeldRows total = total_of(all);
  if (total.refused == 0) return {};
  std::sort(all.begin(), all.end(), has_larger_share);
  page::DataTable table;
  table.id = "table-refused";
  table.caption = "Rows that the providers' vaults held and that their checks had refused, " +
                  collection::period_in_words(inputs.period);
  table.columns = {{"Provider", page::Align::kText},
                   {"Rows held", page::Align::kNumber},
                   {"Rows refused", page::Align::kNumber},
                   {"Share refused (%)", page::Align::kNumber}};
  for (const HeldRows& held : all) {
    table.rows.push_back({submitter_text(inputs.submitters, held.submitter), number(held.rows),
                          number(held.refused), share(held)});
  }
  table.total = {"All", number(total.rows), number(total.refused), share(total)};
  Html html = page::heading(page::Level::kTwo, "refused", "What the providers' checks refused");
  html += page::render_table(table);
  return html;
}

}  // namespace candour::release
