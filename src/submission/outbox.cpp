#include "candour/submission/outbox.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"
#include "candour/submission/attestation_lines.h"
#include "candour/submission/outbox_names.h"
#include "candour/submission/package.h"
#include "candour/submission/receipt.h"
#include "candour/submission/record_text.h"

namespace candour::submission {
namespace {

using std::filesystem::path;

void store_once(base::Disk& disk, const path& file, std::string_view content) {
  if (!disk.exists(file)) disk.store_new(file, content);
}

/// A file that may be there from a run that was cut off: it stays where it has this content.
void store_or_replace(base::Disk& disk, const path& file, base::ByteView content) {
  if (disk.exists(file)) {
    const auto there = disk.open(file);
    base::FileSource source(*there);
    if (base::sha256_of(source) == base::sha256(content)) return;
    disk.remove(file);
  }
  base::MemorySource source(content);
  disk.store_new(file, source, base::Access::kPrivate);
}

base::Digest digest_of_file(const base::Disk& disk, const path& file) {
  const auto there = disk.open(file);
  base::FileSource source(*there);
  return base::sha256_of(source);
}

void fill(base::SecretBytes& secret, base::Random& random) { random.fill(secret.span()); }

}  // namespace

Outbox::Outbox(Surroundings surroundings, path folder, Federation federation, std::string provider)
    : around_(surroundings),
      folder_(std::move(folder)),
      federation_(std::move(federation)),
      provider_(std::move(provider)) {}

std::vector<path> Outbox::submissions() const {
  std::vector<path> found;
  if (!around_.disk.exists(folder_)) return found;
  for (const std::string& name : around_.disk.list(folder_)) {
    if (stage_of(around_.disk, folder_ / name)) found.push_back(folder_ / name);
  }
  return found;
}

path Outbox::begin(const Intent& intent, HubPort& hub) {
  base::Disk& disk = around_.disk;
  disk.make_folder(folder_);
  const std::string prefix = folder_name_prefix(intent.slice);
  std::uint32_t received = 0;
  for (const std::string& name : disk.list(folder_)) {
    const auto revision = revision_of(name, prefix);
    const auto stage = revision ? stage_of(disk, folder_ / name) : std::nullopt;
    if (!stage) continue;
    if (*stage != Stage::kReceived) return folder_ / name;
    received = std::max(received, *revision);
  }
  const std::optional<SliceNow> now = hub.slice_now(intent.slice);
  if ((now ? now->revision : 0) < received) {
    throw base::Error("CND-2208", "The hub holds less of the slice than it gave receipts for.")
        .with("received", received)
        .with("held", now ? now->revision : 0);
  }
  const Plan plan = draw_plan(intent, now, hub);
  const path submission = folder_ / (prefix + std::to_string(plan.draft.revision));
  disk.make_folder(submission);
  // Of a submission that was given up: nothing of it may pass for an output of this plan.
  for (const std::string& name : disk.list(submission)) disk.remove(submission / name);
  std::string text = write_plan(plan);
  disk.store_new(submission / kPlanFile, text);
  base::wipe(text);
  return submission;
}

Plan Outbox::draw_plan(const Intent& intent, const std::optional<SliceNow>& now, HubPort& hub) {
  Plan plan;
  plan.sealing_key = hub.sealing_key();
  const statement::SealingKey sealing =
      verified_sealing_key(plan.sealing_key, federation_, around_.clock.today());
  plan.receiver = sealing.key;
  plan.draft = {.header = {.federation = federation_.id,
                           .log = federation_.log,
                           .made = around_.clock.now_unix_seconds()},
                .instruction = intent.instruction,
                .collection = intent.slice.collection,
                .collection_sha256 = intent.collection_sha256,
                .table = intent.slice.table,
                .period = intent.slice.period,
                .provider = provider_,
                .revision = now ? now->revision + 1 : 1,
                .nil = intent.nil,
                .sealing_key = sealing.header.id,
                .opt_out = intent.opt_out,
                .acceptance = intent.acceptance,
                .legal_notice = intent.legal_notice};
  plan.rows_refused = intent.rows_refused;
  if (now) plan.draft.supersedes = now->identity;
  around_.random.fill(plan.draft.header.id);
  fill(plan.batch_seed, around_.random);
  fill(plan.salt_seed, around_.random);
  fill(plan.seal_seed, around_.random);
  return plan;
}

statement::Receipt Outbox::send(const path& submission, SlicePort& slice, HubPort& hub) {
  base::Disk& disk = around_.disk;
  for (const char* name : kFiles) {
    if (disk.exists(submission / name)) disk.settle(submission / name);
  }
  if (!disk.exists(submission / kManifestFile)) {
    const Plan plan = load_plan(disk, submission);
    store_rows(submission, slice);
    pack(submission, plan, slice);
  }
  const std::string manifest =
      base::load_text(disk, submission / kManifestFile, statement::kEnvelopeAtMostBytes);
  const Sender self{provider_, around_.key.public_key()};
  const statement::Submission sent = verified_manifest(manifest, federation_, self);
  const bool had_receipt = disk.exists(submission / kReceiptFile);
  const std::string envelope =
      had_receipt ? base::load_text(disk, submission / kReceiptFile, statement::kEnvelopeAtMostBytes)
                  : upload(submission, manifest, hub);
  statement::Receipt receipt = verified_receipt(envelope, federation_, sent_of(sent, identity_of(manifest)));
  store_once(disk, submission / kReceiptFile, envelope);
  disk.remove(submission / kPackageFile);
  return receipt;
}

void Outbox::store_rows(const path& submission, SlicePort& slice) {
  if (around_.disk.exists(submission / kRowsFile)) return;
  const auto rows = slice.rows();
  CsvSource csv(*rows);
  around_.disk.store_new(submission / kRowsFile, csv, base::Access::kPrivate);
}

void Outbox::pack(const path& submission, const Plan& plan, SlicePort& slice) {
  // Tokens are in no file, so the guardians are asked again where an earlier run was cut off.
  // A nil return asks for nothing.
  const auto [tokens, attestations] = plan.draft.nil ? Pseudonymised() : slice.pseudonymise(plan);
  const std::vector<base::Digest> batches = batch_leaves(attestations);
  store_or_replace(around_.disk, submission / kAttestationsFile, base::as_bytes(attestations));
  const auto rows = slice.rows();
  PackageBuilder builder(rows->schema(), tokens.size());
  RecordText text;
  base::Sha256 csv;
  const auto digest = [&](std::string_view line) {
    csv.update(base::as_bytes(line));
    csv.update(base::as_bytes("\n"));
  };
  digest(text.header(rows->schema()));
  std::size_t row = 0;
  table::Chunk chunk(rows->schema());
  while (rows->next(chunk)) {
    for (std::size_t i = 0; i < chunk.rows(); ++i, ++row) {
      const std::string_view record = text.record(chunk, i);
      digest(record);
      builder.add(record, row < tokens.size() ? tokens[row] : std::nullopt);
    }
  }
  const bool is_unchanged = row == tokens.size() && !(plan.draft.nil && row > 0) &&
                            csv.finish() == digest_of_file(around_.disk, submission / kRowsFile);
  if (!is_unchanged) {
    throw base::Error("CND-2204", "The vault's rows are no longer those that this submission is of.")
        .with("path", submission);
  }
  base::BytesSink package;
  const PackageFacts facts =
      builder.write(package, plan.rows_refused, plan.receiver, package_info(plan.draft),
                    {.salt = plan.salt_seed.view(), .seal = plan.seal_seed.view()});
  slice.keep_places(plan, builder.places());
  store_or_replace(around_.disk, submission / kPackageFile, package.bytes());
  statement::Submission manifest = plan.draft;
  manifest.batches = batches;
  manifest.attestations_sha256 = base::sha256(base::as_bytes(attestations));
  manifest.commitment = facts.commitment;
  manifest.package_sha256 = facts.sha256;
  manifest.package_bytes = facts.package_bytes;
  const auto envelope = statement::sign("submission", statement::write_payload(manifest), around_.key);
  around_.disk.store_new(submission / kManifestFile, statement::write_envelope(envelope));
}

std::string Outbox::upload(const path& submission, const std::string& manifest, HubPort& hub) {
  const Identity identity = identity_of(manifest);
  if (auto receipt = hub.receipt(identity)) return *std::move(receipt);
  hub.put_manifest(manifest);
  hub.put_attestations(
      identity, base::load_text(around_.disk, submission / kAttestationsFile, kAttestationsAtMostBytes));
  const auto package = around_.disk.open(submission / kPackageFile);
  base::Bytes piece(kPieceBytes);
  std::uint64_t offset = hub.package_received(identity);
  while (offset < package->size_bytes()) {
    std::size_t got = 0;
    while (got < piece.size()) {
      const std::size_t more = package->read_at(offset + got, std::span(piece).subspan(got));
      if (more == 0) break;
      got += more;
    }
    hub.put_package(identity, offset, std::span(piece).first(got));
    offset += got;
  }
  return hub.commit(identity);
}

void abandon(base::Disk& disk, const path& submission) {
  if (!disk.exists(submission) || disk.exists(submission / kReceiptFile)) return;
  disk.remove(submission / kPlanFile);
  for (const std::string& name : disk.list(submission)) disk.remove(submission / name);
}

}  // namespace candour::submission
