// Rows a second into and out of a vault: 150,000 rows of 20 columns in random order of keys, as a large
// hospital's month is. Times are the processor's, so that a busy machine gives the same figures; fsync is not
// in them. Usage: vault_vault_bench FOLDER [ROWS]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/vault/vault.h"

namespace {

using namespace candour;

collection::Table wide_table() {
  collection::Table table;
  table.name = "wide";
  for (int i = 0; i < 20; ++i) {
    collection::Field field;
    field.name = "f" + std::to_string(i);
    field.type = i % 5 == 4 ? collection::FieldType::kDate : collection::FieldType::kText;
    table.fields.push_back(std::move(field));
  }
  table.key = {1, 4};
  table.person = 0;
  table.pathway = 1;
  return table;
}

void fill(table::Chunk& chunk, base::Random& random, const collection::Table& table) {
  chunk.wipe();
  while (!chunk.full()) {
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
      if (table.fields[i].type == collection::FieldType::kDate) {
        chunk.column(i).append_date(base::Date(20'000 + static_cast<std::int32_t>(random.below(30))));
      } else if (i < 2) {
        chunk.column(i).append_text("99" + std::to_string(10'000'000 + random.below(89'999'999)));
      } else {
        chunk.column(i).append_text("AB" + std::to_string(100 + random.below(900)));
      }
    }
  }
}

double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / static_cast<double>(CLOCKS_PER_SEC);
}

void load_once(vault::Vault& held, const collection::Table& table, std::uint64_t rows, const char* what) {
  base::SeededRandom random(1, "bench");
  table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
  double filling = 0;
  const auto start = std::clock();
  vault::Load load = held.begin_load(table, {"bench", "wide", "RXX", "2025-09"}, vault::Scope::kWholeSlice);
  load.begin_file("bench.csv", 1);
  for (std::uint64_t line = 0; line < rows;) {
    const auto begin = std::clock();
    fill(chunk.reveal(), random, table);
    filling += seconds_since(begin);
    for (std::size_t i = 0; i < chunk.reveal().rows(); ++i) static_cast<void>(load.put(chunk, i, ++line));
  }
  load.end_file("00");
  const double put = seconds_since(start) - filling;
  const auto result = load.commit();
  const double all = seconds_since(start) - filling;
  std::printf("%s: %llu added, %llu unchanged, put %.0f rows/s, with commit %.0f rows/s\n", what,
              static_cast<unsigned long long>(result.added),
              static_cast<unsigned long long>(result.unchanged), static_cast<double>(rows) / put,
              static_cast<double>(rows) / all);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 64;
  const std::uint64_t rows = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 150'000;
  const std::filesystem::path path = std::filesystem::path(arguments[1]) / "bench.vault";
  base::PosixDisk disk;
  base::SystemRandom random;
  const base::SecretBytes key(32);
  const collection::Table table = wide_table();
  {
    vault::Vault held = vault::Vault::create(disk, path, key, random, "RXX");
    load_once(held, table, rows, "first load");
    load_once(held, table, rows, "same load again");
    const auto start = std::clock();
    std::uint64_t seen = 0;
    vault::RowCursor cursor = held.rows(table, {"bench", "wide", "RXX", "2025-09"});
    table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
    while (cursor.next(chunk)) seen += chunk.reveal().rows();
    std::printf("read: %.0f rows/s\n", static_cast<double>(seen) / seconds_since(start));
  }
  std::printf("file: %.1f MB\n", static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  return 0;
}
