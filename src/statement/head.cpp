#include "candour/statement/head.h"

namespace candour::statement {
namespace {

constexpr std::size_t kCheckpointAtMostBytes = 8192;

}  // namespace

std::string write_payload(const Head& head) {
  auto payload = begin_payload(head.header);
  payload.emplace_back("checkpoint", head.checkpoint);
  return base::write_json_line(payload);
}

Head parse_head(std::string_view payload) {
  PayloadReader reader(payload);
  Head head;
  head.header = reader.header();
  head.checkpoint = reader.name("checkpoint", kCheckpointAtMostBytes);
  reader.finish();
  require_derived_id(head.header, "head", base::sha256(base::as_bytes(head.checkpoint)));
  return head;
}

}  // namespace candour::statement
