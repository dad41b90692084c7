#include "candour/node/monthly_figures.h"

#include <algorithm>

#include "candour/node/refusals.h"
#include "candour/statement/envelope.h"
#include "candour/statement/once.h"

namespace candour::node {
namespace {

constexpr std::string_view kKind = "opt-out-figures";

/// Whether the log may take the same bytes later: it is out of reach, full, or has no quorum.
bool is_passing(const base::Error& error) {
  const std::string by_other = refusal_by_other(error);
  const Fault fault = fault_of(by_other.empty() ? error.code().view() : std::string_view(by_other));
  return fault == Fault::kBusy || fault == Fault::kOurs || fault == Fault::kTooMuch;
}

}  // namespace

statement::OptOutFigures figures_of(std::string_view provider, const SentMonth& month,
                                    const SentCounts& counts) {
  statement::OptOutFigures figures{
      .provider = std::string(provider), .collection = month.collection, .month = month.month};
  if (counts.has_opt_out) {
    figures.national = statement::published_figure(counts.national);
    figures.type_1 = statement::published_figure(counts.type_1);
  } else {
    figures.rows = statement::published_figure(counts.rows);
  }
  return figures;
}

std::vector<ToldMonth> MonthlyFigures::tell() {
  const instruction::Moment moment = parts_.view.moment();
  const std::int64_t now = std::min(moment.now, moment.witnessed);
  std::vector<ToldMonth> told;
  for (const SentMonth& month : sent_months(parts_.disk, parts_.outbox, now)) {
    const statement::Id id = statement::derived_id(
        kKind, statement::opt_out_figures_subject(parts_.provider, month.collection, month.month));
    if (parts_.view.entry_with(statement::once_id(kKind, id))) continue;
    try {
      const auto envelope = kept(month, id, now);
      if (!envelope) continue;
      if (!enter(month, *envelope)) break;  // a log that is down takes none
      told.push_back({month.collection, month.month});
    } catch (const base::Error& error) {
      told.push_back({month.collection, month.month, error});
    }
  }
  return told;
}

bool MonthlyFigures::enter(const SentMonth& month, std::string_view envelope) {
  try {
    parts_.enter(envelope);
    return true;
  } catch (const base::Error& error) {
    if (!is_passing(error)) throw;
    parts_.log.event("figures.wait").with("collection", base::Label(month.collection)).with(error);
    return false;
  }
}

std::optional<std::string> MonthlyFigures::kept(const SentMonth& month, const statement::Id& id,
                                                std::int64_t now) {
  base::Disk& disk = parts_.disk;
  const std::filesystem::path path = parts_.folder / (base::to_hex(id) + ".dsse");
  if (!disk.exists(path)) {
    const auto counts = counts_of(disk, month);
    if (!counts) return std::nullopt;
    const auto charter = parts_.view.charter();
    statement::OptOutFigures figures = figures_of(parts_.provider, month, *counts);
    figures.header = {charter->federation(), charter->log(), id, now};
    disk.make_folder(parts_.folder);
    disk.store_new(path, statement::write_envelope(
                             statement::sign(kKind, statement::write_payload(figures), parts_.signing_key)));
  }
  disk.settle(path);
  // Signed by the key that is pinned now, which may be another than when it was kept.
  const std::string text = base::load_text(disk, path, statement::kEnvelopeAtMostBytes);
  return statement::write_envelope(
      statement::sign(kKind, statement::parse_envelope(text, kKind).payload, parts_.signing_key));
}

}  // namespace candour::node
