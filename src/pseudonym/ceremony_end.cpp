#include "candour/pseudonym/ceremony_end.h"

#include <charconv>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_folder.h"
#include "candour/pseudonym/ceremony_secrets.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

// A stranger may have added signatures to the file; the guardian's own counts.
statement::EnvelopeSignature signature_of(const statement::Envelope& envelope,
                                          const crypto::SigningPublicKey& key) {
  const std::string bytes = statement::pre_authentication_encoding(envelope.payload_type, envelope.payload);
  for (const statement::EnvelopeSignature& one : envelope.signatures) {
    if (crypto::verify_signature(key, base::as_bytes(bytes), one.signature)) {
      return {statement::key_id(key), one.signature};
    }
  }
  base::fail_check("a message that was received is signed", __FILE__, __LINE__);
}

// Up to the epoch that the charter had: all of them have a successor now. One that was made since stays.
void wipe_old_shares(const CeremonySeat& seat, std::string_view domain) {
  const instruction::Domain* old = seat.charter.domain(domain);
  if (old == nullptr) return;
  const std::string prefix = "share-" + std::string(domain) + "-";
  for (const std::string& name : seat.disk.list(seat.keys)) {
    if (!name.starts_with(prefix)) continue;
    std::uint32_t epoch = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), epoch);
    const std::filesystem::path path = share_path(seat.keys, domain, epoch);
    if (path.filename() == name && epoch <= old->epoch) seat.disk.remove(path);
  }
}

}  // namespace

std::filesystem::path share_path(const std::filesystem::path& folder, std::string_view domain,
                                 std::uint32_t epoch) {
  return folder / ("share-" + std::string(domain) + "-" + std::to_string(epoch) + ".sealed");
}

std::string signed_by_all(const instruction::Charter& charter,
                          const std::vector<statement::CeremonyEvidence>& messages) {
  statement::Envelope whole;
  for (const statement::CeremonyEvidence& message : messages) {
    const statement::Envelope one = statement::parse_envelope(message.envelope, message.kind);
    whole.payload_type = one.payload_type;
    whole.payload = one.payload;
    statement::add_signature(whole, signature_of(one, charter.guardian(message.guardian)->signing_key));
  }
  return statement::write_envelope(whole);
}

void put_share_in_place(const CeremonySeat& seat, const statement::CeremonyPlan& plan,
                        const std::filesystem::path& own) {
  const std::filesystem::path pending = own / kPendingShareFile;
  if (seat.disk.exists(pending)) {
    const std::string sealed = base::load_text(seat.disk, pending);
    store_once(seat.disk, share_path(seat.keys, plan.domain, plan.epoch), sealed, base::Access::kPrivate);
  }
  wipe_old_shares(seat, plan.domain);
  seat.disk.remove(pending);
  seat.disk.remove(own / kSeedFile);
}

}  // namespace candour::pseudonym
