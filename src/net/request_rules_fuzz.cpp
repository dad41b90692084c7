// Any bytes that come over a connection, cut in any way, give the same verdict, and what passes is as plain
// as the rules say.
//
//   cmake --preset fuzz && ninja -C build/fuzz request_rules_fuzz
//   build/fuzz/request_rules_fuzz -max_len=9000 tests/fuzz/request_rules
#include <algorithm>
#include <cstdint>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/net/head_parser.h"
#include "candour/net/request_rules.h"
#include "candour/net/router.h"

using namespace candour;
using namespace candour::net;

namespace {

int verdict(std::string_view bytes) {
  const auto state = scan_head(bytes);
  if (const auto* refusal = std::get_if<Refusal>(&state)) return refusal->status;
  return std::holds_alternative<CompleteHead>(state) ? 200 : 0;
}

void check_judged(const JudgedRequest& request) {
  const bool may_have_body = request.method == Method::kPut || request.method == Method::kPost;
  CANDOUR_CHECK(may_have_body || request.body_bytes == 0);
  CANDOUR_CHECK(request.body_bytes < 1'000'000'000'000'000);
  const std::string framed = "/" + request.path + "/";
  for (const std::string_view forbidden : {"/../", "/./", "\\"}) {
    CANDOUR_CHECK(framed.find(forbidden) == std::string::npos);
  }
  CANDOUR_CHECK(framed == "//" || framed.find("//") >= framed.size() - 2);
  CANDOUR_CHECK(request.query.size() <= kQueryPartsAtMost);
  const auto segments = match("*", request.path);
  CANDOUR_CHECK(segments && segments->front() == request.path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = base::as_text({data + 1, size - 1});
  // A beginning is undecided, or decided as the whole is.
  const int part = verdict(bytes.substr(0, std::min<std::size_t>(data[0], bytes.size())));
  CANDOUR_CHECK(part == 0 || part == verdict(bytes));
  const auto state = scan_head(bytes);
  const auto* complete = std::get_if<CompleteHead>(&state);
  if (complete == nullptr) return 0;
  CANDOUR_CHECK(complete->size_bytes <= kHeadAtMostBytes && complete->size_bytes <= bytes.size());
  const std::string_view head = bytes.substr(0, complete->size_bytes);
  const auto parsed = parse_request_head(head);
  if (const auto* request = std::get_if<RequestHead>(&parsed)) {
    const auto judged = judge_request(*request);
    if (const auto* passed = std::get_if<JudgedRequest>(&judged)) check_judged(*passed);
  }
  return 0;
}
