// Evidence about one instruction for a court, a regulator or a patient: a folder that shows without a network
// who ordered what, since when it was public, and what the log says was done under it.
// docs/reference/formats/evidence.md.
//
//   README.txt            what it establishes and what not, in plain words
//   instruction           the id of the instruction that it is about, in hexadecimal
//   federation            SHA-256 of version 1 of the charter, in hexadecimal
//   checkpoint            the co-signed head of the log under which all of it stands
//   policy                who must have signed that head (C2SP tlog-policy)
//   entries/N-KIND.dsse   statements, as they are in the log; N is the index, in 12 digits
//   entries/N.tlog-proof  that it is in the log (C2SP tlog-proof)
//   bodies/SHA256         what an entry names because it is too large
//   collections/SHA256/…  the files of a collection, whose digest the bodies signed
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/sha256.h"
#include "candour/collection/folder.h"
#include "candour/statement/payload.h"

namespace candour::public_register {

/// Path in the folder → bytes.
using EvidenceFiles = std::map<std::string, std::string>;

/// Where evidence is taken from: a whole log, by whoever has it.
struct LogAtHand {
  base::Digest federation{};
  std::span<const std::string> entries{};
  /// The body of that digest, or nothing.
  std::function<std::optional<std::string>(const base::Digest&)> body{};
  /// A co-signed checkpoint of it; where it is empty, that of the newest head in the log.
  std::string checkpoint{};
  std::span<const collection::FolderFiles> collections{};
};

/// Errors: CND-2651 (no such instruction below the checkpoint), CND-2652 (there is no co-signed checkpoint
/// that is this log's), CND-2016.
[[nodiscard]] EvidenceFiles collect_evidence(const LogAtHand& log, const statement::Id& instruction);

/// Makes the folder. Errors: CND-1005 (a file of it exists), those of Disk.
void store_evidence(base::Disk& disk, const std::filesystem::path& folder, const EvidenceFiles& files);
/// Reads one, without looking at what the files say. Errors: CND-1002, CND-1007, CND-1314, CND-1315.
[[nodiscard]] EvidenceFiles load_evidence(const base::Disk& disk, const std::filesystem::path& folder);

enum class Finding { kHolds, kFails, kNotEstablished };

/// One question, answered by itself: whether another fails changes nothing in it.
struct EvidenceVerdict {
  std::string_view question;
  Finding finding = Finding::kNotEstablished;
  std::string says{};
};

/// `pinned` is the federation that the verifier means; without it, whose evidence this is is not established.
/// Errors: CND-2653 (a file that there must be is missing or not in its form: names it), CND-2016.
[[nodiscard]] std::vector<EvidenceVerdict> verify_evidence(const EvidenceFiles& files,
                                                           const std::optional<base::Digest>& pinned);

}  // namespace candour::public_register
