// The outbox: a submission on its way, as files that are each made once.
//
//   OUTBOX/COLLECTION-TABLE-PERIOD-rREVISION/
//     plan.json        what was decided and drawn; secret
//     rows.csv         the minimised rows, for people to read
//     batches.jsonl    the guardians' attestations
//     places.sealed    where each row stands in the package, and whose it is (node/row_places.h)
//     package.sealed   what is sent; removed when there is a receipt
//     manifest.dsse    signed; its SHA-256 is what the submission is called
//     receipt.dsse     the hub has stored it
//
// A stage runs if its output is missing. Whoever was killed, at any moment, runs send() again: the manifest
// that the hub may have seen is made once, and commits to all the rest. One process works in an outbox.
// docs/reference/formats/submission.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/submission/outbox_names.h"
#include "candour/submission/ports.h"

namespace candour::submission {

/// What a provider wants to send, before anything is drawn.
struct Intent {
  statement::Id instruction{};
  SliceName slice = {};
  base::Digest collection_sha256{};
  std::uint64_t rows_refused = 0;  ///< that wait in quarantine
  bool nil = false;                ///< a declared nil return
  std::string opt_out = {};        ///< the instruction's regime: "applies" or "does-not-apply"
  statement::Agreement acceptance = statement::Agreement::kAccepted;
  std::string legal_notice = {};  ///< where it was compelled
};

/// Gives up a submission that has no receipt, so that the next begin() plans it anew. Its plan goes first:
/// what it drew is never used again. Nothing where there is none. If the hub has committed it all the same,
/// the next one is the revision after it.
void abandon(base::Disk& disk, const std::filesystem::path& submission);

class Outbox {
 public:
  /// What is referred to outlives it.
  struct Surroundings {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
    const crypto::SigningKey& key;  ///< the provider's
  };
  Outbox(Surroundings surroundings, std::filesystem::path folder, Federation federation,
         std::string provider);

  /// The folder of a submission of this slice that has no receipt, or a new one, planned now. Errors:
  /// CND-2203 (the hub's sealing key), CND-2208 (the hub holds less of the slice than it gave receipts for),
  /// those of HubPort and store_new.
  [[nodiscard]] std::filesystem::path begin(const Intent& intent, HubPort& hub);

  /// Runs every stage that has not run, and gives the receipt, also again when it is there. Errors: CND-2202
  /// (plan.json), CND-2204 (the vault's rows are no longer those of rows.csv: abandon() it and begin anew),
  /// CND-2201 (too large), CND-2206 (the attestations), CND-2207 (the receipt), those of both ports.
  statement::Receipt send(const std::filesystem::path& submission, SlicePort& slice, HubPort& hub);

  /// The function of that name, on this outbox's disk.
  void abandon(const std::filesystem::path& submission) { submission::abandon(around_.disk, submission); }

  /// The folders of submissions, sorted by name; stage_of says how far each is.
  [[nodiscard]] std::vector<std::filesystem::path> submissions() const;

 private:
  using Path = std::filesystem::path;
  [[nodiscard]] Plan draw_plan(const Intent& intent, const std::optional<SliceNow>& now, HubPort& hub);
  void store_rows(const Path& submission, SlicePort& slice);
  void pack(const Path& submission, const Plan& plan, SlicePort& slice);
  [[nodiscard]] std::string upload(const Path& submission, const std::string& manifest, HubPort& hub);

  Surroundings around_;
  std::filesystem::path folder_;
  Federation federation_;
  std::string provider_;
};

}  // namespace candour::submission
