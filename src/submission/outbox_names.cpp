#include "candour/submission/outbox_names.h"

#include <algorithm>
#include <charconv>

#include "candour/statement/envelope.h"

namespace candour::submission {

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, kFiles.size()> kNames = {"planned", "rows",   "attested",
                                                                  "packed",  "signed", "received"};
  return kNames[static_cast<std::size_t>(stage)];
}

std::optional<Stage> stage_of(const base::Disk& disk, const std::filesystem::path& submission) {
  for (std::size_t i = kFiles.size(); i-- > 0;) {
    const bool is_there = disk.exists(submission / kFiles[i]);
    if (!is_there) continue;
    // Without its plan an unfinished submission was given up; a finished one needs it no more.
    const auto stage = static_cast<Stage>(i);
    if (stage != Stage::kReceived && !disk.exists(submission / kPlanFile)) return std::nullopt;
    return stage;
  }
  return std::nullopt;
}

std::string folder_name_prefix(const SliceName& slice) {
  std::string period = slice.period;
  std::ranges::replace(period, '/', '-');
  return slice.collection + "-" + slice.table + "-" + period + "-r";
}

Plan load_plan(const base::Disk& disk, const std::filesystem::path& submission) {
  std::string text = base::load_text(disk, submission / kPlanFile, std::uint64_t{1} << 20);
  Plan plan = parse_plan(text);
  base::wipe(text);
  return plan;
}

std::optional<std::uint32_t> revision_of(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::uint32_t revision = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), revision);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return revision;
}

statement::Submission load_manifest(const base::Disk& disk, const std::filesystem::path& submission) {
  const std::string envelope =
      base::load_text(disk, submission / kManifestFile, statement::kEnvelopeAtMostBytes);
  return statement::parse_submission(statement::parse_envelope(envelope, "submission").payload);
}

}  // namespace candour::submission
