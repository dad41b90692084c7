// Misuses of the types that keep a patient's data in its place. As it stands this file compiles: every
// function has the right form. With -DMISUSE_x (CMakeLists.txt), one function takes its wrong form, and must
// not compile.
#include <filesystem>
#include <ostream>
#include <string>

#include "candour/base/error.h"
#include "candour/base/identifiable.h"
#include "candour/base/json.h"

namespace candour {

using Name = base::Identifiable<std::string>;

void print(std::ostream& out, const Name& name) {
#ifdef MISUSE_IDENTIFIABLE_PRINTED
  out << name;
#else
  out << name.reveal();
#endif
}

Name take(Name& name) {
#ifdef MISUSE_IDENTIFIABLE_COPIED
  Name taken(name);
#else
  Name taken(std::move(name));
#endif
  return taken;
}

void assign(Name& to, Name& from) {
#ifdef MISUSE_IDENTIFIABLE_ASSIGNED
  to = from;
#else
  to = std::move(from);
#endif
}

bool same(const Name& left, const Name& right) {
#ifdef MISUSE_IDENTIFIABLE_COMPARED
  return left == right;
#else
  return left.reveal() == right.reveal();
#endif
}

bool before(const Name& left, const Name& right) {
#ifdef MISUSE_IDENTIFIABLE_ORDERED
  return left < right;
#else
  return left.reveal() < right.reveal();
#endif
}

std::string text_of(const Name& name) {
#ifdef MISUSE_IDENTIFIABLE_CONVERTED
  std::string text = name;
#else
  std::string text = name.reveal();
#endif
  return text;
}

Name name_of(std::string text) {
#ifdef MISUSE_IDENTIFIABLE_MADE_SILENTLY
  return text;
#else
  return Name(std::move(text));
#endif
}

void refuse_row([[maybe_unused]] const Name& name, [[maybe_unused]] std::int64_t line) {
#ifdef MISUSE_IDENTIFIABLE_IN_ERROR
  throw base::Error("CND-1001", "A row is refused.").with("line", name);
#else
  throw base::Error("CND-1001", "A row is refused.").with("line", line);
#endif
}

base::Json report([[maybe_unused]] const Name& name, [[maybe_unused]] std::int64_t line) {
#ifdef MISUSE_IDENTIFIABLE_IN_JSON
  base::Json json = name;
#else
  base::Json json = line;
#endif
  return json;
}

// A std::string converts to a path by itself: without a guard, a value of a row would become a field "path".
void refuse_file(const std::string& text) {
#ifdef MISUSE_TEXT_IN_ERROR
  throw base::Error("CND-1001", "A file cannot be read.").with("path", text);
#else
  throw base::Error("CND-1001", "A file cannot be read.").with("path", std::filesystem::path(text));
#endif
}

void refuse_with([[maybe_unused]] const std::string& text) {
#ifdef MISUSE_TEXT_AS_LITERAL
  throw base::Error("CND-1001", text);
#else
  throw base::Error("CND-1001", "A file cannot be read.");
#endif
}

void refuse_column(const std::string& column) {
#ifdef MISUSE_TEXT_AS_LABEL
  base::Label label = column;
#else
  base::Label label(column);
#endif
  throw base::Error("CND-1001", "A column is unknown.").with("column", label);
}

base::ErrorCode code() {
#if defined(MISUSE_CODE_WITH_LETTERS)
  return "CND-10x1";
#elif defined(MISUSE_CODE_TOO_SHORT)
  return "CND-101";
#elif defined(MISUSE_CODE_OF_ANOTHER_CATALOGUE)
  return "ABC-1001";
#else
  return "CND-1001";
#endif
}

}  // namespace candour
