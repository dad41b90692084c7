// The tokens of a slice's rows, in memory alone: they are in no file of the provider's but the sealed
// package.
#pragma once

#include <optional>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/submission/package_format.h"

namespace candour::submission {

/// One for each row, in the rows' order; none where the row has no valid NHS number. Wiped when they go.
class Tokens {
 public:
  Tokens() = default;
  ~Tokens() { wipe_all(); }
  Tokens(Tokens&&) noexcept = default;
  Tokens& operator=(Tokens&& other) noexcept {
    if (this != &other) {
      wipe_all();
      tokens_ = std::move(other.tokens_);
    }
    return *this;
  }
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  /// For so many rows, all without a token. A vector that grew would leave tokens behind.
  explicit Tokens(std::size_t rows) : tokens_(rows) {}
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] std::optional<Token>& operator[](std::size_t row) { return tokens_[row]; }
  [[nodiscard]] const std::optional<Token>& operator[](std::size_t row) const { return tokens_[row]; }

 private:
  void wipe_all() {
    for (std::optional<Token>& token : tokens_) {
      if (token) base::wipe(token->data(), token->size());
    }
  }
  std::vector<std::optional<Token>> tokens_;
};

}  // namespace candour::submission
