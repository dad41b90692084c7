// Pieces of uploads in any order: the inbox takes them in one order alone, and completes only what the
// manifest names.
#include <cstdint>
#include <optional>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/submission/inbox.h"
#include "candour/submission/submission_testing.h"

namespace {

using namespace candour;
using namespace candour::submission;

/// A manifest for a package of zeros, a piece and a little, under one of four ids.
statement::Submission manifest_of(std::uint8_t id) {
  statement::Submission manifest = testing::manifest_draft();
  manifest.header.id = {id};
  manifest.package_bytes = kPieceBytes + 100;
  manifest.package_sha256 = base::sha256(base::Bytes(manifest.package_bytes));
  manifest.attestations_sha256 = base::sha256({});
  return manifest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  base::SimulatedDisk disk;
  std::optional<Inbox> inbox(std::in_place, disk, "/inbox", InboxLimits{.provider_submissions = 2});
  const base::Bytes zeros(kPieceBytes);
  for (std::size_t i = 0; i + 2 < size && i < 60; i += 3) {
    const statement::Submission manifest = manifest_of(data[i] / 8 % 4);
    const std::string envelope = statement::write_envelope(
        statement::sign("submission", statement::write_payload(manifest), testing::provider_key()));
    const Identity identity = identity_of(envelope);
    try {
      switch (data[i] % 8) {
        case 0:
        case 1:
          (void)inbox->put_manifest(envelope, manifest);
          break;
        case 2:
          inbox->put_attestations(identity, data[i + 1] == 0 ? "x" : "");
          break;
        case 3:
        case 4: {
          const std::uint64_t offset = data[i + 1] % 2 == 0 ? 0 : kPieceBytes;
          inbox->put_package(identity, offset,
                             base::ByteView(zeros).first(data[i + 2] < 8 ? 100 : kPieceBytes));
          break;
        }
        case 5:
          CANDOUR_CHECK(inbox->complete(identity).manifest() == manifest);
          CANDOUR_CHECK(inbox->package_received(identity) == manifest.package_bytes);
          break;
        case 6:
          inbox->forget(identity);
          break;
        default:
          inbox.reset();
          inbox.emplace(disk, "/inbox", InboxLimits{.provider_submissions = 2});
      }
    } catch (const base::Error&) {
    }
    CANDOUR_CHECK(inbox->waiting().size() <= 2);
  }
  return 0;
}
