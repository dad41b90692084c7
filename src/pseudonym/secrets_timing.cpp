// Whether the time of what works on secrets tells them apart, measured: each operation runs on inputs of two
// classes in random order, a fixed one (chosen to be told easily: one, or equal) and random ones; Welch's t
// says whether their times differ, over all measurements and over those below each of a row of thresholds,
// as interrupts make the long ones (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", DATE
// 2017). A |t| over 10 is a leak; one over 4.5, the usual bound, may be noise on a machine that does other
// things: run it again with more measurements. Two controls that leak must be found.
//
//   tools/slow timing            or: build/release/pseudonym_secrets_timing [FACTOR]
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/crypto/batch_proof.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/crypto/signature.h"
#include "candour/pseudonym/input.h"

using namespace candour;
using namespace candour::pseudonym;
using crypto::Point;
using crypto::Scalar;

namespace {

constexpr double kLeak = 10;
constexpr double kDoubt = 4.5;
constexpr std::size_t kThresholds = 20;
constexpr std::size_t kInputsAtOnce = 500;

enum class Class : std::uint8_t { kFixed, kRandom };

struct Measurement {
  Class of;
  double ticks;
};

// Mean and variance of what has been added (Welford).
struct Moments {
  double count = 0, mean = 0, squares = 0;
  void add(double value) {
    ++count;
    const double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }
};

double welch_t(const std::vector<Measurement>& measurements, double below) {
  Moments fixed, random;
  for (const Measurement& one : measurements) {
    if (one.ticks < below) (one.of == Class::kFixed ? fixed : random).add(one.ticks);
  }
  if (fixed.count < 100 || random.count < 100) return 0;
  const double error =
      fixed.squares / (fixed.count - 1) / fixed.count + random.squares / (random.count - 1) / random.count;
  return error == 0 ? 0 : (fixed.mean - random.mean) / std::sqrt(error);
}

// The t that is farthest from 0, over all and over those below each threshold: the quantiles 1 − 2^(−i/2).
double worst_t(const std::vector<Measurement>& measurements) {
  std::vector<double> sorted;
  for (const Measurement& one : measurements) sorted.push_back(one.ticks);
  std::ranges::sort(sorted);
  double worst = welch_t(measurements, HUGE_VAL);
  for (std::size_t i = 1; i <= kThresholds; ++i) {
    const double quantile = 1 - std::exp2(-static_cast<double>(i) / 2);
    const double below = sorted[static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1))];
    const double t = welch_t(measurements, below);
    if (std::abs(t) > std::abs(worst)) worst = t;
  }
  return worst;
}

std::uint64_t ticks_now() {
  __builtin_ia32_lfence();
  const std::uint64_t ticks = __builtin_ia32_rdtsc();
  __builtin_ia32_lfence();
  return ticks;
}

// The compiler must believe that somebody looks at it.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

enum class Expected { kEqual, kDifferent };

class Bench {
 public:
  explicit Bench(double factor) : factor_(factor) {}

  // `make(of)` gives an input; `use(input)` is what is measured, so often that a tick is small beside it.
  template <typename Make, typename Use>
  void measure(std::string_view name, Expected expected, std::size_t count, std::size_t repeats,
               const Make& make, const Use& use) {
    std::vector<Measurement> measurements;
    const auto wanted = static_cast<std::size_t>(factor_ * static_cast<double>(count));
    while (measurements.size() < wanted) {
      std::vector<Class> classes;
      std::vector<decltype(make(Class::kFixed))> inputs;
      inputs.reserve(kInputsAtOnce);
      for (std::size_t i = 0; i < kInputsAtOnce; ++i) {
        classes.push_back(random.below(2) == 0 ? Class::kFixed : Class::kRandom);
        inputs.push_back(make(classes.back()));
      }
      for (std::size_t i = 0; i < kInputsAtOnce; ++i) {
        const std::uint64_t begin = ticks_now();
        for (std::size_t repeat = 0; repeat < repeats; ++repeat) keep(use(inputs[i]));
        const std::uint64_t end = ticks_now();
        // The first ones run in a cold cache.
        if (i >= 10) measurements.push_back({classes[i], static_cast<double>(end - begin)});
      }
    }
    report(name, expected, worst_t(measurements), measurements.size());
  }

  [[nodiscard]] bool good() const { return good_; }
  base::SeededRandom random{20261128, "timing"};

 private:
  void report(std::string_view name, Expected expected, double t, std::size_t count) {
    const bool leaks = std::abs(t) > kLeak;
    const bool as_expected = leaks == (expected == Expected::kDifferent);
    good_ = good_ && as_expected;
    std::cout << std::fixed << std::setprecision(2) << std::setw(10) << t << "  " << std::setw(7) << count
              << "  "
              << (!as_expected                       ? "WRONG: "
                  : expected == Expected::kDifferent ? "found: "
                                                     : "")
              << (as_expected && !leaks && std::abs(t) > kDoubt ? "look again: " : "") << name << std::endl;
  }

  double factor_;
  bool good_ = true;
};

// As nobody should: it stops at the first byte that differs.
bool equal_at_once(base::ByteView a, base::ByteView b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// As nobody should: it adds only where a bit is set.
Point double_and_add(const Scalar& scalar, const Point& point) {
  Point product, power = point;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((scalar.bytes()[bit / 8] >> (bit % 8) & 1U) != 0) product = product + power;
    power = power + power;
  }
  return product;
}

struct Inputs {
  base::Random& random;
  base::Bytes bytes(Class of, std::size_t size) const {
    base::Bytes bytes(size);
    if (of == Class::kRandom) random.fill(bytes);
    return bytes;
  }
  Scalar scalar(Class of) const {
    // Drawn for both, so that what is measured finds the machine in one state.
    const Scalar drawn = Scalar::random(random);
    return of == Class::kFixed ? Scalar(1) : drawn;
  }
  Identifier identifier(Class of) const {
    const std::uint64_t drawn = 4'000'000'000 + random.below(6'000'000'000);
    return Identifier(std::to_string(of == Class::kFixed ? 4'000'000'004 : drawn));
  }
};

void measure_bytes(Bench& bench, const Inputs& inputs) {
  static const base::Bytes kZeros(32);
  const auto make = [&](Class of) { return inputs.bytes(of, 32); };
  bench.measure("control: a comparison that stops at the first difference", Expected::kDifferent, 50'000, 8,
                make, [](const base::Bytes& a) { return equal_at_once(a, kZeros); });
  bench.measure("equal_in_constant_time", Expected::kEqual, 200'000, 8, make,
                [](const base::Bytes& a) { return base::equal_in_constant_time(a, kZeros); });
  bench.measure("to_hex", Expected::kEqual, 100'000, 4, make,
                [](const base::Bytes& a) { return base::to_hex(a); });
  bench.measure(
      "from_hex", Expected::kEqual, 100'000, 4, [&](Class of) { return base::to_hex(inputs.bytes(of, 32)); },
      [](const std::string& a) { return base::from_hex(a); });
}

void measure_scalars(Bench& bench, const Inputs& inputs) {
  static const Scalar kOther = Scalar::reduce(base::Bytes(64, 0xa5));
  static const Scalar kOne(1);
  const auto make = [&](Class of) { return inputs.scalar(of); };
  bench.measure("Scalar +", Expected::kEqual, 100'000, 8, make, [](const Scalar& a) { return a + kOther; });
  bench.measure("Scalar -", Expected::kEqual, 100'000, 8, make, [](const Scalar& a) { return kOther - a; });
  bench.measure("Scalar *", Expected::kEqual, 100'000, 8, make, [](const Scalar& a) { return a * kOther; });
  bench.measure("Scalar ==", Expected::kEqual, 200'000, 8, make, [](const Scalar& a) { return a == kOne; });
  bench.measure("Scalar::inverse", Expected::kEqual, 20'000, 1, make,
                [](const Scalar& a) { return a.inverse(); });
  bench.measure("Scalar::parse", Expected::kEqual, 100'000, 8, make,
                [](const Scalar& a) { return Scalar::parse(a.bytes()); });
  bench.measure(
      "Scalar::reduce", Expected::kEqual, 100'000, 8, [&](Class of) { return inputs.bytes(of, 64); },
      [](const base::Bytes& wide) { return Scalar::reduce(wide); });
}

void measure_points(Bench& bench, const Inputs& inputs) {
  static const Point kPoint = Point::from_uniform(base::Bytes(64, 0x5a));
  static const crypto::Points kPoints(4, kPoint);
  const auto make = [&](Class of) { return inputs.scalar(of); };
  bench.measure("control: double and add", Expected::kDifferent, 2'000, 1, make,
                [](const Scalar& a) { return double_and_add(a, kPoint); });
  bench.measure("multiply", Expected::kEqual, 20'000, 1, make,
                [](const Scalar& a) { return crypto::multiply(a, kPoint); });
  bench.measure("multiply_base", Expected::kEqual, 20'000, 1, make,
                [](const Scalar& a) { return crypto::multiply_base(a); });
  bench.measure("multiply_all", Expected::kEqual, 8'000, 1, make,
                [](const Scalar& a) { return crypto::multiply_all(a, kPoints); });
}

void measure_parties(Bench& bench, const Inputs& inputs) {
  static const base::Bytes kSeed(32, 7);
  static const Point kPoint = Point::from_uniform(base::Bytes(64, 0x5a));
  const auto number = [&](Class of) { return inputs.identifier(of); };
  bench.measure("hash_to_group of an NHS number", Expected::kEqual, 20'000, 1, number,
                [](const Identifier& one) { return hash_to_group(one); });
  bench.measure("blind_of an NHS number", Expected::kEqual, 50'000, 1, number,
                [](const Identifier& one) { return blind_of(kSeed, 3, &one); });
  bench.measure(
      "blind_of under a seed", Expected::kEqual, 50'000, 1, [&](Class of) { return inputs.bytes(of, 32); },
      [](const base::Bytes& seed) { return blind_of(seed, 3, nullptr); });
  bench.measure("token_of an NHS number", Expected::kEqual, 50'000, 1, number,
                [](const Identifier& one) { return token_of(one, kPoint); });
  bench.measure(
      "Polynomial::share_of", Expected::kEqual, 50'000, 4,
      [&](Class of) { return crypto::Polynomial({inputs.scalar(of), inputs.scalar(of), inputs.scalar(of)}); },
      [](const crypto::Polynomial& one) { return one.share_of(3); });
  static const crypto::Points kPoints(2, kPoint);
  static const crypto::BatchProofContext kContext{.federation = {},
                                                  .domain = "domain",
                                                  .batch_leaf = {},
                                                  .guardian = 1,
                                                  .asked = {1, 2},
                                                  .weighted_key = kPoint};
  // The points do not follow from the share, so that only the share differs.
  bench.measure(
      "prove_batch", Expected::kEqual, 5'000, 1, [&](Class of) { return inputs.scalar(of); },
      [&](const Scalar& share) {
        return crypto::prove_batch(kContext, share, kPoints, kPoints, kSeed, inputs.random);
      });
}

void measure_keys(Bench& bench, const Inputs& inputs) {
  bench.measure(
      "SigningKey::sign", Expected::kEqual, 20'000, 1,
      [&](Class of) { return crypto::SigningKey(inputs.bytes(of, crypto::kSigningSeedBytes)); },
      [](const crypto::SigningKey& key) { return key.sign(base::as_bytes("a statement")); });
  struct Sealed {
    std::string path;
    base::SecretBytes key;
  };
  base::SimulatedDisk disk;
  std::size_t files = 0;
  // Each input has a file of its own, so that neither class finds its file in the cache.
  const auto seal = [&](Class of) {
    Sealed one{"file " + std::to_string(++files), base::SecretBytes(inputs.bytes(of, crypto::kKeyBytes))};
    crypto::store_new_sealed(disk, one.path, "share", inputs.bytes(of, 64), one.key, inputs.random);
    return one;
  };
  bench.measure("load_sealed", Expected::kEqual, 5'000, 1, seal,
                [&](const Sealed& one) { return crypto::load_sealed(disk, one.path, "share", one.key); });
}

}  // namespace

int main(int argc, char** argv) {
  Bench bench(argc > 1 ? std::atof(argv[1]) : 1);
  const Inputs inputs{bench.random};
  std::cout << "         t  measured\n";
  measure_bytes(bench, inputs);
  measure_scalars(bench, inputs);
  measure_points(bench, inputs);
  measure_parties(bench, inputs);
  measure_keys(bench, inputs);
  return bench.good() ? 0 : 1;
}
