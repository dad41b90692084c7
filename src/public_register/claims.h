// What Candour claims to the public, as data: each claim with the rule that makes it true and the test that
// fails if it does not hold, or with the words why nothing enforces it. The page "What we claim" is written
// from this table, and a test holds that every rule and test that it names exists.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

enum class Enforcement {
  kMathematics,  ///< nobody's program or promise is needed
  kEachNode,     ///< several parties' programs check it, each for itself
  kOneParty,     ///< the program of the party that could gain: the log shows afterwards what it did
  kNotEnforced,
};

struct Claim {
  std::string_view id;    ///< of its line on the page
  std::string_view says;  ///< a sentence for the public
  Enforcement by;
  std::string_view rule;  ///< the code of the refusal; empty where a test alone stands for it
  std::string_view
      test;  ///< the file of the test, from the repository's root; empty where nothing enforces it
  std::string_view why;  ///< how it is enforced, or why it is not
};

[[nodiscard]] std::span<const Claim> claims();

[[nodiscard]] std::string render_claims(const Inputs& inputs);

}  // namespace candour::public_register
