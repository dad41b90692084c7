// An outbox as it is when submissions were received, without having sent them.
#pragma once

#include <string>

#include "candour/base/simulated_disk.h"
#include "candour/node/source.h"
#include "candour/statement/envelope.h"
#include "candour/statement/submission.h"
#include "candour/submission/flow_testing.h"
#include "candour/submission/outbox_names.h"

namespace candour::node::testing {

/// A submission as the outbox has it.
struct SentSubmission {
  std::string collection = "rtt-waiting-list", table = "clock_stops", period = "2026-09";
  std::uint32_t revision = 1;
  std::int64_t made = 0;      ///< its manifest
  std::int64_t received = 0;  ///< what the hub says; nobody asks
  bool is_received = true;
  std::uint64_t rows = 0;
  std::optional<PeopleLeftOut> left_out{};
};

inline std::filesystem::path folder_of(const SentSubmission& one) {
  return "/outbox/" + submission::folder_name_prefix({one.collection, one.table, one.period}) +
         std::to_string(one.revision);
}

inline void put(base::Disk& disk, const SentSubmission& one) {
  const std::filesystem::path folder = folder_of(one);
  disk.make_folder(folder);
  Source source;
  source.rows = one.rows;
  if (one.left_out) {
    source.left_out = std::string(64, 'a');
    store_left_out(disk, folder, *one.left_out);
  }
  store_source(disk, folder, source);
  const auto store = [&](const char* file, std::string_view kind, const std::string& payload) {
    disk.store_new(folder / file,
                   statement::write_envelope(statement::sign(kind, payload, submission::testing::hub_key())));
  };
  statement::Submission sent = submission::testing::manifest_draft();
  sent.header.made = one.made;
  sent.collection = one.collection;
  sent.table = one.table;
  sent.period = one.period;
  sent.revision = one.revision;
  store(submission::kManifestFile, "submission", statement::write_payload(sent));
  if (!one.is_received) {
    disk.store_new(folder / submission::kPlanFile, std::string_view("{}"));
    return;
  }
  statement::Receipt receipt{.header = {.log = "log.example/candour", .id = {1}, .made = one.received},
                             .provider = "R1H",
                             .collection = one.collection,
                             .table = one.table,
                             .period = one.period,
                             .revision = one.revision};
  receipt.header.id = statement::derived_id("receipt", receipt.submission);
  store(submission::kReceiptFile, "receipt", statement::write_payload(receipt));
}

}  // namespace candour::node::testing
