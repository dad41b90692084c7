// parse_json over Boost.JSON's event parser. Its own document type is not used: it keeps the last of two
// equal keys in silence, and what two readers understand differently must not pass.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <unordered_set>

#include "candour/base/error.h"
#include "candour/base/json.h"

namespace candour::base {
namespace {

// Builds a Json from the parser's events. A false return stops the parser; `ec` says why.
class Builder {
 public:
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  using Code = boost::json::error_code;
  using View = boost::json::string_view;

  [[nodiscard]] Json take() { return std::move(root_); }
  [[nodiscard]] bool found_duplicate_key() const { return duplicate_key_; }
  [[nodiscard]] bool found_no_integer() const { return no_integer_; }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code&) { return begin(Json::Array{}); }
  bool on_array_end(std::size_t, Code&) { return end(); }
  bool on_object_begin(Code&) { return begin(Json::Object{}); }
  bool on_object_end(std::size_t, Code&) { return end(); }
  bool on_string_part(View part, std::size_t, Code&) { return collect(part); }
  bool on_string(View last, std::size_t, Code&) {
    collect(last);
    return put(Json(std::exchange(text_, {})));
  }
  bool on_key_part(View part, std::size_t, Code&) { return collect(part); }
  bool on_key(View last, std::size_t, Code& ec) {
    collect(last);
    Frame& frame = open_.back();
    if (!frame.keys.insert(text_).second) {
      duplicate_key_ = true;
      ec = boost::json::error::exception;
      return false;
    }
    frame.key = std::exchange(text_, {});
    return true;
  }
  bool on_number_part(View, Code&) { return true; }
  bool on_int64(std::int64_t number, View, Code&) { return put(Json(number)); }
  bool on_uint64(std::uint64_t, View, Code& ec) { return refuse_number(ec); }
  bool on_double(double, View, Code& ec) { return refuse_number(ec); }
  bool on_bool(bool flag, Code&) { return put(Json(flag)); }
  bool on_null(Code&) { return put(Json(nullptr)); }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }

 private:
  struct Frame {
    std::variant<Json::Array, Json::Object> value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool collect(View part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool refuse_number(Code& ec) {
    no_integer_ = true;
    ec = boost::json::error::exception;
    return false;
  }
  template <typename Container>
  bool begin(Container container) {
    open_.push_back({std::move(container), {}, {}});
    return true;
  }
  bool end() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    return std::visit([this](auto& value) { return put(Json(std::move(value))); }, frame.value);
  }
  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<Json::Array>(&open_.back().value)) {
      array->push_back(std::move(value));
    } else {
      std::get<Json::Object>(open_.back().value).emplace_back(std::move(open_.back().key), std::move(value));
    }
    return true;
  }

  Json root_;
  std::vector<Frame> open_;
  std::string text_;
  bool duplicate_key_ = false;
  bool no_integer_ = false;
};

}  // namespace

Json parse_json(std::string_view text, std::size_t max_depth) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<Builder> parser(options);
  boost::json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().found_duplicate_key()) {
    throw Error("CND-1008", "A key stands twice in one JSON object.").with("offset", used);
  }
  if (parser.handler().found_no_integer()) {
    throw Error("CND-1008", "A JSON number is not an integer of 64 bits with sign.").with("offset", used);
  }
  if (error == boost::json::error::too_deep) {
    throw Error("CND-1008", "The JSON text is nested too deep.")
        .with("levels", max_depth)
        .with("offset", used);
  }
  if (error || !parser.done()) throw Error("CND-1008", "The text is not JSON.").with("offset", used);
  if (used != text.size()) {
    throw Error("CND-1008", "Something stands after the end of the JSON text.").with("offset", used);
  }
  return parser.handler().take();
}

}  // namespace candour::base
