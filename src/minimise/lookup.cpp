#include <algorithm>
#include <limits>
#include <utility>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/base/sha256.h"
#include "candour/minimise/minimise.h"
#include "candour/table/csv_reader.h"

namespace candour::minimise {
namespace {

// A look-up is public reference data: an error may name its line, and no row is a person's.
[[noreturn]] void fail(base::Literal message, const std::filesystem::path& path,
                       const collection::Reference& reference, std::uint64_t line) {
  throw base::Error("CND-1602", message)
      .with("path", path)
      .with("reference", base::Label(reference.name))
      .with("line", line);
}

void require_named(const base::Digest& digest, const std::filesystem::path& path,
                   const collection::Reference& reference) {
  if (digest == reference.sha256) return;
  throw base::Error("CND-1601", "The look-up is not the one that the collection names.")
      .with("path", path)
      .with("reference", base::Label(reference.name))
      .with("expected", base::Label(base::to_hex(reference.sha256)));
}

struct Columns {
  std::size_t width = 0;
  std::size_t key = 0;
  std::size_t value = 0;
};

Columns find_columns(table::CsvReader& reader, const std::filesystem::path& path,
                     const collection::Reference& reference) {
  table::CsvRecord header;
  if (!reader.next(header) || header.fault != table::CsvFault::kNone) {
    fail("The look-up has no header.", path, reference, 1);
  }
  const auto find = [&](const std::string& name) {
    const auto at = std::find_if(header.fields.begin(), header.fields.end(),
                                 [&](const table::CsvField& field) { return field.bytes == name; });
    if (at == header.fields.end()) fail("The look-up lacks a column.", path, reference, header.line);
    return static_cast<std::size_t>(at - header.fields.begin());
  };
  return {header.fields.size(), find(reference.key_column), find(reference.value_column)};
}

}  // namespace

Lookup Lookup::load(const base::Disk& disk, const std::filesystem::path& path,
                    const collection::Reference& reference) {
  const auto file = disk.open(path);
  // First what it is, then what it says: of another file not even the faults are of interest.
  base::FileSource first_pass(*file);
  require_named(base::sha256_of(first_pass), path, reference);
  base::FileSource second_pass(*file);
  base::DigestingSource source(second_pass);
  table::CsvReader reader(source);
  const Columns columns = find_columns(reader, path, reference);
  Lookup lookup;
  table::CsvRecord record;
  while (reader.next(record)) {
    if (record.fault != table::CsvFault::kNone || record.fields.size() != columns.width) {
      fail("A line of the look-up is not a row of its header.", path, reference, record.line);
    }
    const std::string_view key = record.fields[columns.key].bytes;
    const std::string_view value = record.fields[columns.value].bytes;
    if (key.empty() || !base::is_utf8(key) || !base::is_utf8(value)) {
      fail("A line of the look-up has no key, or is not UTF-8.", path, reference, record.line);
    }
    lookup.entries_.push_back({lookup.bytes_.size(), static_cast<std::uint32_t>(key.size()),
                               static_cast<std::uint32_t>(value.size())});
    lookup.bytes_ += key;
    lookup.bytes_ += value;
  }
  // It may have been written to between the two.
  require_named(source.digest(), path, reference);
  const auto by_key = [&](const Entry& a, const Entry& b) { return lookup.key_of(a) < lookup.key_of(b); };
  std::sort(lookup.entries_.begin(), lookup.entries_.end(), by_key);
  const auto twice = std::adjacent_find(
      lookup.entries_.begin(), lookup.entries_.end(),
      [&](const Entry& a, const Entry& b) { return lookup.key_of(a) == lookup.key_of(b); });
  if (twice != lookup.entries_.end()) {
    throw base::Error("CND-1602", "The look-up has a key twice.")
        .with("path", path)
        .with("reference", base::Label(reference.name))
        .with("key", base::Label(lookup.key_of(*twice)));
  }
  return lookup;
}

std::optional<std::string_view> Lookup::find(std::string_view key) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [&](const Entry& entry, std::string_view k) { return key_of(entry) < k; });
  if (at == entries_.end() || key_of(*at) != key || at->value_size == 0) return std::nullopt;
  return std::string_view(bytes_).substr(at->begin + at->key_size, at->value_size);
}

}  // namespace candour::minimise
