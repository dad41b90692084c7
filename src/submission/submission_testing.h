// What the tests of this module share: a small collection, rows of it with tokens, and the keys of both
// sides.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/crypto/signature.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/submission/compression.h"
#include "candour/submission/opened_package.h"
#include "candour/submission/package.h"
#include "candour/submission/package_content.h"
#include "candour/submission/ports.h"
#include "candour/submission/record_text.h"

namespace candour::submission::testing {

inline constexpr std::int64_t kNow = 1'760'000'000;  // 2025-10-09T08:53:20Z

inline crypto::SigningKey key_of(std::uint8_t number) {
  const base::Digest seed = base::sha256(base::ByteView(&number, 1));
  return crypto::SigningKey(seed);
}
inline const crypto::SigningKey& provider_key() {
  static const crypto::SigningKey key = key_of(1);
  return key;
}
inline const crypto::SigningKey& hub_key() {
  static const crypto::SigningKey key = key_of(2);
  return key;
}
inline Federation federation() {
  return {base::sha256(base::as_bytes("a federation")), "log.example/candour", hub_key().public_key()};
}
inline Sender sender() { return {"R1H", provider_key().public_key()}; }

inline collection::Field field(std::string name, collection::FieldType type, collection::Minimise minimise) {
  collection::Field made;
  made.minimised_as = name;
  made.name = std::move(name);
  made.type = type;
  made.minimise = std::move(minimise);
  return made;
}

/// Visits: who (a pseudonym), where (a code that the provider may send for), a note and minutes.
inline const collection::Collection& visits() {
  static const collection::Collection made = [] {
    using collection::FieldType;
    collection::Collection collection;
    collection.name = "small-visits";
    collection.digest = base::sha256(base::as_bytes("the folder"));
    collection::Table table;
    table.name = "visits";
    table.fields = {field("nhs_number", FieldType::kNhsNumber, collection::ToPseudonym{}),
                    field("hospital", FieldType::kOds, collection::Keep{}),
                    field("note", FieldType::kText, collection::Keep{}),
                    field("minutes", FieldType::kInteger, collection::Keep{})};
    table.fields[1].of_submitter = true;
    collection.tables.push_back(std::move(table));
    return collection;
  }();
  return made;
}
inline const collection::Table& visits_table() { return visits().tables.front(); }

struct Visit {
  std::optional<std::uint64_t> person;  ///< whose token it has
  std::optional<std::string> note;
  std::optional<std::int64_t> minutes;
  std::string hospital = "R1H";
  friend auto operator<=>(const Visit&, const Visit&) = default;
};

inline Token token_of(std::uint64_t person) {
  return base::sha256(base::as_bytes("person " + std::to_string(person)));
}
inline std::string pseudonym_of(const Token& token) {
  return base::to_hex(base::ByteView(base::sha256(token)).first(16));
}

inline table::Relation minimised(const std::vector<Visit>& visits) {
  table::Relation rows{visits_table().minimised_schema(), {}};
  for (const Visit& visit : visits) {
    table::Chunk row(rows.schema);
    row.column(0).append_text(visit.hospital);
    visit.note ? row.column(1).append_text(*visit.note) : row.column(1).append_null();
    visit.minutes ? row.column(2).append_integer(*visit.minutes) : row.column(2).append_null();
    rows.append_row(row, 0);
  }
  return rows;
}

inline base::Bytes seed_of(std::uint8_t byte) { return base::Bytes(kSeedBytes, byte); }
inline const crypto::SealKey& package_key() {
  static const crypto::SealKey key{base::ByteView(seed_of(9))};
  return key;
}

/// A manifest as far as a package needs it.
inline statement::Submission manifest_draft() {
  statement::Submission manifest;
  manifest.header = {.federation = federation().id, .log = federation().log, .id = {1}, .made = kNow};
  manifest.collection = visits().name;
  manifest.collection_sha256 = visits().digest;
  manifest.table = visits_table().name;
  manifest.period = "2025-09";
  manifest.provider = "R1H";
  manifest.sealing_key = {7};
  manifest.opt_out = "applies";
  return manifest;
}

struct Packed {
  base::Bytes package;
  statement::Submission manifest;
};

/// How many rows every package of these tests says were refused.
inline constexpr std::uint64_t kRefused = 3;

/// The package of these visits, sealed to this key, and the draft made true of it.
inline Packed pack(const std::vector<Visit>& visits, const statement::Submission& draft = manifest_draft(),
                   const crypto::SealPublicKey& key = package_key().public_key()) {
  const table::Relation rows = minimised(visits);
  PackageBuilder builder(rows.schema, visits.size());
  RecordText text;
  std::size_t at = 0;
  for (const table::Chunk& chunk : rows.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row, ++at) {
      const auto person = visits[at].person;
      builder.add(text.record(chunk, row), person ? std::optional(token_of(*person)) : std::nullopt);
    }
  }
  Packed packed{.package = {}, .manifest = draft};
  base::BytesSink out;
  const base::Bytes salt = seed_of(3);
  const base::Bytes seal = seed_of(4);
  const PackageFacts facts = builder.write(out, kRefused, key, package_info(packed.manifest), {salt, seal});
  packed.package = out.take();
  packed.manifest.commitment = facts.commitment;
  packed.manifest.package_sha256 = facts.sha256;
  packed.manifest.package_bytes = facts.package_bytes;
  return packed;
}

/// Bytes, sealed as an honest content is.
inline base::Bytes seal_bytes(base::ByteView content, const statement::Submission& manifest) {
  base::BytesSink out;
  base::SeededRandom random(1, "seal");
  crypto::SealingSink sealing(out, package_key().public_key(), package_info(manifest), random);
  sealing.write(content);
  sealing.finish();
  return out.take();
}

inline base::Bytes frame_of(std::string_view text) {
  base::BytesSink out;
  CompressingSink compressing(out);
  compressing.write_text(text);
  compressing.finish();
  return out.take();
}

/// A frame behind a header, padded.
inline base::Bytes content_of(const PackageHeader& header, const base::Bytes& frame) {
  base::BytesSink content;
  content.write(write_header(header));
  content.write(frame);
  content.write(base::Bytes(padded_bytes(kHeaderBytes + frame.size()) - kHeaderBytes - frame.size()));
  return content.take();
}

/// A package of any text, sealed as an honest one is, with a header that says so many rows.
inline base::Bytes seal_text(std::string_view text, std::uint64_t rows,
                             const statement::Submission& manifest) {
  const base::Bytes frame = frame_of(text);
  const PackageHeader header{.rows = rows, .opened_bytes = text.size(), .frame_bytes = frame.size()};
  return seal_bytes(content_of(header, frame), manifest);
}

inline PackageRules rules() {
  return {.table = visits_table(), .tokens_at_most = 1'000'000, .pseudonym = pseudonym_of};
}

/// The rows of a package, read to its end, as CSV.
inline std::string open(const base::Bytes& package, const statement::Submission& manifest,
                        PackageRules with = rules(), const crypto::SealKey& key = package_key()) {
  base::MemorySource source{base::ByteView(package)};
  OpenedPackage opened(source, key, manifest, std::move(with));
  CsvSource csv(opened);
  std::string text;
  base::Bytes buffer(1000);
  while (const std::size_t size = csv.read(buffer)) text.append(base::as_text(std::span(buffer).first(size)));
  return text;
}

}  // namespace candour::submission::testing
