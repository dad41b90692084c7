#include "candour/bench/waiting_list_file.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "candour/base/date.h"
#include "candour/base/random.h"
#include "candour/collection/field_parse.h"

namespace candour::bench {
namespace {

constexpr const char* kHeader =
    "NHS NUMBER,NHS NUMBER STATUS INDICATOR CODE,WITHHELD IDENTITY REASON,LOCAL PATIENT IDENTIFIER,PERSON "
    "BIRTH "
    "DATE,PERSON STATED GENDER CODE,ETHNIC CATEGORY,POSTCODE OF USUAL ADDRESS,ORGANISATION IDENTIFIER (CODE "
    "OF "
    "PROVIDER),ORGANISATION SITE IDENTIFIER (OF TREATMENT),ORGANISATION IDENTIFIER (CODE OF "
    "COMMISSIONER),ORGANISATION IDENTIFIER (REFERRING ORGANISATION),PATIENT PATHWAY IDENTIFIER,ORGANISATION "
    "IDENTIFIER (PATIENT PATHWAY IDENTIFIER ISSUER),SOURCE OF REFERRAL FOR OUT-PATIENTS,PRIORITY TYPE "
    "CODE,ACTIVITY TREATMENT FUNCTION CODE,WAITING LIST TYPE,REFERRAL REQUEST RECEIVED DATE,REFERRAL TO "
    "TREATMENT "
    "PERIOD START DATE,REFERRAL TO TREATMENT PERIOD END DATE,REFERRAL TO TREATMENT PERIOD STATUS\n";

// The parts of a row that are varied.
struct Row {
  std::string number, status = "01", reason, local, birth, ethnic, postcode, provider = "R1H", pathway,
                      function, type = "ORTT", start, stop;
};

std::string padded(std::uint64_t number, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "%0*llu", digits, static_cast<unsigned long long>(number));
  return text;
}

std::string nhs_number(base::Random& random) {
  for (;;) {
    const std::string nine = "999" + padded(random.below(1'000'000), 6);
    const auto check = collection::nhs_number_check_digit(nine);
    const std::string ten = check ? nine + std::to_string(*check) : "";
    if (check && !collection::nhs_number_is_filler(ten)) return ten;
  }
}

Row right_row(base::Random& random, std::uint64_t index) {
  static const char* const kFunctions[] = {"100", "101", "110", "120", "130", "140", "150", "160",
                                           "170", "300", "301", "320", "330", "340", "400", "502"};
  static const char* const kEthnic[] = {"A", "B", "C", "H", "J", "M", "N", "Z"};
  const base::Date first_birth = *base::Date::of(1925, 1, 1);
  const base::Date first_stop = *base::Date::of(2025, 9, 1);
  Row row;
  row.number = nhs_number(random);
  row.local = "LP" + padded(index, 10);
  row.birth = first_birth.plus_days(static_cast<std::int32_t>(random.below(36'000))).iso();
  row.ethnic = kEthnic[random.below(8)];
  row.postcode = "ZZ" + std::to_string(1 + random.below(20)) + " " + std::to_string(random.below(10)) + "AA";
  row.pathway = "P" + padded(index, 12);
  row.function = kFunctions[random.below(16)];
  const base::Date stop = first_stop.plus_days(static_cast<std::int32_t>(random.below(30)));
  row.stop = stop.iso();
  row.start = stop.plus_days(-static_cast<std::int32_t>(random.below(500))).iso();
  return row;
}

// One reason of each kind of check.
void break_row(Row& row, std::uint64_t kind) {
  switch (kind % 10) {
    case 0:
      row.number.back() = row.number.back() == '9' ? '0' : static_cast<char>(row.number.back() + 1);
      return;
    case 1:
      row.number = "4444444444";
      return;
    case 2:
      row.birth = "1900-01-01";
      return;
    case 3:
      row.start = "2025-02-29";
      return;
    case 4:
      row.function = "9X9";
      return;
    case 5:
      row.postcode = "NOWHERE";
      return;
    case 6:
      row.provider = "RXX";
      return;
    case 7:
      row.start = "2025-10-01";
      return;
    case 8:
      row.start = row.stop;
      row.stop = "2025-08-31";
      return;
    default:
      row.type = "IRTT";
      return;
  }
}

void append(const Row& row, std::string& out) {
  out += row.number + "," + row.status + "," + row.reason + "," + row.local + "," + row.birth + ",1," +
         row.ethnic + "," + row.postcode + "," + row.provider + ",R1H12,01K,," + row.pathway + ",R1H,03,1," +
         row.function + "," + row.type + ",2023-01-01," + row.start + "," + row.stop + ",30\n";
}

}  // namespace

std::uint64_t write_waiting_list(const std::filesystem::path& path, std::uint64_t size_bytes,
                                 std::uint64_t seed) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) std::abort();
  base::SeededRandom random(seed, "waiting list");
  std::string block = kHeader;
  std::uint64_t written = 0;
  std::uint64_t rows = 0;
  while (written + block.size() < size_bytes) {
    Row row = right_row(random, rows);
    if (rows % 100 == 99) break_row(row, rows / 100);
    append(row, block);
    ++rows;
    if (rows % 10'000 == 1) {
      append(row, block);
      ++rows;
    }
    if (block.size() < (std::size_t{1} << 20)) continue;
    written += std::fwrite(block.data(), 1, block.size(), file);
    block.clear();
  }
  std::fwrite(block.data(), 1, block.size(), file);
  if (std::fclose(file) != 0) std::abort();
  return rows;
}

}  // namespace candour::bench
