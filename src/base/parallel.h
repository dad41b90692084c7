// Work over many things on a few threads.
#pragma once

#include <cstddef>
#include <functional>

namespace candour::base {

/// Calls `work(i)` for i in [0, count), on `threads` threads, each i once, in no fixed order. The first
/// exception stops the handing out of more and is thrown again here when every thread has ended.
void for_each_on_threads(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace candour::base
