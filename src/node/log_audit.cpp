#include "candour/node/log_audit.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/bodies.h"
#include "candour/log/open_tiles.h"
#include "candour/node/domains.h"
#include "candour/node/log_references.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"

namespace candour::node {
namespace {

using log::kTileWidth;
using log::TileName;

class Walk {
 public:
  Walk(log::TileSource& files, const base::Digest& federation, std::int64_t now)
      : files_(files), now_(now), register_(federation) {}

  LogAudit run(base::Progress& progress);

 private:
  void find(AuditQuestion question, AuditFinding finding);
  void find_all(AuditQuestion question, std::vector<AuditFinding> findings) {
    for (AuditFinding& one : findings) find(question, std::move(one));
  }
  [[nodiscard]] std::optional<std::string> fetch(TileName name);
  [[nodiscard]] bool take_bundle(std::uint64_t index);
  void take(std::string_view entry);
  void judge(std::uint64_t index, std::string_view entry);
  void check_tile(const TileName& name, std::span<const log::Digest> hashes);
  void check_root();
  void check_keys(std::uint64_t index);
  void check_head(std::uint64_t index, std::string_view entry);
  void check_checkpoint();
  [[nodiscard]] bool has_text(const log::Digest& name);
  void check_texts();
  [[nodiscard]] std::string body_for(std::string_view entry);
  void conclude(bool is_whole);

  log::TileSource& files_;
  const std::int64_t now_;
  log::SignedCheckpoint checkpoint_;
  LogAudit audit_;
  instruction::Register register_;
  LogReferences references_;
  log::OpenTiles tiles_;
  std::map<std::uint64_t, std::string> ceremonies_;  ///< transcripts that their guardians signed
  log::RightEdge covered_;                           ///< the tree under the newest head in the log
  std::deque<log::Digest> beyond_;                   ///< the leaves after it
};

void Walk::find(AuditQuestion question, AuditFinding finding) {
  AuditVerdict& verdict = audit_.verdicts.at(static_cast<std::size_t>(question));
  ++verdict.count;
  if (verdict.findings.size() < kFindingsAtMost) verdict.findings.push_back(std::move(finding));
}

AuditFinding of_error(const base::Error& error, std::optional<std::uint64_t> index, std::string kind) {
  AuditFinding finding{index, std::move(kind), std::string(error.code().view()),
                       std::string(error.message())};
  for (const base::Error::Field& field : error.fields()) {
    if (const auto* text = std::get_if<std::string>(&field.value)) {
      finding.says.append(" ").append(field.name).append(": ").append(*text);
    }
  }
  return finding;
}

AuditFinding of_file(const TileName& name, std::string_view what) {
  return {.code = "CND-2481", .says = log::tile_path(name) + " " + std::string(what)};
}

// A log may have dropped a partial file for the full one, which begins with it.
std::optional<std::string> Walk::fetch(TileName name) {
  if (auto bytes = files_.fetch(log::tile_path(name))) return bytes;
  if (name.width == kTileWidth) return std::nullopt;
  name.width = kTileWidth;
  return files_.fetch(log::tile_path(name));
}

LogAudit Walk::run(base::Progress& progress) {
  const auto note = files_.fetch(log::kCheckpointPath);
  if (!note) throw base::Error("CND-2480", "The log has no checkpoint.");
  checkpoint_ = log::parse_checkpoint(*note);
  audit_.checkpoint = checkpoint_.checkpoint;
  const std::uint64_t size = checkpoint_.checkpoint.head.size;
  progress.begin("verifying the log", size, "entries");
  bool is_whole = true;
  while (is_whole && tiles_.size() < size) {
    const std::uint64_t before = tiles_.size();
    is_whole = take_bundle(before / kTileWidth);
    progress.advance(tiles_.size() - before);
  }
  progress.end();
  conclude(is_whole);
  return std::move(audit_);
}

bool Walk::take_bundle(std::uint64_t index) {
  const TileName name{TileName::Kind::kEntries, 0, index,
                      log::tile_width(checkpoint_.checkpoint.head.size, 0, index)};
  const auto bytes = fetch(name);
  if (!bytes) {
    find(AuditQuestion::kEntries, of_file(name, "is missing: nothing after it was read."));
    return false;
  }
  try {
    const std::vector<std::string_view> entries = log::parse_bundle(*bytes);
    if (entries.size() < name.width) {
      find(AuditQuestion::kEntries, of_file(name, "has too few entries: nothing after it was read."));
      return false;
    }
    for (unsigned i = 0; i < name.width; ++i) take(entries[i]);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode("CND-2507")) throw;
    find(AuditQuestion::kEntries, of_file(name, "is no bundle of entries: nothing after it was read."));
    return false;
  }
  return true;
}

void Walk::take(std::string_view entry) {
  const std::uint64_t index = tiles_.size();
  const log::Digest leaf = log::leaf_hash(base::as_bytes(entry));
  tiles_.add(leaf, [this](unsigned level, std::uint64_t tile, const std::vector<log::Digest>& hashes) {
    check_tile({TileName::Kind::kHashes, level, tile, kTileWidth}, hashes);
  });
  beyond_.push_back(leaf);
  audit_.entries = tiles_.size();
  judge(index, entry);
}

void Walk::judge(std::uint64_t index, std::string_view entry) {
  const std::size_t problems = register_.problems().size();
  const std::size_t charters = register_.charters().size();
  register_.apply(entry, body_for(entry));
  if (register_.problems().size() > problems) {
    const instruction::Problem& one = register_.problems().back();
    const bool is_charter = one.kind == instruction::kCharterKind;
    return find(is_charter ? AuditQuestion::kCharter : AuditQuestion::kStatements,
                {one.index, one.kind, one.code, one.rule});
  }
  find_all(AuditQuestion::kReferences, references_.take(index, entry, register_.log_time()));
  const std::string kind = instruction::judged_kind(entry);
  if (kind == "ceremony") ceremonies_.emplace(index, entry);
  if (register_.charters().size() > charters) check_keys(index);
  if (kind == "head") check_head(index, entry);
}

// A body that cannot be had, or is another, is none: the register then says that the charter does not hold.
std::string Walk::body_for(std::string_view entry) {
  const auto digest = instruction::Register::body_of(entry);
  if (!digest) return {};
  return files_.fetch("body/" + base::to_hex(*digest)).value_or("");
}

// A tile is compared with what the entries give, and the walk goes on: a tile that was changed says nothing
// against the entries.
void Walk::check_tile(const TileName& name, std::span<const log::Digest> hashes) {
  auto bytes = fetch(name);
  if (!bytes) return find(AuditQuestion::kEntries, of_file(name, "is missing."));
  const std::string expected = log::write_tile(hashes);
  bytes->resize(std::min(bytes->size(), expected.size()));
  if (*bytes != expected) {
    find(AuditQuestion::kEntries, of_file(name, "is not the tile of the entries under it."));
  }
}

void Walk::check_root() {
  const std::uint64_t size = tiles_.size();
  for (unsigned level = 0; level < 64 / log::kTileHeight && (size >> (level * log::kTileHeight)) > 0;
       ++level) {
    const std::span<const log::Digest> open = tiles_.level(level);
    if (open.empty()) continue;
    check_tile({TileName::Kind::kHashes, level, (size >> (level * log::kTileHeight)) / kTileWidth,
                static_cast<unsigned>(open.size())},
               open);
  }
  if (tiles_.head() == checkpoint_.checkpoint.head) return;
  find(AuditQuestion::kEntries,
       {.code = "CND-2481", .says = "The root over all entries is not the checkpoint's."});
}

// Every version as it is entered, so that none was ever in force with keys of nowhere.
void Walk::check_keys(std::uint64_t index) {
  try {
    require_domains(register_, *register_.charters().back().charter,
                    [this](std::uint64_t at) { return ceremonies_.at(at); });
  } catch (const base::Error& error) {
    find(AuditQuestion::kKeys, of_error(error, index, std::string(instruction::kCharterKind)));
  }
}

// The register has verified the signatures, and that heads only grow: leaves are kept from the last one on.
void Walk::check_head(std::uint64_t index, std::string_view entry) {
  const statement::Head stated = statement::parse_head(statement::parse_envelope(entry, "head").payload);
  const log::Head head = log::parse_checkpoint(stated.checkpoint).checkpoint.head;
  while (covered_.size() < head.size) {
    covered_.add(beyond_.front());
    beyond_.pop_front();
  }
  if (covered_.head() == head) return;
  find(AuditQuestion::kHeads, {index, "head", "CND-2485",
                               "Its root is not that of the log's first " + std::to_string(head.size) +
                                   " entries: the log and its witnesses signed two histories."});
}

void Walk::check_checkpoint() {
  try {
    const log::CheckpointVerdict verdict =
        log::judge_checkpoint(instruction::log_policy(*register_.charter()), checkpoint_);
    audit_.cosigned = verdict.cosigned;
    if (verdict.holds()) audit_.witnessed = log::lower_median_time(verdict.cosigned);
    if (!verdict.signed_by_log) {
      find(AuditQuestion::kCheckpoint, {.code = "CND-2550", .says = "The log's key did not sign it."});
    }
    if (!verdict.quorum_met) {
      const log::Lacking& quorum = verdict.lacking.front();
      find(AuditQuestion::kCheckpoint, {.code = "CND-2550",
                                        .says = std::to_string(quorum.has) + " have cosigned it, and " +
                                                std::to_string(quorum.needs) + " must."});
    }
  } catch (const base::Error& error) {
    find(AuditQuestion::kCheckpoint, of_error(error, std::nullopt, ""));
  }
}

/// One that cannot be fetched, or is not what it says, is not at hand: no reason to say nothing of the rest.
bool Walk::has_text(const log::Digest& name) {
  try {
    const auto body = files_.fetch("body/" + base::to_hex(name));
    return body && log::is_named(name, *body) && !log::is_digest_of(name, *body);
  } catch (const base::Error&) {
    return false;
  }
}

void Walk::check_texts() {
  AuditTexts& texts = audit_.texts;
  std::set<log::Digest> seen;  // what two entries commit to is one text
  for (const instruction::TextEntry& one : register_.texts()) {
    if (!seen.insert(one.text.commitment).second) continue;
    const bool is_at_hand = has_text(one.text.commitment);
    const instruction::RedactionEntry* redaction = register_.redacted(one.text.commitment, now_);
    ++texts.count;
    texts.bytes += one.text.bytes;
    if (redaction == nullptr) {
      ++(is_at_hand ? texts.at_hand : texts.missing);
      continue;
    }
    ++texts.redacted;
    texts.redacted_bytes += one.text.bytes;
    if (is_at_hand) {
      find(AuditQuestion::kPromises,
           {one.index, one.kind, "CND-2583",
            "Its text is redacted by entry " + std::to_string(redaction->index) + ", and is served."});
    }
  }
  audit_.redactions = register_.redactions();
  audit_.at = now_;
}

// Of a log that could not be read to its end, or that has no charter, what was not seen is not established.
void Walk::conclude(bool is_whole) {
  if (is_whole) check_root();
  find_all(AuditQuestion::kReferences, references_.repeated_ids());
  const bool has_charter = !register_.charters().empty();
  if (has_charter) {
    audit_.charter_version = register_.charter()->version;
    if (is_whole) check_checkpoint();
    find_all(AuditQuestion::kPromises, references_.overdue(register_, now_));
    check_texts();
  } else if (is_whole) {
    find(AuditQuestion::kCharter,
         {.code = "CND-2016", .says = "The log does not begin with the federation's charter."});
  }
  for (AuditVerdict& verdict : audit_.verdicts) {
    if (verdict.count > 0) {
      verdict.answer = AuditAnswer::kFails;
    } else if (is_whole && (has_charter || &verdict == &audit_.verdicts[1])) {
      verdict.answer = AuditAnswer::kHolds;
    }
  }
}

}  // namespace

bool LogAudit::holds() const {
  return std::ranges::all_of(verdicts,
                             [](const AuditVerdict& one) { return one.answer == AuditAnswer::kHolds; });
}

LogAudit audit_log(log::TileSource& files, const base::Digest& federation, std::int64_t now,
                   base::Progress& progress) {
  return Walk(files, federation, now).run(progress);
}

}  // namespace candour::node
