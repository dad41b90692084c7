// How fast the reader goes through a file: bytes and records a second of processor time, no decoding.
//
//   ninja -C build/release table_csv_reader_bench && build/release/table_csv_reader_bench FILE…
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <span>

#include "candour/base/stream.h"
#include "candour/table/csv_reader.h"

namespace {

class FileSource final : public candour::base::ByteSource {
 public:
  explicit FileSource(const char* path) : file_(std::fopen(path, "rb"), &std::fclose) {}
  [[nodiscard]] bool open() const { return file_ != nullptr; }
  std::size_t read(std::span<std::uint8_t> out) override {
    return std::fread(out.data(), 1, out.size(), file_.get());
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

bool measure(const char* path) {
  FileSource source(path);
  if (!source.open()) {
    std::fprintf(stderr, "%s cannot be opened\n", path);
    return false;
  }
  const std::clock_t begin = std::clock();
  candour::table::CsvReader reader(source);
  candour::table::CsvRecord record;
  std::uint64_t records = 0;
  std::uint64_t fields = 0;
  std::uint64_t faults = 0;
  while (reader.next(record)) {
    ++records;
    fields += record.fields.size();
    faults += record.fault == candour::table::CsvFault::kNone ? 0U : 1U;
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const auto megabytes = static_cast<double>(reader.bytes_read()) / 1e6;
  std::printf(
      "%s: %llu records, %llu fields, %llu faults, %.0f MB in %.3f s: %.0f MB/s, %.2f million records/s\n",
      path, static_cast<unsigned long long>(records), static_cast<unsigned long long>(fields),
      static_cast<unsigned long long>(faults), megabytes, seconds, megabytes / seconds,
      static_cast<double>(records) / 1e6 / seconds);
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  bool all = true;
  for (const char* path : std::span(arguments, static_cast<std::size_t>(count)).subspan(1))
    all = measure(path) && all;
  return all ? 0 : 1;
}
