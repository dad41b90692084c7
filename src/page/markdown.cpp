#include "candour/page/markdown.h"

#include <md4c.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/error.h"

namespace candour::page {
namespace {

constexpr std::size_t kMarkdownAtMostBytes = std::size_t{1} << 20;
constexpr std::string_view kHeadingClasses[] = {"nhsuk-heading-xl", "nhsuk-heading-l",  "nhsuk-heading-m",
                                                "nhsuk-heading-s",  "nhsuk-heading-xs", "nhsuk-heading-xxs"};

// An address as written, or nothing where it holds an entity other than `&amp;`: a browser would read the
// entity after we had judged the address ("javascript&#58;…").
std::optional<std::string> address_of(const MD_ATTRIBUTE& attribute) {
  std::string address;
  for (std::size_t part = 0; attribute.size > 0 && attribute.substr_offsets[part] < attribute.size; ++part) {
    const MD_OFFSET from = attribute.substr_offsets[part];
    const std::string_view text(attribute.text + from, attribute.substr_offsets[part + 1] - from);
    if (attribute.substr_types[part] == MD_TEXT_NORMAL) {
      address += text;
    } else if (text == "&amp;") {
      address += '&';
    } else {
      return std::nullopt;
    }
  }
  return address;
}

// Writes HTML while md4c walks the text.
class Writer {
 public:
  explicit Writer(int heading_shift) : heading_shift_(heading_shift) {}
  [[nodiscard]] std::string take() { return std::move(html_); }

  void enter_block(MD_BLOCKTYPE type, const void* detail) {
    switch (type) {
      case MD_BLOCK_QUOTE:
        html_ += "<blockquote class=\"nhsuk-inset-text\">\n";
        break;
      case MD_BLOCK_UL:
        html_ += "<ul class=\"nhsuk-list nhsuk-list--bullet\">\n";
        break;
      case MD_BLOCK_OL:
        open_numbered(*static_cast<const MD_BLOCK_OL_DETAIL*>(detail));
        break;
      case MD_BLOCK_LI:
        html_ += "<li>";
        break;
      case MD_BLOCK_HR:
        html_ += "<hr class=\"nhsuk-section-break nhsuk-section-break--m nhsuk-section-break--visible\">\n";
        break;
      case MD_BLOCK_H: {
        const std::size_t level = heading_level(detail);
        html_ += "<h" + std::to_string(level) + " class=\"";
        html_ += kHeadingClasses[level - 1];
        html_ += "\">";
        break;
      }
      case MD_BLOCK_CODE:
        html_ += "<pre class=\"candour-code\" tabindex=\"0\"><code>";
        break;
      case MD_BLOCK_P:
        html_ += "<p>";
        break;
      default:
        enter_table_block(type, detail);
    }
  }

  void leave_block(MD_BLOCKTYPE type, const void* detail) {
    switch (type) {
      case MD_BLOCK_QUOTE:
        html_ += "</blockquote>\n";
        break;
      case MD_BLOCK_UL:
        html_ += "</ul>\n";
        break;
      case MD_BLOCK_OL:
        html_ += "</ol>\n";
        break;
      case MD_BLOCK_LI:
        html_ += "</li>\n";
        break;
      case MD_BLOCK_H:
        html_ += "</h" + std::to_string(heading_level(detail)) + ">\n";
        break;
      case MD_BLOCK_CODE:
        html_ += "</code></pre>\n";
        break;
      case MD_BLOCK_P:
        html_ += "</p>\n";
        break;
      default:
        leave_table_block(type);
    }
  }

  void enter_span(MD_SPANTYPE type, const void* detail) {
    // An image's text may hold more spans; only its letters belong into the alternative text.
    if (type == MD_SPAN_IMG) {
      if (image_depth_++ == 0) open_image(address_of(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src));
      return;
    }
    if (image_depth_ > 0) return;
    if (type == MD_SPAN_A) {
      open_link(address_of(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href));
    } else {
      html_ += "<";
      html_ += tag_of(type);
      html_ += ">";
    }
  }

  void leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_IMG) {
      if (--image_depth_ == 0) html_ += image_close_;
      return;
    }
    if (image_depth_ > 0) return;
    html_ += "</";
    html_ += type == MD_SPAN_A ? (links_.back() ? "a" : "span") : tag_of(type);
    html_ += ">";
    if (type == MD_SPAN_A) links_.pop_back();
  }

  void text(MD_TEXTTYPE type, std::string_view text) {
    switch (type) {
      case MD_TEXT_NULLCHAR:
        html_ += "\xEF\xBF\xBD";
        break;
      case MD_TEXT_BR:
        html_ += image_depth_ > 0 ? " " : "<br>\n";
        break;
      case MD_TEXT_SOFTBR:
        html_ += '\n';
        break;
      case MD_TEXT_ENTITY:
        html_ += text;  // md4c found that it is an entity: '&', letters and digits, ';'
        break;
      default:
        html_ += escape_html(text);
    }
  }

 private:
  static std::string_view tag_of(MD_SPANTYPE type) {
    if (type == MD_SPAN_STRONG) return "strong";
    return type == MD_SPAN_CODE ? "code" : "em";
  }

  [[nodiscard]] std::size_t heading_level(const void* detail) const {
    const auto level = static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level;
    return std::min<std::size_t>(level + static_cast<std::size_t>(heading_shift_), 6);
  }

  void open_numbered(const MD_BLOCK_OL_DETAIL& detail) {
    html_ += "<ol class=\"nhsuk-list nhsuk-list--number\"";
    if (detail.start != 1) html_ += " start=\"" + std::to_string(detail.start) + "\"";
    html_ += ">\n";
  }

  void open_link(const std::optional<std::string>& address) {
    const bool leads = address && is_safe_address(*address);
    links_.push_back(leads);
    html_ += leads ? "<a class=\"nhsuk-link\" href=\"" + escape_html(*address) + "\">" : "<span>";
  }

  void open_image(const std::optional<std::string>& address) {
    const bool loads = address && is_relative_address(*address);
    html_ +=
        loads ? "<img class=\"nhsuk-image__img\" src=\"" + escape_html(*address) + "\" alt=\"" : "<span>";
    image_close_ = loads ? "\">" : "</span>";
  }

  void enter_table_block(MD_BLOCKTYPE type, const void* detail) {
    switch (type) {
      case MD_BLOCK_TABLE:
        html_ +=
            "<div class=\"candour-scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">\n<table "
            "class=\"nhsuk-table\">\n";
        break;
      case MD_BLOCK_THEAD:
        html_ += "<thead class=\"nhsuk-table__head\">\n";
        break;
      case MD_BLOCK_TBODY:
        html_ += "<tbody class=\"nhsuk-table__body\">\n";
        break;
      case MD_BLOCK_TR:
        html_ += "<tr class=\"nhsuk-table__row\">";
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        open_cell(type == MD_BLOCK_TH, static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align);
        break;
      default:
        break;  // the document itself; raw HTML, which the parser's flags turn into text
    }
  }

  void open_cell(bool is_heading, MD_ALIGN align) {
    const std::string part = is_heading ? "header" : "cell";
    html_ += is_heading ? "<th scope=\"col\" class=\"nhsuk-table__" : "<td class=\"nhsuk-table__";
    html_ += part;
    if (align == MD_ALIGN_RIGHT) html_ += " nhsuk-table__" + part + "--numeric";
    html_ += "\">";
  }

  void leave_table_block(MD_BLOCKTYPE type) {
    switch (type) {
      case MD_BLOCK_TABLE:
        html_ += "</table>\n</div>\n";
        break;
      case MD_BLOCK_THEAD:
        html_ += "</thead>\n";
        break;
      case MD_BLOCK_TBODY:
        html_ += "</tbody>\n";
        break;
      case MD_BLOCK_TR:
        html_ += "</tr>\n";
        break;
      case MD_BLOCK_TH:
        html_ += "</th>";
        break;
      case MD_BLOCK_TD:
        html_ += "</td>";
        break;
      default:
        break;
    }
  }

  int heading_shift_;
  std::string html_;
  std::vector<bool> links_;  // of the open links, whether each leads anywhere
  int image_depth_ = 0;
  std::string image_close_;
};

MD_PARSER parser() {
  MD_PARSER callbacks = {};
  callbacks.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML;
  callbacks.enter_block = [](MD_BLOCKTYPE type, void* detail, void* writer) {
    static_cast<Writer*>(writer)->enter_block(type, detail);
    return 0;
  };
  callbacks.leave_block = [](MD_BLOCKTYPE type, void* detail, void* writer) {
    static_cast<Writer*>(writer)->leave_block(type, detail);
    return 0;
  };
  callbacks.enter_span = [](MD_SPANTYPE type, void* detail, void* writer) {
    static_cast<Writer*>(writer)->enter_span(type, detail);
    return 0;
  };
  callbacks.leave_span = [](MD_SPANTYPE type, void*, void* writer) {
    static_cast<Writer*>(writer)->leave_span(type);
    return 0;
  };
  callbacks.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* writer) {
    static_cast<Writer*>(writer)->text(type, {text, size});
    return 0;
  };
  return callbacks;
}

}  // namespace

Html render_markdown(std::string_view markdown, int heading_shift) {
  CANDOUR_CHECK(heading_shift >= 0 && heading_shift <= 5);
  if (markdown.size() > kMarkdownAtMostBytes) {
    throw base::Error("CND-1953", "A Markdown text is larger than it may be.")
        .with("bytes", markdown.size())
        .with("limit", kMarkdownAtMostBytes);
  }
  Writer writer(heading_shift);
  const MD_PARSER callbacks = parser();
  const int failed = md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &callbacks, &writer);
  CANDOUR_CHECK(failed == 0);  // only a callback can make it fail, or memory
  return Html::unescaped(writer.take());
}

}  // namespace candour::page
