// For tests of this module: a small collection in memory that uses every kind of declaration, and a way to
// ask what an action is refused with.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "candour/collection/declaration.h"

namespace candour::collection {

/// The files of tests/data/small-collection. As they are they make a collection that is accepted.
[[nodiscard]] FolderFiles small_collection();

/// The code of the Error that `action` throws, "" where it throws none.
[[nodiscard]] std::string code_of(const std::function<void()>& action);

/// The code with which small_collection() is refused when `old_text`, which `file` has once, is `new_text`.
[[nodiscard]] std::string code_when(const std::string& file, std::string_view old_text,
                                    std::string_view new_text);

}  // namespace candour::collection
