#include "candour/node/sent_months.h"

#include <map>
#include <utility>

#include "candour/node/source.h"
#include "candour/statement/envelope.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/submission.h"

namespace candour::node {
namespace {

using std::filesystem::path;
using submission::Stage;

constexpr std::int64_t kSettleSeconds = 3600;
constexpr std::int64_t kReceiptWaitSeconds = std::int64_t{7} * 24 * 3600;

struct Latest {
  std::uint32_t revision = 0;
  path folder;
};
using Slices = std::map<std::pair<std::string, std::string>, Latest>;  ///< by table and period

std::string payload_of(const base::Disk& disk, const path& file, std::string_view kind) {
  return statement::parse_envelope(base::load_text(disk, file, statement::kEnvelopeAtMostBytes), kind)
      .payload;
}

}  // namespace

std::vector<SentMonth> sent_months(const base::Disk& disk, const submission::Outbox& outbox,
                                   std::int64_t now) {
  std::map<std::pair<std::string, std::string>, Slices> received;  // by collection and month
  std::map<std::string, std::string> waits_from;                   // collection → month
  for (const path& folder : outbox.submissions()) {
    const auto stage = submission::stage_of(disk, folder);
    if (stage == Stage::kReceived) {
      const auto one =
          statement::parse_receipt(payload_of(disk, folder / submission::kReceiptFile, "receipt"));
      Latest& latest =
          received[{one.collection, statement::month_of(one.header.made)}][{one.table, one.period}];
      if (one.revision >= latest.revision) latest = {one.revision, folder};
    } else if (stage == Stage::kSigned) {
      const auto one =
          statement::parse_submission(payload_of(disk, folder / submission::kManifestFile, "submission"));
      const std::string month = statement::month_of(one.header.made - kSettleSeconds);
      const auto [at, is_first] = waits_from.emplace(one.collection, month);
      if (!is_first && month < at->second) at->second = month;
    }
  }
  const std::string settled = statement::month_of(now - kSettleSeconds);
  const std::string may_wait = statement::month_of(now - kReceiptWaitSeconds);
  std::vector<SentMonth> months;
  for (const auto& [of, slices] : received) {
    const auto& [collection, month] = of;
    if (month >= settled) continue;
    const auto waits = waits_from.find(collection);
    if (waits != waits_from.end() && month >= waits->second && month >= may_wait) continue;
    SentMonth one{collection, month};
    for (const auto& [slice, latest] : slices) one.submissions.push_back(latest.folder);
    months.push_back(std::move(one));
  }
  return months;
}

std::optional<SentCounts> counts_of(const base::Disk& disk, const SentMonth& month) {
  SentCounts counts;
  for (const path& folder : month.submissions) {
    const auto source = load_source(disk, folder);
    if (!source) return std::nullopt;
    counts.rows += source->rows;
    if (source->left_out.empty()) continue;
    const auto left_out = load_left_out(disk, folder);
    if (!left_out) return std::nullopt;
    counts.has_opt_out = true;
    counts.national += left_out->national;
    counts.type_1 += left_out->type1;
  }
  return counts;
}

}  // namespace candour::node
