// Error: the one exception type, for failures that end an operation.
//
// It holds a code of the catalogue (docs/reference/errors/CND-nnnn.md has its cause and remedy), a message
// that is a literal, and typed fields that say where. Because the text is a literal, and no identifiable
// type converts to a field, an error cannot carry a patient's data. Outcomes that a caller must weigh
// (problems of a row, differences of a comparison) are values, not errors.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace candour::base {

/// A text that is a literal of our own source: nothing that was read can become one.
class Literal {
 public:
  template <std::size_t N>
  consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: implicit on purpose
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

/// A code of the error catalogue: "CND-" and four digits. A wrong form does not compile.
class ErrorCode {
 public:
  consteval ErrorCode(const char (&text)[9]) : text_(text, 8) {  // NOLINT: implicit on purpose
    if (text_.substr(0, 4) != "CND-") throw "an error code begins with CND-";
    for (char digit : text_.substr(4)) {
      if (digit < '0' || digit > '9') throw "an error code ends with four digits";
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return text_; }
  friend constexpr bool operator==(ErrorCode a, ErrorCode b) { return a.text_ == b.text_; }

 private:
  std::string_view text_;
};

/// A name that comes from a declaration, an argument or a file's header, never from a row: a collection, a
/// field, a rule, a column, an organisation. Explicit, so that a value of a row does not become one by
/// accident.
class Label {
 public:
  explicit Label(std::string_view text) : text_(text) {}
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Error : public std::exception {
 public:
  using Value = std::variant<std::filesystem::path, std::int64_t, std::string>;
  struct Field {
    std::string_view name;
    Value value;
  };

  Error(ErrorCode code, Literal message) : code_(code), message_(message) {}

  /// Adds a field: a path, a count (line, row, index, limit) or a Label. Returns itself, so that a throw
  /// expression reads `throw Error("CND-1104", "…").with("path", path).with("column", Label(name))`.
  /// A path must be a path already: a text would otherwise turn into one by itself, and with it any value.
  Error&& with(Literal name, const std::same_as<std::filesystem::path> auto& path) && {
    fields_.push_back({name.view(), path});
    return std::move(*this);
  }
  Error&& with(Literal name, std::integral auto number) && {
    fields_.push_back({name.view(), static_cast<std::int64_t>(number)});
    return std::move(*this);
  }
  Error&& with(Literal name, const Label& label) && {
    fields_.push_back({name.view(), label.text()});
    return std::move(*this);
  }

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] std::string_view message() const { return message_.view(); }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.view().data(); }

 private:
  ErrorCode code_;
  Literal message_;
  std::vector<Field> fields_;
};

/// Gives the error as people read it: what failed (code and message), where (the fields), what to do (the
/// remedy of the catalogue and `candour explain CODE`). Three lines (two where there is no field), no
/// trailing newline; control characters of a path or label are shown as `?`, so that none acts on a terminal.
[[nodiscard]] std::string describe(const Error& error);

/// Stops the process with the place. For broken invariants of our own; input can never reach one.
[[noreturn]] void fail_check(std::string_view condition, std::string_view file, int line);

}  // namespace candour::base

/// An invariant of our own. Always on: a process that is wrong about itself must not go on writing.
#define CANDOUR_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::candour::base::fail_check(#condition, __FILE__, __LINE__))
