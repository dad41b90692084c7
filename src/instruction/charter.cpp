#include "candour/instruction/charter.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::instruction {
namespace {

const auto* found_or_null(const auto& range, auto found) { return found == range.end() ? nullptr : &*found; }

}  // namespace

const crypto::Point* Domain::share_key(crypto::ShareIndex index) const {
  const auto found =
      std::ranges::find(share_keys, index, &std::pair<crypto::ShareIndex, crypto::Point>::first);
  return found == share_keys.end() ? nullptr : &found->second;
}

const Guardian* Charter::guardian(crypto::ShareIndex index) const {
  return found_or_null(guardians, std::ranges::find(guardians, index, &Guardian::index));
}
const Provider* Charter::provider(std::string_view code) const {
  return found_or_null(providers, std::ranges::find(providers, code, &Provider::code));
}
const Domain* Charter::domain(std::string_view name) const {
  return found_or_null(domains, std::ranges::find(domains, name, &Domain::name));
}
const Instruction* Charter::find(const statement::Id& instruction) const {
  return found_or_null(instructions, std::ranges::find(instructions, instruction, &Instruction::id));
}

void end_instruction(Charter& charter, const statement::Id& instruction, std::int64_t now) {
  const auto found = std::ranges::find(charter.instructions, instruction, &Instruction::id);
  if (found == charter.instructions.end()) {
    throw base::Error("CND-2020", "There is no such instruction.");
  }
  if (found->expires <= now) throw base::Error("CND-2022", "The instruction has expired.");
  if (found->not_before < now) {
    found->expires = now;
  } else {
    charter.instructions.erase(found);
  }
}

Charter verified_charter(std::string_view envelope, const base::Digest& federation,
                         const crypto::SigningPublicKey& founders_key, const std::filesystem::path& path) {
  const std::string text = statement::verified_payload(envelope, kCharterKind, founders_key);
  Charter charter = parse_charter(text, path);
  if (charter.federation != federation || charter.founders_key != founders_key) {
    throw base::Error("CND-2011", "The charter is another federation's.").with("path", path);
  }
  return charter;
}

Charter load_charter(const base::Disk& disk, const std::filesystem::path& folder,
                     const base::Digest& federation, std::uint32_t newest_version) {
  std::optional<Charter> newest;
  for (std::uint32_t version = 1;; ++version) {
    const auto path = charter_path(folder, version);
    if (version > 1 && (version > newest_version || !disk.exists(path))) return *std::move(newest);
    const std::string bytes = base::load_text(disk, path, statement::kCharterAtMostBytes);
    // Version 1 says whose signature counts; that it is the right version 1 is what the pin says.
    const auto founders_key =
        newest ? newest->founders_key
               : parse_charter(statement::parse_envelope(bytes, kCharterKind).payload, path).founders_key;
    Charter charter = verified_charter(bytes, federation, founders_key, path);
    if (charter.version != version) {
      throw base::Error("CND-2011", "The charter's version is not the one that its file is named for.")
          .with("path", path);
    }
    newest = std::move(charter);
  }
}

std::filesystem::path charter_path(const std::filesystem::path& folder, std::uint32_t version) {
  return folder / ("charter-" + std::to_string(version) + ".dsse");
}

}  // namespace candour::instruction
