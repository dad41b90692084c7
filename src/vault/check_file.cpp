#include "candour/vault/check_file.h"

#include <algorithm>
#include <charconv>

#include "candour/base/error.h"
#include "candour/collection/field_parse.h"

namespace candour::vault {
namespace {

using base::Error;

/// What the service answers, in one line, where a number of the request is none.
constexpr std::string_view kServiceRefusal = "The file contains one or more invalid NHS Numbers";

bool is_ten_digits(std::string_view text) {
  return text.size() == kNhsNumberDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

bool is_nhs_number(std::string_view text) {
  return is_ten_digits(text) && collection::nhs_number_check_digit_holds(text) &&
         !collection::nhs_number_is_filler(text);
}

}  // namespace

std::string nhs_number_text(std::uint64_t number) {
  std::string text(kNhsNumberDigits, '0');
  for (std::size_t i = text.size(); i-- > 0; number /= 10) text[i] = static_cast<char>('0' + number % 10);
  return text;
}

std::uint64_t nhs_number_of(std::string_view digits) {
  CANDOUR_CHECK(is_ten_digits(digits));
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string check_file_name(std::string_view mailbox, base::Date day, std::uint32_t sequence) {
  return std::string(mailbox) + "-" + padded(day.day(), 2) + padded(day.month(), 2) +
         padded(day.year() % 100, 2) + "-" + padded(sequence, 4) + ".dat";
}

void require_mailbox(std::string_view mailbox) {
  const bool is_one = mailbox.size() >= 5 && mailbox.size() <= 20 && std::ranges::all_of(mailbox, [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                      });
  if (!is_one) throw Error("CND-2602", "This is not the name of a MESH mailbox.");
}

IdentifiableText write_check_file(std::span<const std::uint64_t> numbers) {
  std::string text;
  text.reserve(numbers.size() * kCheckLineBytes);  // a text that grew would leave numbers behind
  for (const std::uint64_t number : numbers) text.append(nhs_number_text(number)).append(",\n");
  return IdentifiableText(std::move(text));
}

void visit_check_file(const IdentifiableText& text, const std::filesystem::path& path,
                      const VisitNumber& visit) {
  std::string_view rest = text.reveal();
  if (rest.starts_with(kServiceRefusal)) {
    throw Error("CND-2606", "The service could not use the file: it holds a number that is none.")
        .with("path", path);
  }
  for (std::uint64_t line = 1; !rest.empty(); ++line) {
    const std::string_view one = rest.substr(0, kCheckLineBytes);
    if (!is_ten_digits(one.substr(0, kNhsNumberDigits)) || one.substr(kNhsNumberDigits) != ",\n") {
      throw Error("CND-2603", "A line is not ten digits, a comma and a line feed.")
          .with("path", path)
          .with("line", line);
    }
    visit(one.substr(0, kNhsNumberDigits), line);
    rest.remove_prefix(kCheckLineBytes);
  }
}

IdentifiableNumbers read_type1_list(const IdentifiableText& text, const std::filesystem::path& path) {
  constexpr std::size_t kLineBytes = kNhsNumberDigits + 1;
  NhsNumbers list;
  list.values.reserve(text.reveal().size() / kLineBytes + 1);
  const auto refuse = [&](std::uint64_t line) -> Error {
    return Error("CND-2612", "A line of the list is not one NHS number and a line feed, or has one again.")
        .with("path", path)
        .with("line", line);
  };
  const std::string_view all = text.reveal();
  for (std::size_t at = 0; at < all.size(); at += kLineBytes) {
    const std::string_view one = all.substr(at, kLineBytes);
    if (!is_nhs_number(one.substr(0, kNhsNumberDigits)) || one.substr(kNhsNumberDigits) != "\n") {
      throw refuse(at / kLineBytes + 1);
    }
    list.values.push_back(nhs_number_of(one.substr(0, kNhsNumberDigits)));
  }
  IdentifiableNumbers numbers{NhsNumbers(list)};
  std::vector<std::uint64_t>& sorted = numbers.reveal().values;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) {
    const auto first = std::ranges::find(list.values, *twice);
    const auto second = std::find(first + 1, list.values.end(), *twice);
    const auto line = static_cast<std::uint64_t>(second - list.values.begin()) + 1;
    wipe(list);
    throw refuse(line);
  }
  wipe(list);
  return numbers;
}

}  // namespace candour::vault
