// What a log costs: durable appends a second with a quorum of 4 of 5 witnesses on PosixDisk, one after
// another and by many callers at once; proofs; and a log of many entries, built, opened (which hashes it all)
// and walked by a mirror that believes nothing. Beside them the figures that Tessera publishes.
//
//   ninja -C build/release log_log_bench && build/release/log_log_bench FOLDER [ENTRIES, default 1000000]
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "candour/log/appender.h"
#include "candour/log/memo_hashes.h"
#include "candour/log/mirror.h"
#include "candour/log/proof.h"
#include "candour/log/tile_reader.h"
#include "candour/log/witness.h"

using namespace candour;
using namespace candour::log;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kWitnesses = 5;
constexpr std::size_t kQuorum = 4;
constexpr std::size_t kEntryBytes = 1'024;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// What a stage took, on the clock and of processors: on a busy machine the second says more.
struct Stopwatch {
  Clock::time_point begin = Clock::now();
  double processor = processor_seconds();
  void print(const char* what, double count, const char* unit) const {
    const double took = seconds_since(begin);
    const double used = processor_seconds() - processor;
    std::printf("%s: %.1f s, %.0f %s a second; %.1f processor seconds, %.0f %s in each", what, took,
                count / took, unit, used, count / used, unit);
  }
};

double resident_peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string entry_of(std::uint64_t number) {
  char id[17];
  std::snprintf(id, sizeof(id), "%016llu", static_cast<unsigned long long>(number));
  std::string entry(id);
  entry.resize(kEntryBytes, static_cast<char>('a' + number % 26));
  return entry;
}

class AnyStatement final : public Admission {
 public:
  [[nodiscard]] statement::Id admit(std::string_view envelope) override { return id_of(envelope); }
  [[nodiscard]] statement::Id id_of(std::string_view envelope) const override {
    statement::Id id{};
    std::copy_n(envelope.begin(), id.size(), id.begin());
    return id;
  }
};

class Port final : public WitnessPort {
 public:
  explicit Port(Witness& witness) : witness_(witness) {}
  [[nodiscard]] WitnessReply add_checkpoint(std::string_view body, std::int64_t) override {
    return witness_.add_checkpoint(body);
  }

 private:
  Witness& witness_;
};

crypto::SigningKey key_of(std::uint8_t number) {
  return crypto::SigningKey(base::Bytes(crypto::kSigningSeedBytes, number));
}

/// A log's key, its five witnesses and their policy.
struct Parties {
  explicit Parties(base::Disk& disk, const std::filesystem::path& folder) {
    const VerifierKey log{"bench.example/log", KeyType::kEd25519, log_key.public_key()};
    policy.logs.push_back({log, ""});
    PolicyGroup all{.name = "all", .least = kQuorum};
    for (std::size_t i = 0; i < kWitnesses; ++i) {
      const std::string name = "w" + std::to_string(i);
      keys.push_back(std::make_unique<crypto::SigningKey>(key_of(static_cast<std::uint8_t>(10 + i))));
      policy.witnesses.push_back({name, {name, KeyType::kCosignature, keys[i]->public_key()}, ""});
      all.members.push_back(name);
      witnesses.push_back(
          std::make_unique<Witness>(disk, folder / name, std::vector{log}, name, *keys[i], clock));
      ports.push_back(std::make_unique<Port>(*witnesses[i]));
      port_list.push_back(ports[i].get());
    }
    policy.groups.push_back(all);
    policy.quorum = "all";
  }
  crypto::SigningKey log_key = key_of(1);
  base::SystemClock clock;
  Policy policy;
  std::vector<std::unique_ptr<crypto::SigningKey>> keys;
  std::vector<std::unique_ptr<Witness>> witnesses;
  std::vector<std::unique_ptr<Port>> ports;
  std::vector<WitnessPort*> port_list;
};

void bench_appends(base::Disk& disk, const std::filesystem::path& folder) {
  Parties parties(disk, folder);
  Store store(disk, folder / "log");
  AnyStatement admission;
  WitnessPanel panel(parties.policy, parties.port_list, WitnessPanel::Workers::kThreads, 10'000);
  Appender appender(store, admission, "bench.example/log", parties.log_key, panel, parties.clock,
                    {.gather_ms = 1});
  appender.start();
  std::uint64_t number = 0;
  auto begin = Clock::now();
  constexpr int kOneByOne = 100;
  for (int i = 0; i < kOneByOne; ++i) (void)appender.append(entry_of(number++));
  std::printf("one caller, one after another: %.1f ms until durable and co-signed by %zu of %zu\n",
              1000 * seconds_since(begin) / kOneByOne, kQuorum, kWitnesses);
  constexpr std::size_t kEntries = 100'000;
  begin = Clock::now();
  const double processor = processor_seconds();
  std::vector<std::shared_future<Acknowledged>> futures;
  for (std::size_t i = 0; i < kEntries; ++i) {
    for (;;) {
      try {
        futures.push_back(appender.submit(entry_of(number)));
        break;
      } catch (const base::Error&) {  // it lags and says: come again
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    }
    ++number;
  }
  for (auto& future : futures) (void)future.get();
  const double took = seconds_since(begin);
  const double used = processor_seconds() - processor;
  const double rate = static_cast<double>(kEntries) / took;
  std::printf(
      "%zu entries of %zu bytes at once: %.0f appends/s, durable, co-signed and proved; %.2f processors\n",
      kEntries, kEntryBytes, rate, used / took);
  std::printf(
      "  Tessera, POSIX on NVMe (published, without witnesses): 10000/s on about 7 processors: ratio %.2f,"
      " a processor %.2f\n",
      rate / 10'000, rate / (used / took) / (10'000.0 / 7));
  std::printf("  Tessera with a publication awaiter (published): 500/s: ratio %.2f\n", rate / 500);
}

void bench_proofs(Store& store, const Parties& parties) {
  const Head head = store.next();
  TileReader reader(store, head);
  MemoHashes memo(reader);
  constexpr std::uint64_t kProofs = 2'000;
  std::vector<std::pair<std::uint64_t, Path>> paths;
  double begin = processor_seconds();
  const auto us_each = [&](double count) { return 1e6 * (processor_seconds() - begin) / count; };
  for (std::uint64_t i = 0; i < kProofs; ++i) {
    const std::uint64_t index = i * 7'919 % head.size;
    paths.emplace_back(index, prove_inclusion(memo, index, head.size));
  }
  std::printf("an inclusion proof, in processor time: made in %.0f us", us_each(kProofs));
  std::vector<Digest> leaves;
  for (const auto& [index, path] : paths) leaves.push_back(leaf_hash(base::as_bytes(entry_of(index))));
  begin = processor_seconds();
  bool all = true;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    all = verify_inclusion(leaves[i], paths[i].first, head, paths[i].second) && all;
  }
  const double verified = us_each(kProofs);
  const Proof file{.index = paths[0].first,
                   .path = paths[0].second,
                   .checkpoint = parse_checkpoint(store.published().note)};
  begin = processor_seconds();
  constexpr int kWhole = 200;
  for (int i = 0; i < kWhole; ++i) {
    all = verify_proof(base::as_bytes(entry_of(file.index)), file, parties.policy).holds() && all;
  }
  std::printf(", %zu hashes, verified in %.1f us; the whole tlog-proof: %zu bytes, verified in %.0f us: %s\n",
              paths[0].second.size(), verified, write_proof(file).size(), us_each(kWhole),
              all ? "all hold" : "SOME DO NOT HOLD");
}

void bench_large(base::Disk& disk, const std::filesystem::path& folder, std::uint64_t entries) {
  Parties parties(disk, folder / "large");
  const double wanted = static_cast<double>(entries);
  {
    Store store(disk, folder / "large/log");
    const Stopwatch watch;
    while (store.next().size < entries) {
      std::vector<std::string> batch;
      const Head head = store.next();
      for (std::uint64_t i = head.size; i < entries && batch.size() < kAppendAtMostEntries; ++i) {
        batch.push_back(entry_of(i));
      }
      (void)store.append(head, batch);
    }
    std::printf("%.0f entries of %zu bytes: ", wanted, kEntryBytes);
    watch.print("built", wanted, "entries");
    std::printf(", peak %.0f MB\n", resident_peak_mb());
    WitnessPanel panel(parties.policy, parties.port_list, WitnessPanel::Workers::kNone, 10'000);
    const auto note =
        panel.cosign(store, sign_checkpoint({"bench.example/log", store.next(), {}}, parties.log_key));
    store.publish(write_note(note->note));
  }
  const Stopwatch opening;
  Store store(disk, folder / "large/log");
  opening.print("opened, every entry hashed", wanted, "entries");
  std::printf(", peak %.0f MB\n", resident_peak_mb());
  bench_proofs(store, parties);
  Store copy(disk, folder / "large/mirror");
  Mirror mirror(disk, copy, folder / "large/mirror", store);
  base::SilentProgress progress;
  const Stopwatch mirroring;
  (void)mirror.update({{parties.policy}, 0}, progress, {}, nullptr);
  mirroring.print("mirrored, every entry verified and stored durably", wanted, "entries");
  std::printf(", peak %.0f MB with both\n", resident_peak_mb());
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "log_log_bench FOLDER [ENTRIES]\n");
    return 1;
  }
  const std::filesystem::path folder = std::filesystem::path(arguments[1]) / "log_bench";
  const std::uint64_t entries = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
  std::filesystem::remove_all(folder);
  base::PosixDisk disk;
  bench_large(disk, folder, entries);
  bench_appends(disk, folder);
  std::filesystem::remove_all(folder);
  return 0;
}
