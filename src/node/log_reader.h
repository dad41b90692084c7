// A log that lies in a folder on this machine, read without a lock by commands that draft, explain and check:
// the hub's own or a mirror, while its node runs, or before there is one the folder of version 1 of the
// charter. Which head the witnesses have cosigned is not looked at: whoever reads is who keeps the folder. An
// outsider verifies (docs/reference/formats/log-folder.md).
//
//   LOG/tile/entries/…   bundles of entries (log/tiles.h); the last one grows
//   LOG/body/<sha256>    bodies of statements
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/instruction/register.h"

namespace candour::node {

class LogReader {
 public:
  /// `folder` holds a log, or charter-1.dsse and its body. Errors: CND-2469 (neither), CND-1002, CND-2507 (a
  /// bundle that is full is damaged).
  LogReader(const base::Disk& disk, std::filesystem::path folder);

  /// What stands there whole, in order.
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }
  /// Nothing where it is not there. Errors: CND-2469 (what is there is not what the digest says).
  [[nodiscard]] std::optional<std::string> body(const base::Digest& digest) const;
  /// What the first entry, a version 1, says the federation is: not for who trusts it. Errors: CND-2016.
  [[nodiscard]] base::Digest federation() const;

 private:
  const base::Disk& disk_;
  std::filesystem::path folder_;
  std::vector<std::string> entries_{};
};

/// The register of a log. Errors: CND-2469 (a body that an entry needs is not there: names it), CND-2016 (it
/// does not begin with that federation's charter).
[[nodiscard]] instruction::Register load_register(const LogReader& log, const base::Digest& federation);

}  // namespace candour::node
