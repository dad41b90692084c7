// Who sends what for when: the context of a file, known from the command line or the vault, never from the
// file.
#pragma once

#include <string>
#include <vector>

#include "candour/collection/period.h"

namespace candour::intake {

struct Submission {
  std::string submitter;                  ///< ODS code of the organisation that sends
  std::vector<std::string> may_send_for;  ///< provider codes that its rows may carry; its own among them
  collection::Period period;
};

}  // namespace candour::intake
