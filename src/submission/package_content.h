// The content of a package on its way through the hub: its header, its frame as a stream, and the zeros that
// hide how large the frame is. docs/reference/formats/submission.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "candour/base/error.h"
#include "candour/base/stream.h"
#include "candour/submission/package_format.h"

namespace candour::submission {

[[nodiscard]] std::array<std::uint8_t, kHeaderBytes> write_header(const PackageHeader& header);
/// Errors: CND-2227 (a number is none that a package of ours can have; names the rule).
[[nodiscard]] PackageHeader parse_header(std::span<const std::uint8_t, kHeaderBytes> bytes);

/// Refuses a content: CND-2227 with the rule that it breaks.
[[noreturn]] void refuse_content(base::Literal rule);

/// Reads a content that was opened. Gives the frame's bytes, then checks the padding; only after that does it
/// end. Errors of both calls: those of `content`; CND-2227 (it is cut, or padded otherwise than it must be).
class ContentSource final : public base::ByteSource {
 public:
  /// `content` outlives it.
  explicit ContentSource(base::ByteSource& content) : content_(content) {}

  /// The header; reads it where that was not done.
  [[nodiscard]] const PackageHeader& header();
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  void require_padding();

  base::ByteSource& content_;
  std::optional<PackageHeader> header_;
  std::uint64_t left_ = 0;  ///< of the frame
  bool ended_ = false;
};

}  // namespace candour::submission
