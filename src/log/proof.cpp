#include "candour/log/proof.h"

#include "candour/base/error.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ", kIndex = "index ";

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2506", "This is no proof that an entry is in a log.")
      .with("rule", base::Label(rule.view()));
}

}  // namespace

Proof parse_proof(std::string_view bytes) {
  if (bytes.size() > kProofAtMostBytes) refuse("it is larger than 2 MiB");
  TextLines lines(bytes);
  if (lines.next() != kFirstLine) refuse("the first line is c2sp.org/tlog-proof@v1");
  Proof proof;
  auto line = lines.next();
  if (line && line->starts_with(kExtra)) {
    const auto extra = base::from_base64(line->substr(kExtra.size()));
    if (!extra || extra->empty()) refuse("an extra line has base64 of at least one byte");
    proof.extra = base::as_text(*extra);
    line = lines.next();
  }
  if (!line || !line->starts_with(kIndex)) refuse("a line has the index");
  const auto index = parse_decimal(line->substr(kIndex.size()));
  if (!index) refuse("the index is decimal without leading zeros");
  proof.index = *index;
  auto path = parse_path(lines);
  if (!path) refuse("up to 63 hashes of 32 bytes in base64 and an empty line stand before the checkpoint");
  proof.path = std::move(*path);
  proof.checkpoint = parse_checkpoint(lines.rest());
  return proof;
}

std::string write_proof(const Proof& proof) {
  std::string text = std::string(kFirstLine) + "\n";
  if (!proof.extra.empty()) {
    text += std::string(kExtra) + base::to_base64(base::as_bytes(proof.extra)) + "\n";
  }
  text += std::string(kIndex) + std::to_string(proof.index) + "\n" + write_path(proof.path) + "\n";
  return text + write_note(proof.checkpoint.note);
}

ProofVerdict verify_proof(base::ByteView entry, const Proof& proof, const Policy& policy) {
  return {.checkpoint = judge_checkpoint(policy, proof.checkpoint),
          .included =
              verify_inclusion(leaf_hash(entry), proof.index, proof.checkpoint.checkpoint.head, proof.path)};
}

}  // namespace candour::log
