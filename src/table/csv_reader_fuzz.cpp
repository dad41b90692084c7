// Any bytes, cut in any way, give the same records; nothing that is handed out is longer than the limits; and
// what was read without a fault is read again from what the writer makes of it.
//
//   cmake --preset fuzz && ninja -C build/fuzz csv_reader_fuzz
//   mkdir -p build/corpus && build/fuzz/csv_reader_fuzz -max_len=4096 build/corpus tests/fuzz/csv_reader
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/base/stream.h"
#include "candour/table/csv_reader.h"
#include "candour/table/csv_testing.h"
#include "candour/table/csv_text.h"
#include "candour/table/csv_writer.h"

using namespace candour;
using namespace candour::table;
using namespace candour::table::testing;

namespace {

constexpr std::size_t kControlBytes = 4;

void check_limits(const std::vector<Record>& records, const CsvLimits& limits, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  std::uint64_t line = 0;
  for (const Record& record : records) {
    CANDOUR_CHECK(record.line > line && record.line <= lines);
    line = record.line;
    CANDOUR_CHECK(record.fields.size() <= limits.fields);
    CANDOUR_CHECK(record.fault != CsvFault::kNone || !record.fields.empty());
    std::size_t bytes = 0;
    for (const Field& field : record.fields) bytes += field.value_or("").size();
    CANDOUR_CHECK(bytes <= limits.record_bytes);
  }
}

void check_inverse(std::vector<Record> records) {
  std::erase_if(records, [](const Record& record) { return record.fault != CsvFault::kNone; });
  base::TextSink sink;
  CsvWriter writer(sink);
  for (const Record& record : records) {
    const std::vector<std::optional<std::string_view>> fields(record.fields.begin(), record.fields.end());
    writer.record(fields);
  }
  base::MemorySource source(sink.text());
  const std::vector<Record> back = read_all(source);
  CANDOUR_CHECK(back.size() == records.size());
  for (std::size_t index = 0; index < back.size(); ++index) {
    CANDOUR_CHECK(back[index].fault == CsvFault::kNone && back[index].fields == records[index].fields);
  }
}

void check_texts(const std::vector<Record>& records) {
  TextDecoder decoder;
  std::string storage;
  for (const Record& record : records) {
    for (const Field& field : record.fields) {
      if (!field) continue;
      const auto text = decoder.decode(*field, storage);
      CANDOUR_CHECK(!text || base::is_utf8(*text));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kControlBytes) return 0;
  // The first bytes choose the limits and the pieces, so that the fuzzer reaches their edges too.
  const CsvLimits limits{.record_bytes = data[0] < 128 ? data[0] : std::size_t{1} << 20U,
                         .fields = data[1] < 16 ? data[1] + std::size_t{1} : 4096};
  const std::vector<std::size_t> sizes = {data[2] % 16 + std::size_t{1}, data[3] % 64 + std::size_t{1}};
  const std::string_view text = base::as_text({data + kControlBytes, size - kControlBytes});
  base::MemorySource whole(text);
  PiecesSource pieces(text, sizes);
  const std::vector<Record> records = read_all(whole, {}, limits);
  CANDOUR_CHECK(records == read_all(pieces, {}, limits));
  check_limits(records, limits, text);
  check_texts(records);
  check_inverse(records);
  return 0;
}
