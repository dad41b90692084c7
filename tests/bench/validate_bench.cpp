// validate_bench SIZE_BYTES [FOLDER [THREADS]]: rows a second and peak memory of `candour validate`
// (SubmissionCheck with its validating sink) beside DuckDB's read_csv with the same checks in SQL, on the
// same generated file in the same run, each in a process of its own (0 threads: without DuckDB). Both must
// count the same rows, refusals and repeated keys.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/bench/duckdb_peer.h"
#include "candour/bench/waiting_list_file.h"
#include "candour/intake/submission_check.h"
#include "candour/intake/validating_sink.h"

namespace candour::bench {
namespace {

struct Outcome {
  PeerCounts counts;
  double seconds = 0;
  double cpu_seconds =
      0;  ///< of all its threads: what is left to compare where other work shares the machine
  double peak_mib = 0;
};

PeerCounts run_candour(const collection::Collection& collection, const intake::Submission& submission,
                       const std::filesystem::path& path, const std::filesystem::path& folder) {
  const collection::Table& table = collection.table("clock_stops");
  const base::PosixDisk disk;
  const auto file = disk.open(path);
  base::FileSource source(*file);
  base::SystemRandom random;
  const base::SystemClock clock;
  base::SilentProgress progress;
  intake::ValidatingSink sink(table, random, folder);
  intake::SubmissionCheck check(collection, table, submission, sink, clock, progress);
  check.check({path.filename().string(), file->size_bytes(), &source, intake::Nil::kNotDeclared});
  const std::vector<intake::QualityReport> reports = check.finish();
  const intake::QualityReport& report = reports.front();
  const std::uint64_t duplicates = report.unique.whole - report.unique.part;
  return {report.rows_in, report.rows_refused - duplicates, duplicates};
}

// Runs `work` in a child, so that its peak memory is its own.
Outcome measure(const std::function<PeerCounts()>& work) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const PeerCounts counts = work();
    const bool written = write(ends[1], &counts, sizeof counts) == static_cast<ssize_t>(sizeof counts);
    _exit(written ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
    std::fprintf(stderr, "a side of the bench failed\n");
    std::exit(1);
  }
  Outcome outcome;
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (read(ends[0], &outcome.counts, sizeof outcome.counts) != static_cast<ssize_t>(sizeof outcome.counts)) {
    std::abort();
  }
  close(ends[0]);
  close(ends[1]);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  outcome.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  outcome.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  return outcome;
}

void print(const char* name, const Outcome& outcome) {
  const auto rows = static_cast<double>(outcome.counts.rows);
  std::printf(
      "%-28s %12llu rows  %8.1f s  %11.0f rows/s  CPU %8.1f s  peak %6.0f MiB  refused %llu  repeated keys "
      "%llu\n",
      name, static_cast<unsigned long long>(outcome.counts.rows), outcome.seconds, rows / outcome.seconds,
      outcome.cpu_seconds, outcome.peak_mib, static_cast<unsigned long long>(outcome.counts.refused),
      static_cast<unsigned long long>(outcome.counts.duplicates));
  std::fflush(stdout);
}

int run(std::uint64_t size_bytes, const std::filesystem::path& folder, int threads) {
  const std::filesystem::path path = folder / "waiting-list-bench.csv";
  const collection::Collection collection = collection::load_collection("collections/rtt-waiting-list");
  const intake::Submission submission{
      "R1H", {"R1H"}, collection::parse_period("2025-09", collection::PeriodKind::kMonth)};
  const std::uint64_t rows = write_waiting_list(path, size_bytes, 1);
  std::printf("%s: %llu rows, %.2f GB\n", path.c_str(), static_cast<unsigned long long>(rows),
              static_cast<double>(std::filesystem::file_size(path)) / 1e9);
  const std::string statement = peer_statement(collection, collection.table("clock_stops"), submission, path);
  const Outcome ours = measure([&] { return run_candour(collection, submission, path, folder); });
  print("candour validate", ours);
  if (threads == 0) return 0;
  const Outcome theirs = measure([&] { return run_peer(statement, threads); });
  print(("DuckDB read_csv, " + std::to_string(threads) + " threads").c_str(), theirs);
  std::filesystem::remove(path);
  const bool same = ours.counts.rows == theirs.counts.rows && ours.counts.refused == theirs.counts.refused &&
                    ours.counts.duplicates == theirs.counts.duplicates;
  std::printf("%s; candour is %.2f times as fast\n", same ? "both count the same" : "THE COUNTS DIFFER",
              theirs.seconds / ours.seconds);
  return same ? 0 : 1;
}

}  // namespace
}  // namespace candour::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: validate_bench SIZE_BYTES [FOLDER [THREADS]]\n");
    return 64;
  }
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path().string();
  return candour::bench::run(std::strtoull(argv[1], nullptr, 10), folder, argc > 3 ? std::atoi(argv[3]) : 2);
}
