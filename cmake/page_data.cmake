# Writes the templates of src/page/templates and the style sheet into one source file (src/page/assets.h says what for).
file(GLOB files ${TEMPLATES}/*.html)
list(SORT files)
set(entries "")
foreach(path IN LISTS files)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND entries "    {\"${name}\", R\"~~(${text})~~\"},\n")
endforeach()
file(READ ${STYLE_SHEET} style)
file(WRITE ${OUT} "// Written by cmake/page_data.cmake from src/page/templates and the style sheet of build/parts/site.
#include \"candour/page/assets.h\"

namespace candour::page {
namespace {
constexpr Asset kTemplates[] = {
${entries}};
constexpr std::string_view kStyleSheet = R\"~~(${style})~~\";
}  // namespace
std::span<const Asset> templates() { return kTemplates; }
std::string_view style_sheet() { return kStyleSheet; }
}  // namespace candour::page
")
