// What the tests of this module share: a table with every way of minimising, a look-up and a key.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/minimise/minimise.h"
#include "candour/table/csv_writer.h"
#include "candour/testing/shared.h"

namespace candour::minimise::testing {

enum FieldIndex : std::size_t { kNumber, kLocalId, kBirth, kMonth, kPostcode, kPathway, kFunction, kStop };

inline collection::Field make_field(std::string name, collection::FieldType type, bool identifies,
                                    collection::Minimise minimise) {
  collection::Field field;
  field.minimised_as = name;
  field.name = std::move(name);
  field.type = type;
  field.identifies = identifies;
  field.minimise = std::move(minimise);
  return field;
}

inline collection::Table make_table() {
  using collection::FieldType;
  using At = collection::ToAgeBand::At;
  collection::Table table;
  table.name = "stops";
  table.fields = {
      make_field("nhs_number", FieldType::kNhsNumber, true, collection::ToPseudonym{}),
      make_field("local_patient_id", FieldType::kText, true, collection::Drop{}),
      make_field("birth_date", FieldType::kDate, true,
                 collection::ToAgeBand{At::kPeriodEnd, {0, 18, 40, 65, 80}}),
      make_field("death_date", FieldType::kDate, true, collection::ToMonth{}),
      make_field("postcode", FieldType::kPostcode, true, collection::ToLookup{"lsoa"}),
      make_field("pathway_id", FieldType::kText, true, collection::ToLocalPseudonym{}),
      make_field("treatment_function", FieldType::kCode, false, collection::Keep{}),
      make_field("clock_stop", FieldType::kDate, false, collection::Keep{}),
  };
  table.fields[kBirth].minimised_as = "age_band";
  table.fields[kMonth].minimised_as = "death_month";
  table.fields[kPostcode].minimised_as = "lsoa";
  table.fields[kPathway].minimised_as = "pathway";
  return table;
}

inline const collection::Period& september() {
  static const collection::Period period{"2025-09", *base::Date::of(2025, 9, 1),
                                         *base::Date::of(2025, 9, 30)};
  return period;
}

/// Stores a look-up and loads it as a provider does. Errors: those of Lookup::load.
inline Lookup load_lookup(const std::string& csv) {
  const candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  const base::StoredFile stored = disk.store_new(folder.path() / "lsoa.csv", csv);
  return Lookup::load(disk, folder.path() / "lsoa.csv", {"lsoa", stored.digest, "postcode", "lsoa"});
}

/// "M1 1AA" and nineteen more postcodes.
inline Lookups make_lookups() {
  std::string csv = "postcode,lsoa\n";
  for (int i = 0; i < 20; ++i) {
    csv += "M" + std::to_string(i) + " 1AA,E0100" + std::to_string(1000 + i) + "\n";
  }
  Lookups lookups;
  lookups.emplace("lsoa", load_lookup(csv));
  return lookups;
}

inline base::SecretBytes make_key(std::uint8_t first = 0) {
  base::Bytes bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return base::SecretBytes(bytes);
}

/// The texts of a chunk's row; "∅" for null.
inline std::vector<std::string> row_texts(const table::Chunk& chunk, std::size_t row) {
  std::vector<std::string> texts;
  for (const table::Column& column : chunk.columns()) {
    texts.push_back(table::canonical_text(column, row).value_or("∅"));
  }
  return texts;
}

}  // namespace candour::minimise::testing
