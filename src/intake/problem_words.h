// A problem in words, as the terminal and the page say it: what failed, where and by which rule, what to do.
#pragma once

#include <string>
#include <vector>

#include "candour/intake/report.h"

namespace candour::intake {

struct ProblemWords {
  std::string failed;  ///< "Row 1,204 was refused: the clock stops before it starts."
  std::string
      place;  ///< "waiting-list.csv, line 1205, RTT CLOCK STOP 03/09/2025 (rule clock-stops-after-it-starts)"
  std::string remedy;  ///< "Correct the row in the source system and load the file again."
};

[[nodiscard]] ProblemWords words_of(const Problem& problem, const QualityReport& report, Values values);

/// The problems in the order in which people need them: those of refused rows first, then warnings, each by
/// line.
[[nodiscard]] std::vector<const Problem*> refused_first(const QualityReport& report);

/// The sentence that says the file may not be whole.
inline constexpr const char* kCutOffSentence =
    "The last record is broken in the way that a cut-off file is: check that the whole file arrived.";

/// "Checked 12 days after the period's last day."; empty where that is not known.
[[nodiscard]] std::string timeliness_in_words(const QualityReport& report);

/// "The last time (2025-08) held 1,180 rows: 24 more now."; empty where there was none.
[[nodiscard]] std::string change_in_words(const QualityReport& report);

/// The share of refused rows above which a file is refused whole, "10 %".
[[nodiscard]] std::string limit_in_words(const QualityReport& report);

}  // namespace candour::intake
