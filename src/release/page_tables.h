// The tables on a release's page: fewer rows and columns than the CSV, and each says where the others are.
#pragma once

#include <cstdint>
#include <string>

#include "candour/page/html.h"
#include "candour/release/pages.h"

namespace candour::release {

/// "provider and treatment function": what the rows of a table are told apart by.
[[nodiscard]] std::string dimensions_in_words(const collection::ReleaseTable& table);

/// "812 bytes", "2,946 kB".
[[nodiscard]] std::string bytes_text(std::uint64_t size_bytes);

/// The rows and columns that the declaration puts on the page; for each dimension that it holds fixed, the
/// sums over everything else by that dimension's codes; and the notes.
[[nodiscard]] page::Html page_tables(const ReleasedTable& table, const ReleaseInputs& inputs);

}  // namespace candour::release
