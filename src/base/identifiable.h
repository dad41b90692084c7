// Identifiable<T>: a value that says whose record it is (an NHS number, a name, a whole source row).
//
// It cannot be printed, logged, serialised, compared or copied by accident: it has no conversion and no
// stream operator, and tests/misuse holds programs that try and must not compile. `reveal()` is the only way
// in, and tools/reveal.txt lists the files that may call it (tools/check refuses any other). It is wiped when
// destroyed, through `wipe(T&)` found beside T.
#pragma once

#include <type_traits>
#include <utility>

#include "candour/base/bytes.h"

namespace candour::base {

template <typename T>
class Identifiable {
 public:
  Identifiable()
    requires std::is_default_constructible_v<T>
  = default;
  explicit Identifiable(T value) : value_(std::move(value)) {}
  ~Identifiable() { wipe(value_); }
  Identifiable(Identifiable&& other) noexcept : value_(std::move(other.value_)) {}
  Identifiable& operator=(Identifiable&& other) noexcept {
    if (this != &other) {
      wipe(value_);
      value_ = std::move(other.value_);
    }
    return *this;
  }
  Identifiable(const Identifiable&) = delete;
  Identifiable& operator=(const Identifiable&) = delete;

  /// The value itself. Only files listed in tools/reveal.txt may call this.
  [[nodiscard]] const T& reveal() const { return value_; }
  [[nodiscard]] T& reveal() { return value_; }

 private:
  T value_;
};

}  // namespace candour::base
