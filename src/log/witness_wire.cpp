#include "candour/log/witness_wire.h"

#include "candour/base/error.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

constexpr std::string_view kOld = "old ";

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2512", "This is not what a log and its witness send each other.")
      .with("rule", base::Label(rule.view()));
}

}  // namespace

AddCheckpoint parse_add_checkpoint(std::string_view body) {
  TextLines lines(body);
  const auto line = lines.next();
  if (!line || !line->starts_with(kOld)) refuse("the first line has the old size");
  const auto old_size = parse_decimal(line->substr(kOld.size()));
  if (!old_size) refuse("the old size is decimal without leading zeros");
  auto path = parse_path(lines);
  if (!path) refuse("up to 63 hashes of 32 bytes in base64 and an empty line stand before the checkpoint");
  return {.old_size = *old_size, .path = std::move(*path), .checkpoint = parse_checkpoint(lines.rest())};
}

std::string write_add_checkpoint(const AddCheckpoint& request) {
  return std::string(kOld) + std::to_string(request.old_size) + "\n" + write_path(request.path) + "\n" +
         write_note(request.checkpoint.note);
}

std::string write_witness_size(std::uint64_t size) { return std::to_string(size) + "\n"; }

std::uint64_t parse_witness_size(std::string_view body) {
  TextLines lines(body);
  const auto line = lines.next();
  const auto size = line && lines.rest().empty() ? parse_decimal(*line) : std::nullopt;
  if (!size) refuse("a witness's size is one line, decimal without leading zeros");
  return *size;
}

}  // namespace candour::log
