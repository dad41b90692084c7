#include "candour/malice/malicious_hub.h"

#include "candour/base/error.h"
#include "candour/log/tile_reader.h"
#include "candour/log/witness_wire.h"
#include "candour/net/message.h"
#include "candour/node/log_audit_testing.h"
#include "candour/node/log_routes.h"

namespace candour::malice {

using node::testing::key_of;
using node::testing::kFounded;

namespace {

constexpr std::string_view kBodyPrefix = "body/";

}  // namespace

std::optional<std::string> ServedFiles::fetch(std::string_view path) {
  std::optional<std::string> file;
  if (path.starts_with(kBodyPrefix)) {
    file = shown_.history->bodies().get(base::from_hex_exactly<32>(path.substr(kBodyPrefix.size())).value());
  } else if (path == log::kCheckpointPath && shown_.checkpoint) {
    file = shown_.checkpoint;
  } else {
    file = shown_.history->fetch(path);
  }
  return shown_.spoil ? shown_.spoil(path, std::move(file)) : file;
}

MaliciousHub::MaliciousHub(const net::TestNode& identity) {
  std::vector<net::Route> routes;
  routes.push_back({net::Method::kGet, node::kLogRoute, 0,
                    [this](const net::Request& request) { return answer(request); }});
  routes.push_back(node::statements_route([this](const node::Entry& entry) -> std::string {
    if (on_statement) return on_statement(entry);
    throw base::Error("CND-2541", "Too much waits for the log: come again.");
  }));
  server_ = std::make_unique<net::RunningServer>(
      net::ServerOptions{
          .tls = &identity.tls, .accepts_peer = [](const base::Digest&) { return true; }, .workers = 2},
      std::move(routes), kFounded);
}

net::Response MaliciousHub::answer(const net::Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path += (path.empty() ? "" : "/") + segment;
  Shown shown;
  {
    const std::lock_guard lock(mutex_);
    const auto own = shown_.find(request.peer.value());
    shown = own == shown_.end() ? to_all_ : own->second;
  }
  const auto file = ServedFiles(shown).fetch(path);
  if (!file) return {.status = 404, .content_type = ""};
  return net::text_response("application/octet-stream", *file);
}

log::Store& MaliciousHub::history(const std::string& name) {
  auto& there = histories_[name];
  if (!there) there = std::make_unique<log::Store>(disk, folder(name));
  return *there;
}

log::Store& MaliciousHub::fork(const std::string& name, std::uint64_t size) {
  log::Store& made = history(name);
  std::vector<std::string> entries;
  true_log().each_entry(0, size, [&](std::uint64_t, std::string_view entry) { entries.emplace_back(entry); });
  enter(made, entries);
  for (const std::string& body : disk.list(folder("true") + "/body")) {
    const auto digest = base::from_hex_exactly<32>(body).value();
    made.bodies().put(digest, true_log().bodies().get(digest).value());
  }
  return made;
}

void MaliciousHub::enter(log::Store& history, std::span<const std::string> entries) {
  (void)history.append(history.next(), entries);
}

log::SignedCheckpoint MaliciousHub::sign(const log::Head& head, const std::string& origin) {
  return log::sign_checkpoint({.origin = origin, .head = head, .extensions = {}}, key_of("log"));
}

log::SignedCheckpoint MaliciousHub::collect(log::Store& history, const log::SignedCheckpoint& checkpoint,
                                            const std::vector<log::WitnessPort*>& witnesses) {
  log::SignedCheckpoint got = checkpoint;
  const log::Head& head = checkpoint.checkpoint.head;
  statuses.clear();
  for (log::WitnessPort* witness : witnesses) {
    log::AddCheckpoint request{.old_size = 0, .path = {}, .checkpoint = checkpoint};
    log::WitnessReply reply = witness->add_checkpoint(log::write_add_checkpoint(request), 1000);
    if (reply.status == 409) {
      request.old_size = log::parse_witness_size(reply.body);
      if (request.old_size <= head.size) {
        log::TileReader reader(history, head);
        request.path = log::prove_consistency(reader, request.old_size, head.size);
        reply = witness->add_checkpoint(log::write_add_checkpoint(request), 1000);
      }
    }
    statuses.push_back(reply.status);
    if (reply.status == 200) got.note.signatures.push_back(log::parse_signature_lines(reply.body).front());
  }
  return got;
}

void MaliciousHub::show(const base::Digest& peer, Shown shown) {
  const std::lock_guard lock(mutex_);
  shown_[peer] = std::move(shown);
}

void MaliciousHub::show_all(Shown shown) {
  const std::lock_guard lock(mutex_);
  to_all_ = std::move(shown);
}

}  // namespace candour::malice
