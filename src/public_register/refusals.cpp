#include "candour/public_register/refusals.h"

#include "candour/base/catalogue.h"
#include "candour/page/components.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

std::string rule_in_words(const std::string& code) {
  const base::CataloguePage* page = base::find_page(code);
  return page == nullptr ? code : code + ": " + std::string(page->title);
}

}  // namespace

std::uint64_t refusals_in_all(const instruction::Register& log) {
  std::uint64_t times = 0;
  for (const auto& [rule, count] : log.refusals()) times += count.times;
  return times;
}

page::Html refusals_table(const instruction::Register& log, const std::optional<statement::Id>& instruction) {
  page::DataTable table{
      .id = "refusals",
      .caption = "What was refused, under which rule",
      .columns = {{"Rule"}, {"Refused by"}, {"What"}, {"Times", page::Align::kNumber}, {"Last"}},
      .rows = {},
      .total = {}};
  for (const auto& [rule, count] : log.refusals()) {
    if (instruction && rule.instruction != instruction) continue;
    const std::string to = rule.instruction ? "" : ", outside any instruction";
    table.rows.push_back(
        {rule_in_words(rule.code), "A " + std::string(statement::word_of(rule.role, statement::kNodeRoles)),
         "To " + std::string(statement::word_of(rule.act, statement::kRefusedActs)) + to,
         page::grouped(static_cast<std::int64_t>(count.times)), moment_in_words(count.until)});
  }
  if (table.rows.empty()) return page::paragraph("Nothing has been refused in the log.");
  return page::render_table(table);
}

}  // namespace candour::public_register
