#include "candour/pseudonym/ceremony_abort.h"

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_end.h"
#include "candour/pseudonym/ceremony_secrets.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

using statement::CeremonyEvidence;
using statement::CeremonyPlan;

// Nothing where the record does not prove what it says.
std::optional<statement::CeremonyAborted> proved(const CeremonyEvidence& record, const CeremonyPlan& plan,
                                                 const instruction::Charter& charter) {
  try {
    auto aborted = statement::parse_ceremony_aborted(signed_payload(charter, record));
    if (aborted.plan == plan && proves(aborted, charter)) return aborted;
  } catch (const base::Error&) {
  }
  return std::nullopt;
}

}  // namespace

void read_abort_records(const CeremonySeat& seat, const CeremonyPlan& plan, const std::filesystem::path& own,
                        CeremonyFolder& folder) {
  for (const crypto::ShareIndex guardian : statement::participants(plan)) {
    const std::string file = message_file(statement::kAbortedKind, guardian);
    const std::filesystem::path path = (folder.has_own(file) ? own : seat.shared) / file;
    if (!seat.disk.exists(path)) continue;
    const CeremonyEvidence record{guardian, std::string(statement::kAbortedKind),
                                  base::load_text(seat.disk, path, statement::kEnvelopeAtMostBytes)};
    const auto aborted = proved(record, plan, seat.charter);
    if (!aborted) {
      throw base::Error("CND-2158", "A record says that the ceremony was aborted, and proves nothing.")
          .with("path", path)
          .with("guardian", guardian);
    }
    // What fails here is this guardian's own disk, or a message that names its signer: not the record's
    // fault.
    for (const CeremonyEvidence& evidence : aborted->evidence) {
      const CeremonyEvidence* mine = folder.receive(evidence.kind, evidence.guardian);
      if (mine != nullptr) folder.note(judge(plan, seat.charter, {*mine, evidence}));
    }
    folder.note(judge(plan, seat.charter, aborted->evidence));
  }
}

std::string abort_record(const CeremonySeat& seat, const CeremonyPlan& plan, const Blame& blame) {
  return statement::write_payload(statement::CeremonyAborted{
      .header = statement::ceremony_header(plan, statement::kAbortedKind, seat.guardian,
                                           seat.clock.now_unix_seconds()),
      .plan = plan,
      .guardian = seat.guardian,
      .blamed = blame.guardian,
      .fault = std::string(name_of(blame.fault)),
      .evidence = blame.evidence});
}

void wipe_aborted(const CeremonySeat& seat, const std::filesystem::path& own, const CeremonyFolder& folder) {
  seat.disk.remove(own / kSeedFile);
  if (folder.has_own(message_file(statement::kCeremonyKind, seat.guardian))) return;
  seat.disk.remove(own / kPendingShareFile);
}

}  // namespace candour::pseudonym
