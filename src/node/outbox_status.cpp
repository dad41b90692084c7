#include "candour/node/outbox_status.h"

#include <algorithm>

#include "candour/base/date.h"
#include "candour/node/words.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

using submission::Stage;

std::string payload_of(const base::Disk& disk, const std::filesystem::path& file, std::string_view kind) {
  const std::string bytes = base::load_text(disk, file, statement::kEnvelopeAtMostBytes);
  return statement::parse_envelope(bytes, kind).payload;
}

OutboxEntry read_entry(const base::Disk& disk, const std::string& organisation,
                       const std::filesystem::path& folder, Stage stage) {
  OutboxEntry entry{.organisation = organisation, .folder = folder, .stage = stage, .known = {}};
  entry.known =
      stage < Stage::kSigned
          ? submission::load_plan(disk, folder).draft
          : statement::parse_submission(payload_of(disk, folder / submission::kManifestFile, "submission"));
  entry.source = load_source(disk, folder);
  if (stage == Stage::kReceived) {
    entry.receipt = statement::parse_receipt(payload_of(disk, folder / submission::kReceiptFile, "receipt"));
  }
  return entry;
}

std::string number(std::uint64_t value) { return page::grouped(static_cast<std::int64_t>(value)); }

std::string what_of(const OutboxEntry& entry) {
  return entry.known.collection + ", " + entry.known.table + ", " + entry.known.period;
}

/// The signed manifest, which is public, says no counts: they are what the provider itself remembers.
std::string count_of(const OutboxEntry& entry, std::uint64_t Source::* count) {
  return entry.source ? number((*entry.source).*count) : "not known";
}

std::vector<page::TableCell> cells_of(const OutboxEntry& entry) {
  return {entry.organisation,
          what_of(entry),
          std::to_string(entry.known.revision),
          std::string(submission::stage_name(entry.stage)),
          entry.stage >= Stage::kSigned ? count_of(entry, &Source::rows) : "not yet",
          count_of(entry, &Source::rows_refused),
          entry.receipt ? utc_in_words(entry.receipt->header.made) : "not yet"};
}

page::Html details_of(const OutboxEntry& entry) {
  page::Html files;
  if (entry.source) {
    std::vector<page::Html> items;
    for (const Source::File& file : entry.source->files) {
      items.push_back(page::Html::from_text(file.name + ", loaded " + utc_in_words(file.loaded_at) +
                                            ", SHA-256 " + file.sha256));
    }
    files = page::bullets(items);
  }
  page::Html content = page::summary_list(
      {{"From", files},
       {"What leaves", page::Html::from_text((entry.folder / submission::kRowsFile).string())},
       {"Under instruction", page::Html::from_text(base::to_hex(entry.known.instruction))},
       {"Refused and waiting in quarantine",
        page::Html::from_text(count_of(entry, &Source::rows_refused) + " rows")},
       {"Receipt", page::Html::from_text(entry.receipt ? "of " + utc_in_words(entry.receipt->header.made) +
                                                             ", version " + number(entry.receipt->version) +
                                                             " of the hub's table"
                                                       : "none yet")}});
  return page::details(
      entry.organisation + ": " + what_of(entry) + ", revision " + std::to_string(entry.known.revision),
      content);
}

}  // namespace

std::vector<OutboxEntry> outbox_entries(const base::Disk& disk, const NodeConfig& config) {
  std::vector<OutboxEntry> entries;
  for (const Organisation& one : config.provider.organisations) {
    if (!disk.exists(one.outbox)) continue;
    for (const std::string& name : disk.list(one.outbox)) {
      const auto stage = submission::stage_of(disk, one.outbox / name);
      if (stage) entries.push_back(read_entry(disk, one.code, one.outbox / name, *stage));
    }
  }
  return entries;
}

std::string outbox_page(const std::vector<OutboxEntry>& entries, std::int64_t now) {
  const auto received =
      static_cast<std::int64_t>(std::ranges::count(entries, Stage::kReceived, &OutboxEntry::stage));
  page::Page out;
  out.title = "What has left";
  out.lead =
      "Each submission of this machine's organisations: what it was made of, what leaves, and whether the "
      "hub has it. As of " +
      utc_in_words(now) + " UTC.";
  out.phase = page::kDemonstrationPhase;
  out.content = page::headline(
      {{page::grouped(received), "submissions were received"},
       {page::grouped(static_cast<std::int64_t>(entries.size()) - received), "are on their way"}});
  page::DataTable table{.id = "submissions",
                        .caption = "Submissions by organisation",
                        .columns = {{"Organisation", page::Align::kWhole},
                                    {"What"},
                                    {"Revision", page::Align::kNumber},
                                    {"State"},
                                    {"Rows", page::Align::kNumber},
                                    {"Refused", page::Align::kNumber},
                                    {"Received (UTC)"}},
                        .rows = {},
                        .total = {}};
  for (const OutboxEntry& entry : entries) table.rows.push_back(cells_of(entry));
  out.content += page::render_table(table);
  out.content += page::heading(page::Level::kTwo, "details", "What each was made of");
  for (const OutboxEntry& entry : entries) out.content += details_of(entry);
  out.footer_note = "For the people of this machine. It names files, and no patient.";
  return page::render_page(out);
}

}  // namespace candour::node
