// Every kind of statement that there is, who signs it and whether it is an entry of the log. A closed list:
// what is not on it is refused. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace candour::statement {

/// Whose signatures a statement needs. Who that is, the charter in force says.
enum class Signer : std::uint8_t {
  kFounders,     ///< and later, the controllers of the version before and of the new one
  kControllers,  ///< M of them, counted by legal person
  kOneController,
  kProvider,
  kGuardian,
  kHub,
  kProducer,
  kEveryParticipant,  ///< each guardian in a ceremony
  kParty,             ///< any of the charter: a controller, provider, guardian, witness or the hub
};

enum class Place : std::uint8_t {
  kLog,
  kBeside,  ///< it travels with something else, or between guardians
};

struct Kind {
  std::string_view name;
  Signer signer;
  Place place;
};

inline constexpr std::array kKinds{
    Kind{"charter", Signer::kFounders, Place::kLog},
    Kind{"collection", Signer::kControllers, Place::kLog},
    Kind{"instruction", Signer::kControllers, Place::kLog},
    Kind{"acceptance", Signer::kProvider, Place::kLog},
    Kind{"objection", Signer::kParty, Place::kLog},
    Kind{"revocation", Signer::kOneController, Place::kLog},
    Kind{"ceremony", Signer::kEveryParticipant, Place::kLog},
    Kind{"ceremony-aborted", Signer::kGuardian, Place::kLog},
    Kind{"ceremony-commit", Signer::kGuardian, Place::kBeside},
    Kind{"ceremony-deal", Signer::kGuardian, Place::kBeside},
    Kind{"ceremony-complaint", Signer::kGuardian, Place::kBeside},
    Kind{"batch", Signer::kProvider, Place::kLog},
    Kind{"attestation", Signer::kGuardian, Place::kBeside},
    Kind{"submission", Signer::kProvider, Place::kLog},
    Kind{"receipt", Signer::kHub, Place::kLog},
    Kind{"sealing-key", Signer::kHub, Place::kLog},
    Kind{"run", Signer::kHub, Place::kLog},
    Kind{"result", Signer::kHub, Place::kLog},
    Kind{"release", Signer::kProducer, Place::kLog},
    Kind{"refusal", Signer::kParty, Place::kLog},
    Kind{"erasure", Signer::kHub, Place::kLog},
    Kind{"incident", Signer::kParty, Place::kLog},
    Kind{"sealed", Signer::kControllers, Place::kLog},
    Kind{"opening", Signer::kOneController, Place::kLog},
    Kind{"redaction", Signer::kControllers, Place::kLog},
    Kind{"head", Signer::kHub, Place::kLog},
    Kind{"opt-out-figures", Signer::kProvider, Place::kLog},
    Kind{"withdraw", Signer::kProvider, Place::kLog},
};

/// The kind of that name, or nothing.
[[nodiscard]] const Kind* find_kind(std::string_view name);

/// The kind of an envelope, of which nothing is verified but its form. Errors: CND-2001 (it is none, or not
/// in its one form), CND-2006 (its kind is not on the list).
[[nodiscard]] const Kind& statement_kind(std::string_view envelope_bytes);

}  // namespace candour::statement
