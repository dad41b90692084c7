// Whatever a server sends as the head of an answer is taken apart or refused, and what is taken has one
// length.
//
//   cmake --preset fuzz && ninja -C build/fuzz response_fuzz
//   mkdir -p build/corpus && build/fuzz/response_fuzz -max_len=9000 build/corpus tests/fuzz/response
#include <cstdint>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/net/head_parser.h"

using namespace candour;
using namespace candour::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Method method = static_cast<Method>(data[0] % 4);
  const std::string_view bytes = base::as_text({data + 1, size - 1});
  const auto state = scan_head(bytes);
  const auto* complete = std::get_if<CompleteHead>(&state);
  if (complete == nullptr) return 0;
  const auto head = parse_response_head(bytes.substr(0, complete->size_bytes), method);
  if (!head) return 0;
  CANDOUR_CHECK(head->status >= 200 && head->status <= 599);
  CANDOUR_CHECK(head->body_bytes < 1'000'000'000'000'000);
  CANDOUR_CHECK(method != Method::kHead || head->body_bytes == 0);
  CANDOUR_CHECK((head->status != 204 && head->status != 304) || head->body_bytes == 0);
  CANDOUR_CHECK(!only_value(head->fields, "Transfer-Encoding"));
  return 0;
}
