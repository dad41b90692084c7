#include "candour/cli/log_mirror.h"

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/succession.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

constexpr std::size_t kDigestDigits = 64;

/// The first entry, of the store or as it is served: whoever serves it, the pin says whether it is the one.
std::string first_entry(log::Store& store, log::TileSource& remote) {
  if (store.next().size > 0) return store.entry(0);
  const auto note = remote.fetch(log::kCheckpointPath);
  if (!note) throw base::Error("CND-2480", "The log has no checkpoint.");
  log::TileReader reader(remote, log::parse_checkpoint(*note).checkpoint.head);
  return reader.bundle(0).front();
}

std::shared_ptr<const instruction::Charter> pinned(log::Store& store, log::TileSource& remote,
                                                   const base::Digest& federation) {
  const std::string entry = first_entry(store, remote);
  const statement::Envelope envelope = statement::parse_envelope(entry, instruction::kCharterKind);
  const base::Digest list = instruction::providers_digest(envelope.payload);
  auto body = store.bodies().get(list);
  if (!body) body = remote.fetch("body/" + base::to_hex(list));
  auto charter = std::make_shared<const instruction::Charter>(
      instruction::parse_charter(envelope.payload, body.value_or("")));
  instruction::require_founded(envelope, *charter, federation);
  return charter;
}

}  // namespace

PublicMirror::PublicMirror(Context& context, log::TileSource& remote, std::filesystem::path folder,
                           const base::Digest& federation)
    : context_(context),
      store_(context.disk, folder, context.progress),
      mirror_(context.disk, store_, std::move(folder), remote),
      view_(std::make_unique<node::LogView>(node::LogView::Parts{
          .clock = context.clock,
          .store = store_,
          .first = pinned(store_, remote, federation),
          .follow =
              [this](const instruction::Charter&, const log::Trusted& whom) {
                return mirror_.update(whom, context_.progress, {},
                                      [this](auto, std::string_view entry) { fetch_bodies(entry); });
              },
          .body_of = [this](const base::Digest& digest) { return mirror_.body(digest); }})) {}

void PublicMirror::update() { view_->refresh(); }

// Those that statements name by SHA-256, so that who reads the mirror has what was signed. A collection's
// manifest is what sha256sum prints: a digest, two spaces, a name, a line each.
void PublicMirror::fetch_bodies(std::string_view entry) {
  if (instruction::judged_kind(entry) != "collection") return;
  std::optional<std::string> manifest;
  try {
    const auto payload = statement::parse_envelope(entry, "collection").payload;
    manifest = mirror_.body(statement::parse_collection(payload).manifest_sha256);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode("CND-2004")) throw;  // the register says what it thinks of it
  }
  std::string_view rest = manifest ? std::string_view(*manifest) : std::string_view();
  while (!rest.empty()) {
    if (const auto file = base::from_hex_exactly<32>(rest.substr(0, kDigestDigits)))
      (void)mirror_.body(*file);
    const std::size_t end = rest.find('\n');
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

}  // namespace candour::cli
