#include "candour/node/status.h"

#include <algorithm>
#include <map>
#include <set>

#include "candour/instruction/verdict.h"
#include "candour/node/words.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"

namespace candour::node {
namespace {

constexpr std::int64_t kDay = 86'400;
/// How many periods back what is missing is shown: a year and more of days.
constexpr int kPeriodsBack = 400;

base::Date day_of(std::int64_t unix_seconds) {
  return base::Date(static_cast<std::int32_t>(unix_seconds / kDay));
}

/// The period that ended last before `today`.
collection::Period ended_last(collection::PeriodKind kind, base::Date today) {
  base::Date day = today.plus_days(-1);
  if (kind == collection::PeriodKind::kDay) return collection::parse_period(day.iso(), kind);
  // Going back from the first of a month to the last day of a period that is over.
  day = today.plus_days(-today.day());
  if (kind == collection::PeriodKind::kMonth) return collection::parse_period(day.iso().substr(0, 7), kind);
  while (day.month() % 3 != 0) day = day.plus_days(-day.day());
  const int first_year = day.month() == 3 ? day.year() - 1 : day.year();
  const int quarter = day.month() == 3 ? 4 : day.month() / 3 - 1;
  const std::string next = std::to_string((first_year + 1) % 100);
  return collection::parse_period(std::to_string(first_year) + "/" + std::string(2 - next.size(), '0') +
                                      next + "-Q" + std::to_string(quarter),
                                  kind);
}

/// What is expected of one table, and what is there.
class TableStatus {
 public:
  TableStatus(Hub& hub, LakeTable& table, const instruction::Register& log, std::int64_t now,
              std::int64_t due_days)
      : hub_(hub), table_(table), log_(log), now_(now), due_days_(due_days), held_(table.snapshot()) {}

  void add_to(std::vector<SliceStatus>& all) {
    for (const std::string& period : periods()) {
      const base::Date begins = collection::parse_period(period, table_.table().period).first_day;
      for (const instruction::Provider& provider : log_.charter()->providers) {
        const instruction::Instruction* order = order_for(provider, begins);
        if (order != nullptr || held_.slices.contains({provider.code, period}))
          all.push_back(status_of(provider, period, order));
      }
    }
  }

 private:
  /// Newest first: those that are expected, and those that something came for.
  [[nodiscard]] std::set<std::string, std::greater<>> periods() const {
    std::set<std::string, std::greater<>> periods;
    const collection::PeriodKind kind = table_.table().period;
    collection::Period period = ended_last(kind, day_of(now_));
    for (int i = 0; i < kPeriodsBack && is_expected(period); ++i) {
      periods.insert(period.name);
      period = ended_last(kind, period.first_day);
    }
    for (const auto& [slice, file] : held_.slices) periods.insert(slice.period);
    return periods;
  }

  /// Nobody was told to send a period that was over before there was an instruction.
  [[nodiscard]] bool is_expected(const collection::Period& period) const {
    return std::ranges::any_of(log_.instructions(), [&](const auto& entry) {
      const instruction::Instruction& one = *entry.second.instruction;
      return one.mode == instruction::Mode::kRecords && day_of(one.not_before) <= period.last_day &&
             one.data_from <= period.first_day && asks_for_table(one);
    });
  }

  [[nodiscard]] bool asks_for_table(const instruction::Instruction& order) const {
    const instruction::InstructedCollection* of = order.collection(table_.collection().name);
    return of != nullptr && table_.table().has_any_of(of->fields);
  }

  /// The order in force under which a provider sends what begins then; nullptr where there is none.
  [[nodiscard]] const instruction::Instruction* order_for(const instruction::Provider& provider,
                                                          base::Date period_begins) const {
    for (const auto& [id, entry] : log_.instructions()) {
      const instruction::Instruction& one = *entry.instruction;
      const bool is_in_force = instruction::in_force(log_,
                                                     {.instruction = one.id(),
                                                      .domain = one.domain,
                                                      .provider = provider.code,
                                                      .collection = table_.collection().name,
                                                      .collection_sha256 = &table_.collection().digest,
                                                      .period_begins = period_begins},
                                                     {.now = now_, .witnessed = now_})
                                   .in_force();
      if (is_in_force && asks_for_table(one)) return &one;
    }
    return nullptr;
  }

  /// What is held under another order than the one in force is not what that asks for.
  [[nodiscard]] bool is_there(const lake::SliceFile& held, const instruction::Instruction* order) const {
    const auto tag = held.tags.find(kInstructionTag);
    return order == nullptr || (tag != held.tags.end() && tag->second == base::to_hex(order->id()));
  }

  [[nodiscard]] SliceStatus status_of(const instruction::Provider& provider, const std::string& period,
                                      const instruction::Instruction* order) const {
    SliceStatus status{.provider = provider.code,
                       .provider_name = provider.name,
                       .collection = table_.collection().name,
                       .table = table_.table().name,
                       .period = period};
    const collection::Period of_period = collection::parse_period(period, table_.table().period);
    status.title = table_.table().title + ", " + collection::period_in_words(of_period);
    status.due = of_period.last_day.plus_days(static_cast<std::int32_t>(due_days_));
    status.refusal = hub_.last_refusal(provider.code, {status.collection, status.table, period});
    const auto found = held_.slices.find({provider.code, period});
    if (found == held_.slices.end() || !is_there(found->second, order)) {
      status.state = day_of(now_) > status.due ? SliceState::kLate : SliceState::kDue;
      return status;
    }
    status.state = SliceState::kReceived;
    status.revision = found->second.revision;
    status.rows = found->second.rows;
    status.received_at = found->second.committed_at_unix;
    const auto nil = found->second.tags.find(kNilTag);
    status.nil = nil != found->second.tags.end() && nil->second == "true";
    return status;
  }

  Hub& hub_;
  LakeTable& table_;
  const instruction::Register& log_;
  const std::int64_t now_;
  const std::int64_t due_days_;
  const lake::Snapshot held_;
};

std::string why(const SliceStatus& slice) {
  if (slice.refusal && (slice.state != SliceState::kReceived || slice.refusal->time > slice.received_at)) {
    return slice.refusal->code + ": " + slice.refusal->message;
  }
  if (slice.state == SliceState::kReceived) return slice.nil ? "A nil return." : "As it should be.";
  return "Nothing has come.";
}

std::string when(const SliceStatus& slice) {
  if (slice.state == SliceState::kReceived) return utc_in_words(slice.received_at);
  return (slice.state == SliceState::kLate ? "was due " : "due ") + slice.due.in_words();
}

std::vector<page::TableCell> cells_of(const SliceStatus& slice) {
  const bool received = slice.state == SliceState::kReceived;
  return {slice.provider,
          slice.provider_name,
          std::string(state_name(slice.state)),
          when(slice),
          received ? page::grouped(static_cast<std::int64_t>(slice.rows)) : "none",
          received ? std::to_string(slice.revision) : "none",
          why(slice)};
}

/// The slices of one table and period as a section of the page.
page::Html section_of(const std::string& name, std::size_t number, const std::vector<SliceStatus>& slices) {
  page::DataTable table{.id = "slices-" + std::to_string(number),
                        .caption = name + ": what each provider sent",
                        .columns = {{"Provider", page::Align::kWhole},
                                    {"Name"},
                                    {"State"},
                                    {"When (UTC)"},
                                    {"Rows", page::Align::kNumber},
                                    {"Revision", page::Align::kNumber},
                                    {"Why"}},
                        .rows = {},
                        .total = {}};
  for (const SliceStatus& slice : slices) table.rows.push_back(cells_of(slice));
  page::Html section = page::heading(page::Level::kTwo, "section-" + std::to_string(number), name);
  section += page::render_table(table);
  return section;
}

}  // namespace

std::string_view state_name(SliceState state) {
  switch (state) {
    case SliceState::kReceived:
      return "received";
    case SliceState::kDue:
      return "due";
    case SliceState::kLate:
      break;
  }
  return "late";
}

std::vector<SliceStatus> flow_status(Hub& hub, const instruction::Register& log, std::int64_t now,
                                     std::int64_t due_days) {
  std::vector<SliceStatus> all;
  for (const auto& table : hub.tables()) TableStatus(hub, *table, log, now, due_days).add_to(all);
  return all;
}

base::Json status_json(const std::vector<SliceStatus>& slices, std::int64_t now) {
  base::Json::Array list;
  for (const SliceStatus& slice : slices) {
    const bool received = slice.state == SliceState::kReceived;
    list.emplace_back(base::Json::Object{
        {"provider", slice.provider},
        {"collection", slice.collection},
        {"table", slice.table},
        {"period", slice.period},
        {"state", state_name(slice.state)},
        {"due", slice.due.iso()},
        {"received_at", received ? base::Json(base::utc_text(slice.received_at)) : base::Json()},
        {"rows", received ? base::Json(slice.rows) : base::Json()},
        {"revision", received ? base::Json(std::int64_t{slice.revision}) : base::Json()},
        {"nil", slice.nil},
        {"refusal", slice.refusal ? base::Json(slice.refusal->code) : base::Json()}});
  }
  return base::Json::Object{{"now", base::utc_text(now)}, {"slices", std::move(list)}};
}

std::string status_page(const std::vector<SliceStatus>& slices, const std::string& federation,
                        std::int64_t now) {
  std::vector<std::pair<std::string, std::vector<SliceStatus>>> sections;
  std::int64_t received = 0, late = 0, due = 0;
  for (const SliceStatus& slice : slices) {
    const std::string& name = slice.title;
    if (sections.empty() || sections.back().first != name)
      sections.emplace_back(name, std::vector<SliceStatus>());
    sections.back().second.push_back(slice);
    received += slice.state == SliceState::kReceived ? 1 : 0;
    late += slice.state == SliceState::kLate ? 1 : 0;
    due += slice.state == SliceState::kDue ? 1 : 0;
  }
  page::Page out;
  out.title = "What has come";
  out.caption = federation;
  out.lead = "Which provider sent what for which period, what is late, and why. As of " + utc_in_words(now) +
             " UTC.";
  out.phase = page::kDemonstrationPhase;
  out.content = page::headline({{page::grouped(received), "returns were received"},
                                {page::grouped(late), "are late"},
                                {page::grouped(due), "are due"}});
  std::size_t number = 0;
  for (const auto& [name, some] : sections) {
    ++number;
    if (sections.size() > 1) out.contents.push_back({"#section-" + std::to_string(number), name});
    out.content += section_of(name, number, some);
  }
  out.footer_note = "No row, number or name is on this page. The same as JSON: status.json.";
  return page::render_page(out);
}

}  // namespace candour::node
