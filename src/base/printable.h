// Texts from outside (a file's name, a cell, a title) as they may be put on a terminal, into a log or a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace candour::base {

/// The text in UTF-8, with ? for each control character (C0, DEL, C1, bidirectional: they could rewrite the
/// screen or the line that they stand in) and each byte that is no UTF-8. What is longer than `limit`
/// characters ends with an ellipsis.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace candour::base
