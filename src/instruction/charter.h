// The charter: who takes part in a federation, with which keys, and what they may do. Until there is a log it
// also holds the instructions. It is TOML that people read, in an envelope that the founders' key signed;
// each node's configuration pins the digest of version 1, and version 1 names the founders' key.
// docs/reference/formats/charter.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/disk.h"
#include "candour/base/sha256.h"
#include "candour/crypto/ristretto.h"
#include "candour/crypto/shares.h"
#include "candour/crypto/signature.h"
#include "candour/statement/payload.h"

namespace candour::instruction {

/// What everybody who takes part has.
struct Party {
  std::string name{};
  std::string address{};  ///< "host:port"; empty for who only calls
  crypto::SigningPublicKey signing_key{};
  base::Digest tls_key{};  ///< SHA-256 of its certificate's SubjectPublicKeyInfo
};

struct Guardian : Party {
  crypto::ShareIndex index = 0;
};

struct Provider : Party {
  std::string code{};  ///< ODS
  /// How many identifiers, padding counted, its batches may hold in a day and in 30 days, at each guardian.
  std::uint64_t quota_day = 0, quota_30_days = 0;
};

/// A pseudonymisation key, as everybody knows it.
struct Domain {
  std::string name{};
  std::string purpose{};
  std::uint32_t epoch = 1;  ///< of its shares
  std::uint16_t threshold = 2;
  crypto::Point key{};                                                     ///< K
  std::vector<std::pair<crypto::ShareIndex, crypto::Point>> share_keys{};  ///< K_i, by ascending i
  base::Digest ceremony{};  ///< SHA-256 of the envelope of the ceremony's transcript that gave these shares

  [[nodiscard]] const crypto::Point* share_key(crypto::ShareIndex index) const;
};

struct InstructedCollection {
  std::string name{};
  base::Digest sha256{};
};

enum class Mode { kRecords, kCounts };

struct Instruction {
  statement::Id id{};
  std::string name{};
  std::string title{};
  std::string purpose{}, why{}, why_now{}, legal_basis{};  ///< shown to the public
  std::string domain{};
  std::string opt_out{};         ///< "applies" or "does-not-apply"
  std::string opt_out_ground{};  ///< why it does not
  Mode mode = Mode::kRecords;
  std::vector<InstructedCollection> collections{};
  std::vector<std::string> providers{};      ///< ODS codes, or "*" alone
  base::Date data_from{};                    ///< only periods that begin on this day or later
  std::int64_t not_before = 0, expires = 0;  ///< not_before ≤ T < expires
  std::int64_t retention_days = 0;           ///< after `expires`
};

struct Charter {
  std::uint32_t version = 1;
  base::Digest federation{};  ///< SHA-256 of the payload of version 1
  std::string log{};          ///< origin of the log
  std::string title{};
  crypto::SigningPublicKey founders_key{};
  Party hub{};
  std::vector<Guardian> guardians{};  ///< by index, from 1
  std::vector<Provider> providers{};  ///< by code
  std::vector<Domain> domains{};      ///< by name
  std::vector<Instruction> instructions{};

  [[nodiscard]] const Guardian* guardian(crypto::ShareIndex index) const;
  [[nodiscard]] const Provider* provider(std::string_view code) const;
  [[nodiscard]] const Domain* domain(std::string_view name) const;
  [[nodiscard]] const Instruction* find(const statement::Id& instruction) const;
};

/// Ends an order at the time `now` (seconds since 1970-01-01T00:00:00Z). One that has not begun is taken out:
/// the charter's earlier version has it. Errors: CND-2020 (there is none), CND-2022 (it has expired already).
void end_instruction(Charter& charter, const statement::Id& instruction, std::int64_t now);

/// The payload type's kind.
inline constexpr std::string_view kCharterKind = "charter";

/// Reads a charter's TOML. For version 1 `federation` is absent in the text and is the text's own digest.
/// `path` is for the error's place. Errors: CND-1009, CND-1010; CND-2010 (a rule of charters is broken: names
/// it and the line).
[[nodiscard]] Charter parse_charter(std::string_view text, const std::filesystem::path& path);

/// Reads one instruction's TOML: the keys of an `[[instruction]]` section at the top of a file of its own.
/// Errors: those of parse_charter.
[[nodiscard]] Instruction parse_instruction(std::string_view text, const std::filesystem::path& path);

/// The TOML of a charter: the same text for the same charter. parse_charter(write_charter(x)) is x.
[[nodiscard]] std::string write_charter(const Charter& charter);

/// Reads a charter's envelope that `federation` is the pin for: signed by the founders' key that it names,
/// of that federation, and that key is the one of version 1 (`founders_key`, pinned with it).
/// Errors: CND-2001 to CND-2003, CND-2010, CND-2011 (it is another federation's), CND-1009, CND-1010.
[[nodiscard]] Charter verified_charter(std::string_view envelope, const base::Digest& federation,
                                       const crypto::SigningPublicKey& founders_key,
                                       const std::filesystem::path& path);

/// Where a version of the charter lies in a node's folder: FOLDER/charter-2.dsse.
[[nodiscard]] std::filesystem::path charter_path(const std::filesystem::path& folder, std::uint32_t version);

/// The newest charter of a folder that holds all versions from 1 on, or an earlier one: version 1 has the
/// digest `federation`, and each is signed by the founders' key that version 1 names. Errors: those of
/// verified_charter; CND-1002.
[[nodiscard]] Charter load_charter(const base::Disk& disk, const std::filesystem::path& folder,
                                   const base::Digest& federation,
                                   std::uint32_t newest_version = std::numeric_limits<std::uint32_t>::max());

}  // namespace candour::instruction
