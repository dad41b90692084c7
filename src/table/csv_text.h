// Text of CSV fields: one decision a file, UTF-8 or Windows-1252, made at the first field that is not ASCII.
//
// A field that is valid UTF-8 makes the file UTF-8 and later fields must be; otherwise the file is
// Windows-1252, where five bytes (81 8D 8F 90 9D) have no character. A byte-order mark settles it. The
// decision needs no second pass over a file of any size, and is the same each time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candour::table {

enum class Encoding { kAscii, kUtf8, kWindows1252 };

class TextDecoder {
 public:
  explicit TextDecoder(Encoding known = Encoding::kAscii) : encoding_(known) {}
  /// What the file has shown so far: kAscii until a field decides.
  [[nodiscard]] Encoding encoding() const { return encoding_; }
  /// The field as UTF-8: a view of `bytes` itself or of `storage`; nothing where the bytes are not text in
  /// the file's encoding.
  [[nodiscard]] std::optional<std::string_view> decode(std::string_view bytes, std::string& storage);

 private:
  Encoding encoding_;
};

}  // namespace candour::table
