#include "candour/log/fork.h"

#include "candour/base/error.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

constexpr std::string_view kFirstLine = "candour-log-fork/v1";
constexpr std::string_view kSmaller = "smaller ";
constexpr std::string_view kLarger = "larger ";
constexpr std::string_view kRoot = "root ";
constexpr std::size_t kNameDigits = 16;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2553", "This is no evidence of a fork.").with("rule", base::Label(rule.view()));
}

SignedCheckpoint parse_noted(TextLines& lines, std::string_view word) {
  const auto line = lines.next();
  if (!line || !line->starts_with(word)) refuse("the lines begin with smaller, larger and root");
  const auto note = base::from_base64(line->substr(word.size()));
  if (!note) refuse("a checkpoint is in base64");
  return parse_checkpoint(base::as_text(*note));
}

bool is_signed(const SignedCheckpoint& checkpoint, const VerifierKey& log) {
  try {
    return checkpoint.checkpoint.origin == log.name && !verify_note(checkpoint.note, {&log, 1}).empty();
  } catch (const base::Error&) {
    return false;
  }
}

}  // namespace

std::string write_fork(const Fork& fork) {
  const auto noted = [](const SignedCheckpoint& checkpoint) {
    return base::to_base64(base::as_bytes(write_note(checkpoint.note)));
  };
  std::string text(kFirstLine);
  text.append("\n").append(kSmaller).append(noted(fork.smaller));
  text.append("\n").append(kLarger).append(noted(fork.larger));
  text.append("\n").append(kRoot).append(base::to_base64(fork.root));
  return text.append("\n").append(write_path(fork.path)).append("\n");
}

Fork parse_fork(std::string_view bytes) {
  TextLines lines(bytes);
  if (lines.next() != kFirstLine) refuse("the first line is candour-log-fork/v1");
  Fork fork;
  fork.smaller = parse_noted(lines, kSmaller);
  fork.larger = parse_noted(lines, kLarger);
  const auto line = lines.next();
  const auto root = line && line->starts_with(kRoot) ? parse_hash(line->substr(kRoot.size())) : std::nullopt;
  if (!root) refuse("the root is 32 bytes in base64");
  fork.root = *root;
  auto path = parse_path(lines);
  if (!path || !lines.rest().empty()) refuse("up to 63 hashes and an empty line end it");
  fork.path = std::move(*path);
  return fork;
}

bool proves_fork(const Fork& fork, const VerifierKey& log) {
  if (!is_signed(fork.smaller, log) || !is_signed(fork.larger, log)) return false;
  const Head& smaller = fork.smaller.checkpoint.head;
  const Head& larger = fork.larger.checkpoint.head;
  if (smaller.size == larger.size) return smaller.root != larger.root;
  if (smaller.size == 0) return smaller.root != empty_root();
  return smaller.size < larger.size && fork.root != smaller.root &&
         verify_consistency({smaller.size, fork.root}, larger, fork.path);
}

std::filesystem::path keep_fork(base::Disk& disk, const std::filesystem::path& folder, const Fork& fork) {
  const std::string text = write_fork(fork);
  const std::string digest = base::to_hex(base::sha256(base::as_bytes(text)));
  const auto path = folder / (digest.substr(0, kNameDigits) + ".fork");
  disk.make_folder(folder);
  if (disk.exists(path)) {
    disk.settle(path);
  } else {
    disk.store_new(path, text);
  }
  return path;
}

}  // namespace candour::log
