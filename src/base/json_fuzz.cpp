// Any bytes as JSON: read, or refused with CND-1008. What is read is written, and the same again after it was
// read from that.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/base/json.h"

using namespace candour::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const Json value = parse_json({reinterpret_cast<const char*>(data), size});
    const std::string indented = write_json(value);
    CANDOUR_CHECK(parse_json(indented) == value);
    CANDOUR_CHECK(parse_json(write_json_line(value)) == value);
  } catch (const Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-1008");
  }
  return 0;
}
