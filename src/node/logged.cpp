#include "candour/node/logged.h"

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::node {

void require_logged(const base::Disk& disk, const submission::Outbox& outbox, const log::Store& log) {
  for (const std::filesystem::path& folder : outbox.submissions()) {
    if (submission::stage_of(disk, folder) != submission::Stage::kReceived) continue;
    const std::string manifest =
        base::load_text(disk, folder / submission::kManifestFile, statement::kEnvelopeAtMostBytes);
    if (log.find(statement::leaf_hash(manifest))) continue;
    throw base::Error("CND-2556", "The hub gave a receipt for a submission that is not in the log.")
        .with("path", folder);
  }
}

}  // namespace candour::node
