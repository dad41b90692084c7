#include "candour/base/stream.h"

#include <algorithm>

namespace candour::base {

std::size_t MemorySource::read(std::span<std::uint8_t> out) {
  const std::size_t take = std::min(out.size(), rest_.size());
  std::copy_n(rest_.begin(), take, out.begin());
  rest_ = rest_.subspan(take);
  return take;
}

}  // namespace candour::base
