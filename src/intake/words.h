// Texts and numbers as people read them: in errors, on a terminal, on a page.
#pragma once

#include <cstddef>
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

/// A text of a file as it may be put on a terminal or a page: control characters (which could rewrite a
/// screen) and bytes that are no UTF-8 are shown as ?, and what is longer than `limit` characters ends with
/// an ellipsis.
[[nodiscard]] std::string shown(std::string_view text, std::size_t limit);

}  // namespace candour::intake
