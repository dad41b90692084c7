#include "candour/node/kept_commitment.h"

#include <algorithm>

#include "candour/statement/salted.h"

namespace candour::node {
namespace {

/// A table of a national hub has some hundred thousand files in a year, a line each.
constexpr std::uint64_t kKeptAtMostBytes = std::uint64_t{256} << 20;

base::Digest commitment_of(std::string_view kept) {
  statement::Salt salt{};
  std::ranges::copy(base::as_bytes(kept.substr(0, salt.size())), salt.begin());
  return statement::commit_digest(salt, base::sha256(base::as_bytes(kept.substr(salt.size()))));
}

}  // namespace

base::Digest keep_commitment(base::Disk& disk, base::Random& random, const std::filesystem::path& path,
                             std::string_view text) {
  if (!disk.exists(path)) {
    disk.store_new(path, std::string(base::as_text(statement::random_salt(random))).append(text));
  }
  disk.settle(path);
  return commitment_of(base::load_text(disk, path, kKeptAtMostBytes));
}

bool opens(const base::Digest& commitment, std::string_view kept) {
  return kept.size() >= statement::Salt{}.size() && commitment_of(kept) == commitment;
}

}  // namespace candour::node
