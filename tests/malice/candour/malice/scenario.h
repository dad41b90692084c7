// One thing that a malicious hub does, and the honest check that catches it. Each scenario runs twice: with
// the malice off the same check must find nothing. docs/reference/malicious-hub.md is the report of all of
// them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace candour::malice {

enum class Malice { kOff, kOn };

/// On what it rests that this is caught.
enum class Ground : std::uint8_t { kMathematics, kQuorum, kThreshold, kMirror, kClock, kAudit, kOwn };
inline constexpr std::array<std::string_view, 7> kGroundWords{
    "mathematics",           "the witnesses' quorum", "t guardians are needed",  "an honest mirror",
    "the witnesses' clocks", "an audit later",        "the party's own software"};

struct Scenario {
  std::string_view name;   ///< of it, and of its row in the report
  std::string_view does;   ///< what the hub does, and the bad guardian with it
  std::string_view party;  ///< who catches it
  std::string_view check;  ///< by what: a code of the catalogue, a question of the audit, a witness's status
  std::string_view place;  ///< where the check is
  Ground ground = Ground::kMathematics;
  /// Gives what the party's check said: `check`, or kNothing.
  std::string (*run)(Malice malice) = nullptr;
};
inline constexpr std::string_view kNothing = "nothing";

// Each in the file of its name.

[[nodiscard]] std::span<const Scenario> histories();
[[nodiscard]] std::span<const Scenario> clocks();
[[nodiscard]] std::span<const Scenario> censorship();
[[nodiscard]] std::span<const Scenario> entries();
[[nodiscard]] std::span<const Scenario> pseudonyms();
[[nodiscard]] std::span<const Scenario> answers();

}  // namespace candour::malice
