// Templates: files of src/page/templates, compiled in, filled from a tree of values.
//
// A template is ctemplate's language, always with HTML auto-escaping (text, attributes, URLs each in their
// own way):
//   {{NAME}}            a text, escaped for the place where it stands
//   {{NAME:x-html}}     an Html value, as it is; between tags only, never in an attribute
//   {{#LIST}}…{{/LIST}} once for each element of a list; or shown or hidden
// A name is looked up in the innermost section first, then outwards. Other modifiers ({{NAME:none}} above
// all) and includes are refused. A name that the values do not have is an error and not an empty string: a
// page with a hole must not be published.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "candour/page/html.h"

namespace candour::page {

enum class Section { kHidden, kShown };

/// What a template is filled with: names to texts, Html, sections and lists.
class Values {
 public:
  using List = std::vector<Values>;
  using Value = std::variant<std::string, Html, Section, List>;

  /// Each returns itself, so that values are built in one expression. A name that is set again is replaced.
  Values& set(std::string_view name, std::string_view text);
  Values& set(std::string_view name, Html html);
  Values& set(std::string_view name, Section section);
  Values& set(std::string_view name, List list);
  /// A text, and the section of the same name with "HAS_" before it: shown where the text is not empty.
  Values& set_optional(std::string_view name, std::string_view text);

  /// The value, or nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

/// Fills the template src/page/templates/NAME.html. Errors: CND-1950 (no such template), CND-1951 (the
/// template is not well-formed or uses what is refused), CND-1952 (a name that the values do not have, or
/// that has another kind there); the fields name template and name.
[[nodiscard]] Html fill(std::string_view name, const Values& values);

/// Fills a template that is given as text, `name` being for errors. Errors: CND-1951, CND-1952.
[[nodiscard]] Html fill_text(std::string_view name, std::string_view text, const Values& values);

}  // namespace candour::page
