// Lists of NHS numbers as text: the file that goes to the Check for National Data Opt-outs service and comes
// back without those who opted out, and a practice's list of Type 1 opt-outs.
//
// The service takes over MESH one number a line, each followed by a comma and LF; workflow and recipient are
// below. docs/reference/formats/opt-out-check.md has the whole, with its sources.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/date.h"
#include "candour/base/identifiable.h"

namespace candour::vault {

inline constexpr std::string_view kCheckWorkflow = "SPINE_NTT_UPHOLDING";
inline constexpr std::string_view kCheckRecipient = "X26HC036";

inline constexpr std::size_t kNhsNumberDigits = 10;
inline constexpr std::size_t kCheckLineBytes = kNhsNumberDigits + 2;
/// What MESH's own user interface takes (its client and API take 20 GB).
inline constexpr std::uint64_t kCheckFileAtMostBytes = 100'000'000;
inline constexpr std::size_t kNumbersAFile = kCheckFileAtMostBytes / kCheckLineBytes;

/// NHS numbers, each as the number that its ten digits make, which sorts as the digits do.
struct NhsNumbers {
  std::vector<std::uint64_t> values{};
};
inline void wipe(NhsNumbers& numbers) {
  base::wipe(numbers.values.data(), numbers.values.size() * sizeof(std::uint64_t));
  numbers.values.clear();
}
using IdentifiableNumbers = base::Identifiable<NhsNumbers>;
using IdentifiableText = base::Identifiable<std::string>;

/// The ten digits of a number.
[[nodiscard]] std::string nhs_number_text(std::uint64_t number);
/// The number that ten ASCII digits make.
[[nodiscard]] std::uint64_t nhs_number_of(std::string_view digits);

/// "8HQ50OT001-030620-0001.dat": mailbox, day, and which file of the month it is.
[[nodiscard]] std::string check_file_name(std::string_view mailbox, base::Date day, std::uint32_t sequence);
/// Refuses what is no MESH mailbox: 5 to 20 of A to Z and 0 to 9. Errors: CND-2602.
void require_mailbox(std::string_view mailbox);

/// The text of a check file. `numbers` are in the order of the lines.
[[nodiscard]] IdentifiableText write_check_file(std::span<const std::uint64_t> numbers);

/// Gets the ten digits of a line, and which line it is, from 1.
using VisitNumber = std::function<void(std::string_view digits, std::uint64_t line)>;
/// Visits the lines of a check file. Whether the digits are a number that somebody has, `visit` must know.
/// `path` is for the error's place. Errors: CND-2603 (a line is not ten digits, comma and LF, or the last one
/// is cut off), CND-2606 (it is the service's answer to a file that it could not use).
void visit_check_file(const IdentifiableText& text, const std::filesystem::path& path,
                      const VisitNumber& visit);

/// Reads a practice's list: one NHS number a line, LF after each, none twice; empty where nobody is on it.
/// Gives them ascending. Errors: CND-2612 (names the line).
[[nodiscard]] IdentifiableNumbers read_type1_list(const IdentifiableText& text,
                                                  const std::filesystem::path& path);

}  // namespace candour::vault
