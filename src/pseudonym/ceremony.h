// A key ceremony, as one guardian goes through it: the same call again and again, which does all that can be
// done with what is there, and says what it did and whose message it waits for.
//
//   commit  everybody shows what it commits to, and a one-time key to receive shares with;
//   deal    once all commits are there, each dealer opens its commitment and seals a share to each receiver;
//   sign    who finds all of it right stores its share and signs the transcript, or else complains, and
//           everybody can see whether dealer or accuser lied;
//   end     once all have signed, each puts its new share in place and wipes the old ones and its secrets.
//
// Nothing is replaced, and whoever is killed at any moment starts again. docs/reference/formats/ceremony.md
// has the messages, docs/how-to/hold-a-key-ceremony.md the people's side.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/pseudonym/ceremony_judge.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

/// Where a ceremony leaves a share in a guardian's folder of keys: FOLDER/share-secondary-uses-1.sealed.
[[nodiscard]] std::filesystem::path share_path(const std::filesystem::path& folder, std::string_view domain,
                                               std::uint32_t epoch);

/// The transcript's file, in the shared folder and in each guardian's own.
inline constexpr std::string_view kTranscriptFile = "ceremony.dsse";

/// One guardian's place in a ceremony. All that it refers to outlives the call.
struct CeremonySeat {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
  const instruction::Charter& charter;
  crypto::ShareIndex guardian = 0;
  const crypto::SigningKey& signing_key;
  const base::SecretBytes& operator_key;  ///< seals what the guardian keeps; crypto::kKeyBytes
  std::filesystem::path keys;             ///< the guardian's folder: shares, and a folder for each ceremony
  std::filesystem::path shared;           ///< the folder that goes round
};

struct CeremonyProgress {
  enum class State { kWaiting, kFinished, kAborted };
  State state = State::kWaiting;
  std::vector<std::string> shown;            ///< files that this call has put into the shared folder
  std::vector<std::string> missing;          ///< files that it waits for
  std::optional<Blame> blame;                ///< where it was aborted
  std::optional<VerifiedCeremony> finished;  ///< where it has ended
};

/// Goes on as far as can be. Errors: CND-2150 (the plan); CND-2151 (the key is not the guardian's, or it has
/// no part in this); CND-2152 (its part in this epoch was begun elsewhere, or with another plan); CND-2153,
/// CND-2154, CND-2161 (a message that is of another ceremony, another version or not its guardian's);
/// CND-2157 (its old share is missing or another); CND-2158 (somebody says that it was aborted, and it proves
/// nothing); CND-1006 (another run of this guardian is at work); those of Disk and of crypto::load_sealed.
[[nodiscard]] CeremonyProgress take_part(const CeremonySeat& seat, const statement::CeremonyPlan& plan);

/// Holds a ceremony on one machine, for tests and demonstrations: each guardian in turn, by the same call,
/// with nothing shared between them but the folder. Errors: those of take_part; CND-2159 (it was aborted).
[[nodiscard]] VerifiedCeremony run_ceremony_in_one_place(const std::vector<CeremonySeat>& seats,
                                                         const statement::CeremonyPlan& plan);

}  // namespace candour::pseudonym
