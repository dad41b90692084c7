// Numbers as people read them. Rounding is for display only: data keep every digit.
//
// All rounding is half away from zero and works on decimal digits or integers, never on a binary fraction
// that lies a little beside what people see: 0.15 at one place is 0.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candour::page {

/// "1,276,491"; "-3".
[[nodiscard]] std::string grouped(std::int64_t number);

/// A decimal number ("10.8666", "-3", "1276491.5") at `places` decimals, its thousands grouped: "10.9". What
/// is not a plain decimal number ("", "-", "x", "1e5") is given back as it is. `places` is 0 to 18.
[[nodiscard]] std::string rounded(std::string_view decimal, int places);

/// The shortest decimal that means this double (what the data's CSV has), at `places` decimals. A value that
/// is not finite is "–".
[[nodiscard]] std::string rounded(double value, int places);

/// part / whole in per cent at `places` (0 to 6) decimals without the sign: "65.8"; "–" where `whole` is 0.
/// In integers all the way.
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole, int places);

}  // namespace candour::page
