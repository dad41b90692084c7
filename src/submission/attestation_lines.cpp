#include "candour/submission/attestation_lines.h"

#include <cstdint>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::submission {
namespace {

[[noreturn]] void fail(std::uint64_t line) {
  throw base::Error("CND-2206", "The attestations are not in the form that a submission carries.")
      .with("line", line);
}

bool is_envelope_of(std::string_view line, std::string_view kind) {
  try {
    (void)statement::parse_envelope(line, kind);
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

}  // namespace

std::vector<base::Digest> batch_leaves(std::string_view body) {
  std::vector<base::Digest> leaves;
  for (std::uint64_t number = 1; !body.empty(); ++number) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) fail(number);
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (is_envelope_of(line, "batch")) {
      leaves.push_back(statement::leaf_hash(line));
    } else if (leaves.empty() || !is_envelope_of(line, "attestation")) {
      fail(number);
    }
  }
  return leaves;
}

}  // namespace candour::submission
