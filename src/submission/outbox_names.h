// The files of a submission in the outbox, and how far they say that it is.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/disk.h"
#include "candour/submission/plan.h"

namespace candour::submission {

inline constexpr const char* kPlanFile = "plan.json";
inline constexpr const char* kRowsFile = "rows.csv";
inline constexpr const char* kAttestationsFile = "batches.jsonl";
inline constexpr const char* kPackageFile = "package.sealed";
inline constexpr const char* kManifestFile = "manifest.dsse";
inline constexpr const char* kReceiptFile = "receipt.dsse";
/// In the order in which they are made.
inline constexpr std::array<const char*, 6> kFiles = {kPlanFile,    kRowsFile,     kAttestationsFile,
                                                      kPackageFile, kManifestFile, kReceiptFile};

/// What is there: the last file that was made.
enum class Stage { kPlanned, kRows, kAttested, kPacked, kSigned, kReceived };
/// "planned", "rows", "attested", "packed", "signed", "received".
[[nodiscard]] std::string_view stage_name(Stage stage);

/// How far the submission in a folder is; nothing where none is.
[[nodiscard]] std::optional<Stage> stage_of(const base::Disk& disk, const std::filesystem::path& submission);

/// "rtt-waiting-list-clock_stops-2025-09-r", to which the revision is added. A quarter's "/" becomes "-".
[[nodiscard]] std::string folder_name_prefix(const SliceName& slice);

/// The number behind such a prefix in a folder's name; nothing where the folder is another's.
[[nodiscard]] std::optional<std::uint32_t> revision_of(std::string_view name, std::string_view prefix);

/// What was signed; its signature is not verified. Errors: CND-1002, those of parse_envelope and
/// parse_submission.
[[nodiscard]] statement::Submission load_manifest(const base::Disk& disk,
                                                  const std::filesystem::path& submission);
/// Errors: CND-1002, CND-2202.
[[nodiscard]] Plan load_plan(const base::Disk& disk, const std::filesystem::path& submission);

}  // namespace candour::submission
