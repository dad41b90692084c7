// Plays the kept inputs of a fuzz target in an ordinary build (g++, no libFuzzer): what once broke it must
// not break it again. With --changes it goes on with blind changes of them, the same for the same seed: no
// match for a fuzzer that sees what it reaches, but any machine can run it.
//
//   NAME_fuzz_replay [--changes COUNT [--seed SEED] [--keep FILE]] FILE|FOLDER…
//
// --keep: where the change that it stops at is kept.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;
using Input = std::vector<std::uint8_t>;

Input load(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<Input> load_all(const std::vector<std::string>& places) {
  std::vector<fs::path> files;
  for (const fs::path place : places) {
    if (!fs::is_directory(place)) {
      files.push_back(place);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(place)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Input> inputs;
  for (const fs::path& file : files) inputs.push_back(load(file));
  return inputs;
}

// What is played now, and where on_fault puts it: a target that finds something does not come back.
const Input* playing = nullptr;
std::string keep;

extern "C" void on_fault(int signal) {
  if (playing != nullptr && !keep.empty()) {
    const int file = ::open(keep.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    (void)!::write(file, playing->data(), playing->size());
  }
  std::signal(signal, SIG_DFL);
  (void)std::raise(signal);
}

// One to eight small changes; now and then a part of another input.
class Changes {
 public:
  Changes(const std::vector<Input>& inputs, std::uint64_t seed) : inputs_(inputs), engine_(seed) {}

  Input next() {
    Input input = any();
    for (std::size_t count = below(8) + 1; count > 0; --count) change(input);
    return input;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }
  const Input& any() { return inputs_[below(inputs_.size())]; }
  std::uint8_t interesting() {
    static constexpr std::string_view kBytes = "\0\x01\x7f\x80\xff\n\r \t\",:{}[]0129-.aeE\\/=%+"sv;
    return static_cast<std::uint8_t>(kBytes[below(kBytes.size())]);
  }
  void change(Input& input) {
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1));
    const auto rest = static_cast<std::size_t>(input.end() - at);
    const auto some = static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(rest, 64) + 1));
    switch (below(6)) {
      case 0:
        if (rest > 0) *at ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 1:
        if (rest > 0) *at = interesting();
        break;
      case 2:
        input.insert(at, interesting());
        break;
      case 3:
        input.erase(at, at + some);
        break;
      case 4: {
        const Input copy(at, at + some);
        input.insert(input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1)), copy.begin(),
                     copy.end());
        break;
      }
      default: {
        const Input& other = any();
        const std::size_t from = below(other.size() + 1);
        const Input part(other.begin() + static_cast<std::ptrdiff_t>(from),
                         other.begin() + static_cast<std::ptrdiff_t>(std::min(other.size(), from + 256)));
        input.insert(at, part.begin(), part.end());
      }
    }
  }

  const std::vector<Input>& inputs_;
  std::mt19937_64 engine_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> places;
  std::uint64_t changes = 0, seed = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--") || i + 1 == argc) {
      places.push_back(word);
    } else if (word == "--changes") {
      changes = std::stoull(argv[++i]);
    } else if (word == "--seed") {
      seed = std::stoull(argv[++i]);
    } else if (word == "--keep") {
      keep = argv[++i];
    }
  }
  std::signal(SIGABRT, on_fault);
  std::signal(SIGSEGV, on_fault);
  std::vector<Input> inputs = load_all(places);
  inputs.emplace_back();
  for (const Input& input : inputs) LLVMFuzzerTestOneInput(input.data(), input.size());
  Changes changed(inputs, seed);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const Input input = changed.next();
    playing = &input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::cout << inputs.size() << " kept inputs, " << changes << " changed ones with seed " << seed << "\n";
  return 0;
}
