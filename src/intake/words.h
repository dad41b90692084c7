// Texts and numbers as people read them: in errors, on a terminal, on a page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candour::intake {

/// "1,276,491".
[[nodiscard]] std::string with_thousands(std::uint64_t number);

/// "1,276,491 rows", "1 row".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

/// "99.8 %": rounded down, so that 100.0 % is said only of all; "–" of nothing.
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole);

/// The text without outer ASCII spaces.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace candour::intake
