#include "candour/log/checkpoint.h"

#include "candour/base/error.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2504", "The text of this note is no checkpoint of a log.")
      .with("rule", base::Label(rule.view()));
}

}  // namespace

std::string write_checkpoint_text(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
                     base::to_base64(checkpoint.head.root) + "\n";
  for (const std::string& line : checkpoint.extensions) text += line + "\n";
  return text;
}

Checkpoint parse_checkpoint_text(std::string_view text) {
  TextLines lines(text);
  const auto origin = lines.next();
  const auto size = lines.next();
  const auto root = lines.next();
  if (!origin || origin->empty()) refuse("the first line is the origin");
  const auto size_number = size ? parse_decimal(*size) : std::nullopt;
  if (!size_number) refuse("the second line is the size, in decimal without leading zeros");
  const auto root_hash = root ? parse_hash(*root) : std::nullopt;
  if (!root_hash) refuse("the third line is the root, 32 bytes in base64");
  Checkpoint checkpoint{.origin = std::string(*origin), .head = {*size_number, *root_hash}};
  while (const auto line = lines.next()) {
    if (line->empty()) refuse("no line is empty");
    checkpoint.extensions.emplace_back(*line);
  }
  if (!lines.rest().empty()) refuse("each line ends with LF");
  return checkpoint;
}

SignedCheckpoint parse_checkpoint(std::string_view bytes) {
  Note note = parse_note(bytes);
  Checkpoint checkpoint = parse_checkpoint_text(note.text);
  return {std::move(checkpoint), std::move(note)};
}

SignedCheckpoint sign_checkpoint(Checkpoint checkpoint, const crypto::SigningKey& log_key) {
  std::string text = write_checkpoint_text(checkpoint);
  NoteSignature signature = sign_note(checkpoint.origin, log_key, text);
  return {std::move(checkpoint), {.text = std::move(text), .signatures = {std::move(signature)}}};
}

}  // namespace candour::log
