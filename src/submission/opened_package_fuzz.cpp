// What the hub makes of the content of a package: whatever a provider seals, it is refused, or it is rows in
// their one form and order. Built as it were sent (compressed and sealed), so that all layers are crossed.
#include <cstdint>
#include <string>

#include "candour/base/error.h"
#include "candour/submission/submission_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  using namespace candour::submission;
  const std::string_view rows = base::as_text({data, size});
  const std::string header = "token,hospital,note,minutes\n";
  const std::string content = std::string(kSeedBytes, 's') + header + std::string(rows);
  // The commitment that the rows have if they are in canonical form: then they must be let in.
  statement::Submission manifest = testing::manifest_draft();
  Commitment commitment{base::as_bytes(std::string_view(content).substr(0, kSeedBytes))};
  for (std::size_t at = 0; at < rows.size();) {
    const std::size_t end = std::min(rows.find('\n', at), rows.size());
    const std::string_view line = rows.substr(at, end - at);
    commitment.add(line.substr(std::min(line.find(','), line.size() - 1) + 1));
    at = end + 1;
  }
  manifest.commitment = commitment.root();
  try {
    const std::string csv = testing::open(testing::seal_text(content, commitment.rows(), manifest), manifest);
    // It was let in: what it says stands there again, but for the tokens.
    CANDOUR_CHECK(csv.size() > header.size());
    std::size_t commas = 0;
    for (const char byte : csv) commas += byte == ',' ? 1 : 0;
    CANDOUR_CHECK(commas >= 3 * (commitment.rows() + 1));
  } catch (const base::Error&) {
  }
  return 0;
}
