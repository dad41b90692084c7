// Runs every scenario with the malice on and off, and prints the report: what the hub did, who caught it, by
// which check, and on what that rests.
//
//   malicious_hub_test                 prints the report
//   malicious_hub_test PAGE            the same; PAGE must hold the report, to the byte
//   malicious_hub_test PAGE --write    puts it there
//   malicious_hub_test --only WORD     scenarios whose name has the word
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <vector>

#include "candour/base/error.h"
#include "candour/malice/scenario.h"

using namespace candour::malice;

namespace {

constexpr std::string_view kBegin = "<!-- report -->\n";
constexpr std::string_view kEnd = "<!-- end of the report -->\n";
constexpr std::size_t kAtLeast = 25;

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> all;
  for (const auto& some : {histories(), clocks(), censorship(), entries(), pseudonyms(), answers()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string run(const Scenario& one, Malice malice) {
  try {
    return one.run(malice);
  } catch (const candour::base::Error& error) {
    return "an error that is none of its check: " + candour::base::describe(error);
  } catch (const std::exception& error) {
    return std::string("an error: ") + error.what();
  }
}

bool is_caught(const Scenario& one) {
  const std::string on = run(one, Malice::kOn), off = run(one, Malice::kOff);
  if (on == one.check && off == kNothing) return true;
  std::cerr << "NOT AS IT SHOULD BE: " << one.name << "\n  with the malice: " << on << "\n  without: " << off
            << "\n";
  return false;
}

std::string check_in_words(std::string_view check) {
  std::istringstream words{std::string(check)};
  std::string text, word;
  while (words >> word) {
    if (!text.empty()) text += " ";
    const std::string code = word.substr(0, 8);
    text += word.starts_with("CND-") ? "[" + code + "](errors/" + code + ".md)" + word.substr(8) : word;
  }
  return text;
}

std::string report(const std::vector<Scenario>& scenarios) {
  std::ostringstream text;
  text << "| | scenario | the hub | caught by | its check | where | rests on "
          "|\n|---|---|---|---|---|---|---|\n";
  std::size_t number = 0;
  for (const Scenario& one : scenarios) {
    text << "| " << ++number << " | " << one.name << " | " << one.does << " | " << one.party << " | "
         << check_in_words(one.check) << " | `" << one.place << "` | "
         << kGroundWords.at(static_cast<std::size_t>(one.ground)) << " |\n";
  }
  return text.str();
}

std::string load(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Puts the report between its marks, or says whether it is there.
bool page_agrees(const char* path, const std::string& text, bool writes) {
  std::string page = load(path);
  const std::size_t begin = page.find(kBegin), end = page.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) return false;
  const std::size_t at = begin + kBegin.size();
  if (!writes) return page.substr(at, end - at) == text;
  page.replace(at, end - at, text);
  std::ofstream(path, std::ios::binary) << page;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const bool only = argc == 3 && std::strcmp(argv[1], "--only") == 0;
  std::vector<Scenario> scenarios = all_scenarios();
  if (only)
    std::erase_if(scenarios,
                  [&](const Scenario& one) { return one.name.find(argv[2]) == std::string::npos; });
  std::size_t caught = 0;
  std::set<std::string_view> names;
  for (const Scenario& one : scenarios) {
    caught += is_caught(one) ? 1 : 0;
    names.insert(one.name);
  }
  const std::string text = report(scenarios);
  std::cout << text << caught << " of " << scenarios.size() << " are caught, and pass with the malice off.\n";
  if (caught != scenarios.size() || names.size() != caught || (!only && caught < kAtLeast)) return 1;
  if (argc < 2 || only) return 0;
  if (page_agrees(argv[1], text, argc == 3)) return 0;
  std::cerr << argv[1] << " does not hold this report: run malicious_hub_test " << argv[1] << " --write\n";
  return 1;
}
