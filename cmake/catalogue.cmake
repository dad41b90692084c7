# Writes the pages of the error catalogue into one source file (src/base/catalogue.h says what for).
file(GLOB pages ${PAGES}/CND-*.md)
list(SORT pages)
set(entries "")
foreach(page IN LISTS pages)
  file(READ ${page} text)
  string(REGEX MATCH "^# (CND-[0-9]+): ([^\n]+)\n" head "${text}")
  if(NOT head)
    message(FATAL_ERROR "${page}: the first line is not '# CND-nnnn: title'")
  endif()
  set(code ${CMAKE_MATCH_1})
  set(title "${CMAKE_MATCH_2}")
  # What a raw string literal cannot hold: compilers must take 65,536 characters and no more.
  string(LENGTH "${text}" length)
  string(FIND "${text}" ")~~\"" closing)
  if(length GREATER 65000 OR NOT closing EQUAL -1)
    message(FATAL_ERROR "${page}: the page has over 65,000 bytes or the characters )~~\"")
  endif()
  string(REGEX MATCH "\n## Remedy\n\n([^\n]+(\n[^\n]+)*)" found "${text}")
  if(NOT found)
    message(FATAL_ERROR "${page}: there is no '## Remedy' paragraph")
  endif()
  string(REPLACE "\n" " " remedy "${CMAKE_MATCH_1}")
  string(APPEND entries "    {\"${code}\", R\"~~(${title})~~\", R\"~~(${remedy})~~\", R\"~~(${text})~~\"},\n")
endforeach()
file(WRITE ${OUT} "// Written by cmake/catalogue.cmake from docs/reference/errors.
#include \"candour/base/catalogue.h\"

namespace candour::base {
namespace {
constexpr CataloguePage kPages[] = {
${entries}};
}  // namespace
std::span<const CataloguePage> catalogue() { return kPages; }
}  // namespace candour::base
")
