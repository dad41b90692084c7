#include "candour/node/log_reader.h"

#include "candour/base/error.h"
#include "candour/log/tiles.h"
#include "candour/node/federation.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr std::size_t kBundleAtMostBytes = log::kTileWidth * (log::kEntryAtMostBytes + 2);
constexpr std::size_t kLengthBytes = 2;

[[noreturn]] void refuse(base::Literal message, const std::filesystem::path& path) {
  throw base::Error("CND-2469", message).with("path", path);
}

/// The bytes of a growing bundle up to the end of its last whole entry: an append may be at work.
std::string_view whole_entries(std::string_view bytes) {
  std::size_t end = 0;
  while (bytes.size() - end >= kLengthBytes) {
    const std::size_t length =
        static_cast<std::uint8_t>(bytes[end]) * 256U + static_cast<std::uint8_t>(bytes[end + 1]);
    if (bytes.size() - end - kLengthBytes < length) break;
    end += kLengthBytes + length;
  }
  return bytes.substr(0, end);
}

std::filesystem::path bundle_path(const std::filesystem::path& folder, std::uint64_t index) {
  return folder / log::tile_path({.kind = log::TileName::Kind::kEntries, .index = index});
}

}  // namespace

LogReader::LogReader(const base::Disk& disk, std::filesystem::path folder)
    : disk_(disk), folder_(std::move(folder)) {
  if (disk.exists(first_charter_path(folder_))) {
    entries_.push_back(base::load_text(disk, first_charter_path(folder_), statement::kEnvelopeAtMostBytes));
    return;
  }
  for (std::uint64_t index = 0; disk.exists(bundle_path(folder_, index)); ++index) {
    const bool is_last = !disk.exists(bundle_path(folder_, index + 1));
    const std::string bundle = base::load_text(disk, bundle_path(folder_, index), kBundleAtMostBytes);
    for (const std::string_view entry : log::parse_bundle(is_last ? whole_entries(bundle) : bundle)) {
      entries_.emplace_back(entry);
    }
  }
  if (entries_.empty()) refuse("There is no log and no charter in this folder.", folder_);
}

std::optional<std::string> LogReader::body(const base::Digest& digest) const {
  const std::filesystem::path path = body_path(folder_, digest);
  if (!disk_.exists(path)) return std::nullopt;
  std::string body = base::load_text(disk_, path, instruction::kProvidersAtMostBytes);
  if (base::sha256(base::as_bytes(body)) != digest) refuse("A body of the log is damaged.", path);
  return body;
}

base::Digest LogReader::federation() const {
  try {
    return base::sha256(
        base::as_bytes(statement::parse_envelope(entries_.front(), instruction::kCharterKind).payload));
  } catch (const base::Error&) {
    throw base::Error("CND-2016", "The log does not begin with the federation's charter.");
  }
}

instruction::Register load_register(const LogReader& log, const base::Digest& federation) {
  instruction::Register made(federation);
  for (const std::string& entry : log.entries()) {
    const auto needed = instruction::Register::body_of(entry);
    const auto body = needed ? log.body(*needed) : std::string();
    if (!body) {
      throw base::Error("CND-2469", "A body that a statement of the log names is not beside it.")
          .with("sha256", base::Label(base::to_hex(*needed)));
    }
    made.apply(entry, *body);
  }
  (void)made.charter();
  return made;
}

}  // namespace candour::node
