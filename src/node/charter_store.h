// The charter as a node has it: the newest version of its folder, looked for anew at each use, so that an
// amendment takes effect without a restart. A version that does not follow from the one before is an error of
// each later use: a node whose charter is in doubt does nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "candour/base/disk.h"
#include "candour/instruction/charter.h"

namespace candour::node {

/// Where the transcript that a domain names lies: FOLDER/ceremony-DIGEST.dsse.
[[nodiscard]] std::filesystem::path ceremony_path(const std::filesystem::path& folder,
                                                  const base::Digest& ceremony);

/// Recomputes every domain's key and shares' keys from the transcript of its ceremony, which lies beside the
/// charters, under the version of the charter that the ceremony names. Errors: CND-2453 (the transcript is
/// another), those of verify_ceremony and check_domain, CND-1002.
void require_domains(const base::Disk& disk, const std::filesystem::path& folder,
                     const instruction::Charter& charter);

/// Takes the domain of a ceremony into a charter that is being amended, in the place of an older epoch, whose
/// purpose stays where none is given, and stores the transcript beside the charters. The ceremony may have
/// been held under an earlier version, which lies in `folder`, if guardians and shares are still those of
/// then. Errors: CND-2454 (they are not, or a new domain has no purpose), those of verify_ceremony.
void adopt_domain(base::Disk& disk, const std::filesystem::path& folder, instruction::Charter& charter,
                  std::string_view ceremony_envelope, const std::string& purpose);

class CharterStore {
 public:
  /// Loads the newest version. Errors: those of instruction::load_charter and require_domains.
  CharterStore(const base::Disk& disk, std::filesystem::path folder, const base::Digest& federation);
  /// The newest version; from any thread. Errors: those of instruction::load_charter and require_domains.
  [[nodiscard]] std::shared_ptr<const instruction::Charter> current();

 private:
  [[nodiscard]] std::shared_ptr<const instruction::Charter> load() const;
  const base::Disk& disk_;
  const std::filesystem::path folder_;
  const base::Digest federation_;
  std::mutex mutex_;
  std::shared_ptr<const instruction::Charter> charter_;
};

}  // namespace candour::node
