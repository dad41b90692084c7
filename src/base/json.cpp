#include "candour/base/json.h"

#include <limits>

#include "candour/base/error.h"

namespace candour::base {
namespace {

enum class Layout { kIndented, kLine };

void put_text(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out.push_back(kDigits[byte >> 4]);
          out.push_back(kDigits[byte & 0x0f]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

class Writer {
 public:
  Writer(Layout layout, std::string& out) : layout_(layout), out_(out) {}

  void put(const Json& value) {
    if (value.is_null()) {
      out_ += "null";
    } else if (const bool* flag = value.boolean()) {
      out_ += *flag ? "true" : "false";
    } else if (const std::int64_t* number = value.integer()) {
      out_ += std::to_string(*number);
    } else if (const std::string* text = value.text()) {
      put_text(*text, out_);
    } else if (const Json::Array* array = value.array()) {
      put_array(*array);
    } else {
      put_object(*value.object());
    }
  }

 private:
  void put_array(const Json::Array& array) {
    out_.push_back('[');
    ++depth_;
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_.push_back(',');
      new_line();
      put(array[i]);
    }
    --depth_;
    if (!array.empty()) new_line();
    out_.push_back(']');
  }

  void put_object(const Json::Object& object) {
    out_.push_back('{');
    ++depth_;
    for (std::size_t i = 0; i < object.size(); ++i) {
      if (i > 0) out_.push_back(',');
      new_line();
      put_text(object[i].first, out_);
      out_ += layout_ == Layout::kIndented ? ": " : ":";
      put(object[i].second);
    }
    --depth_;
    if (!object.empty()) new_line();
    out_.push_back('}');
  }

  void new_line() {
    if (layout_ == Layout::kLine) return;
    out_.push_back('\n');
    out_.append(2 * depth_, ' ');
  }

  Layout layout_;
  std::string& out_;
  std::size_t depth_ = 0;
};

}  // namespace

Json::Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {
  CANDOUR_CHECK(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string write_json(const Json& value) {
  std::string out;
  Writer(Layout::kIndented, out).put(value);
  out.push_back('\n');
  return out;
}

std::string write_json_line(const Json& value) {
  std::string out;
  Writer(Layout::kLine, out).put(value);
  return out;
}

}  // namespace candour::base
