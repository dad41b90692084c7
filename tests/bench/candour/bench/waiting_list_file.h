// A waiting-list file of any size for the bench: rows of the first collection, one in a hundred of them
// refused for a reason that turns, one in ten thousand a repeated key. The same seed gives the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>

namespace candour::bench {

/// Writes rows until the file has `size_bytes` or a little more. Gives the number of rows.
std::uint64_t write_waiting_list(const std::filesystem::path& path, std::uint64_t size_bytes,
                                 std::uint64_t seed);

}  // namespace candour::bench
