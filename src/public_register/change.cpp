#include "candour/public_register/change.h"

#include <algorithm>
#include <string_view>

#include "candour/page/components.h"
#include "candour/page/table_html.h"

namespace candour::public_register {
namespace {

/// What `texts` has and `others` has not; two that are equal count as two.
std::vector<std::string> without(const std::vector<std::string>& texts, std::vector<std::string> others) {
  std::vector<std::string> left;
  for (const std::string& one : texts) {
    const auto same = std::ranges::find(others, one);
    if (same == others.end()) {
      left.push_back(one);
    } else {
      others.erase(same);
    }
  }
  return left;
}

void add_change(std::vector<Change>& list, const std::string& label, const std::vector<std::string>& before,
                const std::vector<std::string>& after) {
  Change change{label, without(before, after), without(after, before)};
  if (!change.before.empty() || !change.after.empty()) list.push_back(std::move(change));
}

std::string lines(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : "; ") + one;
  return text.empty() ? "–" : text;
}

}  // namespace

std::vector<Change> changes(const std::vector<Member>& before, const std::vector<Member>& after) {
  std::vector<Change> list;
  for (const Member& one : after) {
    const auto old = std::ranges::find(before, one.label, &Member::label);
    add_change(list, one.label, old == before.end() ? std::vector<std::string>{} : old->texts, one.texts);
  }
  for (const Member& one : before) {
    if (std::ranges::find(after, one.label, &Member::label) == after.end()) {
      add_change(list, one.label, one.texts, {});
    }
  }
  return list;
}

page::Html changes_table(std::string_view id, std::string_view caption, const std::vector<Change>& changes) {
  if (changes.empty()) return page::paragraph("Nothing else changed.");
  page::DataTable table{.id = std::string(id),
                        .caption = std::string(caption),
                        .columns = {{"What"}, {"No longer"}, {"New"}},
                        .rows = {},
                        .total = {}};
  for (const Change& one : changes) {
    table.rows.push_back({one.label, lines(one.before), lines(one.after)});
  }
  return page::render_table(table);
}

}  // namespace candour::public_register
