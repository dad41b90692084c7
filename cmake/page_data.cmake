# Writes the templates of src/page/templates, the style sheet and the verifier into one source file (src/page/assets.h
# says what for).
file(GLOB files ${TEMPLATES}/*.html)
list(SORT files)
set(entries "")
foreach(path IN LISTS files)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND entries "    {\"${name}\", R\"~~(${text})~~\"},\n")
endforeach()
file(READ ${STYLE_SHEET} style)
file(READ ${VERIFIER} verifier)
foreach(text IN ITEMS style verifier)
  string(FIND "${${text}}" ")~~\"" closing)
  if(NOT closing EQUAL -1)
    message(FATAL_ERROR "the ${text} has the characters )~~\", which end a raw string")
  endif()
endforeach()
file(WRITE ${OUT} "// Written by cmake/page_data.cmake from src/page/templates and what tools/setup made in build/parts/site.
#include \"candour/page/assets.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace candour::page {
namespace {
constexpr Asset kTemplates[] = {
${entries}};
constexpr std::string_view kStyleSheet = R\"~~(${style})~~\";
constexpr std::string_view kVerifier = R\"~~(${verifier})~~\";
}  // namespace
std::span<const Asset> templates() { return kTemplates; }
std::string_view style_sheet() { return kStyleSheet; }
std::string_view verifier_page() { return kVerifier; }
}  // namespace candour::page
")
