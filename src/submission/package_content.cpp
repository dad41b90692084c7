#include "candour/submission/package_content.h"

#include <algorithm>

#include "candour/submission/commitment.h"

namespace candour::submission {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

std::uint64_t number_at(std::span<const std::uint8_t, kHeaderBytes> bytes, std::size_t place) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes.subspan(8 * place, 8)) number = number << 8U | byte;
  return number;
}

}  // namespace

void refuse_content(base::Literal rule) {
  throw base::Error("CND-2227", "The header or the padding of the package breaks a rule.")
      .with("rule", base::Label(rule.view()));
}

std::array<std::uint8_t, kHeaderBytes> write_header(const PackageHeader& header) {
  std::array<std::uint8_t, kHeaderBytes> bytes{};
  std::size_t at = 0;
  for (const std::uint64_t number :
       {header.rows, header.rows_refused, header.opened_bytes, header.frame_bytes}) {
    for (unsigned shift = 64; shift > 0; shift -= 8) {
      bytes[at++] = static_cast<std::uint8_t>(number >> (shift - 8));
    }
  }
  return bytes;
}

PackageHeader parse_header(std::span<const std::uint8_t, kHeaderBytes> bytes) {
  const PackageHeader header{.rows = number_at(bytes, 0),
                             .rows_refused = number_at(bytes, 1),
                             .opened_bytes = number_at(bytes, 2),
                             .frame_bytes = number_at(bytes, 3)};
  if (header.opened_bytes > kOpenedBytesAtMost) refuse_content("opened-bytes");
  // Each row takes a comma and a line end at least.
  if (header.opened_bytes < kSeedBytes || header.rows > (header.opened_bytes - kSeedBytes) / 2) {
    refuse_content("rows");
  }
  if (header.rows_refused > kRowsRefusedAtMost) refuse_content("rows-refused");
  if (header.frame_bytes > kOpenedBytesAtMost + kFrameOverheadBytesAtMost) refuse_content("frame-bytes");
  return header;
}

const PackageHeader& ContentSource::header() {
  if (header_) return *header_;
  std::array<std::uint8_t, kHeaderBytes> bytes{};
  std::size_t got = 0;
  while (got < bytes.size()) {
    const std::size_t more = content_.read(std::span(bytes).subspan(got));
    if (more == 0) refuse_content("cut");
    got += more;
  }
  header_ = parse_header(bytes);
  left_ = header_->frame_bytes;
  return *header_;
}

std::size_t ContentSource::read(std::span<std::uint8_t> out) {
  (void)header();
  if (out.empty() || ended_) return 0;
  if (left_ == 0) {
    require_padding();
    ended_ = true;
    return 0;
  }
  const std::size_t got =
      content_.read(out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_))));
  if (got == 0) refuse_content("cut");
  left_ -= got;
  return got;
}

void ContentSource::require_padding() {
  const std::uint64_t used = kHeaderBytes + header_->frame_bytes;
  std::uint64_t due = padded_bytes(used) - used;
  base::Bytes zeros(kPiece);
  while (const std::size_t got = content_.read(zeros)) {
    if (got > due) refuse_content("padding-size");
    due -= got;
    if (std::ranges::any_of(std::span(zeros).first(got), [](std::uint8_t byte) { return byte != 0; })) {
      refuse_content("padding-zeros");
    }
  }
  if (due > 0) refuse_content("padding-size");
}

}  // namespace candour::submission
