// The charts of a release, drawn from its framed tables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "candour/collection/release_spec.h"
#include "candour/page/table_html.h"
#include "candour/release/release.h"

namespace candour::release {

/// A chart with the table that has its figures. A ranking in which nobody has any is not drawn: it has no
/// SVG.
struct DrawnChart {
  std::string name, title, description;
  std::string wide_svg, narrow_svg;
  page::DataTable figures;
};

/// Draws each chart that the table declares. Errors: CND-1708.
[[nodiscard]] std::vector<DrawnChart> draw_charts(const collection::ReleaseTable& table,
                                                  const table::Relation& framed, const ReleaseInputs& inputs);

/// "R1H BARTS HEALTH NHS TRUST", or the code alone where there is no name.
[[nodiscard]] std::string submitter_text(const std::vector<Submitter>& submitters, std::string_view code);
/// A value of a dimension as people read it: "R1H BARTS HEALTH NHS TRUST", "General Surgery Service (C_100)".
[[nodiscard]] std::string value_text(const collection::FrameDimension& dimension, const ReleaseInputs& inputs,
                                     std::string_view value);

}  // namespace candour::release
