// The code of the error that a call ends with.
#pragma once

#include <string>

#include "candour/base/error.h"

namespace candour::testing {

/// "CND-1605", or "none" where the call succeeds.
template <typename Call>
std::string code_of(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

}  // namespace candour::testing
