#include "candour/page/template.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_enums.h>
#include <ctemplate/template_modifiers.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "candour/base/error.h"
#include "candour/base/sha256.h"
#include "candour/page/assets.h"

namespace candour::page {
namespace {

using base::Error;
using base::Label;

// The names that a template uses, by how it uses them. Read from its text before ctemplate sees it, because
// ctemplate tells a dictionary neither which modifier a variable has nor that it is about to miss one.
struct Names {
  std::set<std::string, std::less<>> html;
};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Whether `before`, the template up to a marker, ends between tags.
bool ends_between_tags(std::string_view before) {
  const std::size_t last = before.find_last_of("<>");
  return last == std::string_view::npos || before[last] == '>';
}

Names scan(std::string_view name, std::string_view text) {
  const auto refuse = [name](std::string_view marker) {
    return Error("CND-1951", "A template uses what templates may not use.")
        .with("template", Label(name))
        .with("marker", Label(marker));
  };
  constexpr std::string_view kHtml = ":x-html";
  Names names;
  std::set<std::string, std::less<>> texts;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) throw refuse(text.substr(at, 20));
    std::string_view marker = text.substr(at + 2, end - at - 2);
    const std::string_view before = text.substr(0, at);
    at = end + 2;
    if (marker.starts_with('!')) continue;
    if (marker.starts_with('#') || marker.starts_with('/')) {
      if (!is_name(marker.substr(1))) throw refuse(marker);
    } else if (marker.ends_with(kHtml)) {
      const std::string_view variable = marker.substr(0, marker.size() - kHtml.size());
      if (!is_name(variable) || !ends_between_tags(before)) throw refuse(marker);
      names.html.emplace(variable);
    } else {
      if (!is_name(marker)) throw refuse(marker);
      texts.emplace(marker);
    }
  }
  for (const std::string& both : names.html) {
    if (texts.contains(both)) throw refuse(both);
  }
  return names;
}

// What went wrong while a template was being filled. ctemplate is not written for exceptions that pass
// through it, so the first trouble is kept and thrown afterwards.
struct Filling {
  const Names& names;
  std::optional<std::string> missing;
  void note(std::string_view name) {
    if (!missing) missing = name;
  }
};

// One level of values, as ctemplate asks for them. Every question for a name that nobody set is noted.
class Scope final : public ctemplate::TemplateDictionaryInterface {
 public:
  Scope(const Values& values, const Scope* outer, Filling& filling)
      : values_(values), outer_(outer), filling_(filling) {}

  ctemplate::TemplateString GetValue(const ctemplate::TemplateString& variable) const override {
    const std::string_view name(variable.data(), variable.size());
    const Values::Value* value = find(name);
    if (value != nullptr) {
      const std::string* text = std::get_if<std::string>(value);
      if (const Html* html = std::get_if<Html>(value)) text = &html->text();
      if (text != nullptr && std::holds_alternative<Html>(*value) == filling_.names.html.contains(name)) {
        return {text->data(), text->size()};
      }
    }
    filling_.note(name);
    return "";
  }

  bool IsHiddenSection(const ctemplate::TemplateString& name) const override { return elements(name) == 0; }
  bool IsUnhiddenSection(const ctemplate::TemplateString& name) const override { return elements(name) != 0; }
  Iterator* CreateSectionIterator(const ctemplate::TemplateString& section) const override {
    return new Elements(*this, find({section.data(), section.size()}), elements(section));
  }

  bool IsHiddenTemplate(const ctemplate::TemplateString&) const override { return true; }
  const char* GetIncludeTemplateName(const ctemplate::TemplateString&, int) const override { return ""; }
  Iterator* CreateTemplateIterator(const ctemplate::TemplateString&) const override {
    return new Elements(*this, nullptr, 0);
  }
  void DumpToString(std::string*, int) const override {}

 private:
  // Walks a list; a section that is only shown is one element with no values of its own.
  class Elements final : public Iterator {
   public:
    Elements(const Scope& outer, const Values::Value* value, std::size_t count)
        : outer_(outer),
          list_(value == nullptr ? nullptr : std::get_if<Values::List>(value)),
          count_(count) {}
    bool HasNext() const override { return next_ < count_; }
    const TemplateDictionaryInterface& Next() override {
      static const Values kNone;
      current_ =
          std::make_unique<Scope>(list_ == nullptr ? kNone : (*list_)[next_], &outer_, outer_.filling_);
      ++next_;
      return *current_;
    }

   private:
    const Scope& outer_;
    const Values::List* list_;
    std::size_t count_;
    std::size_t next_ = 0;
    std::unique_ptr<Scope> current_;
  };

  const Values::Value* find(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
      if (const Values::Value* value = scope->values_.find(name)) return value;
    }
    return nullptr;
  }

  std::size_t elements(const ctemplate::TemplateString& section) const {
    const std::string_view name(section.data(), section.size());
    const Values::Value* value = find(name);
    if (value != nullptr) {
      if (const auto* shown = std::get_if<Section>(value)) return *shown == Section::kShown ? 1 : 0;
      if (const auto* list = std::get_if<Values::List>(value)) return list->size();
    }
    filling_.note(name);
    return 0;
  }

  const Values& values_;
  const Scope* outer_;
  Filling& filling_;
};

// Puts out what it is given: for Html, which is escaped already.
class AsItIs final : public ctemplate::TemplateModifier {
 public:
  void Modify(const char* in, std::size_t size, const ctemplate::PerExpandData*,
              ctemplate::ExpandEmitter* out, const std::string&) const override {
    out->Emit(in, size);
  }
};

// ctemplate's own state: built once, and used by one thread at a time (its library is the one without
// threads).
struct Engine {
  std::mutex mutex;
  AsItIs as_it_is;
  ctemplate::TemplateCache cache;
  std::set<std::string> known;
  Engine() { CANDOUR_CHECK(ctemplate::AddXssSafeModifier("x-html", &as_it_is)); }
};

Engine& engine() {
  static Engine instance;
  return instance;
}

}  // namespace

Values& Values::set(std::string_view name, std::string_view text) {
  values_.insert_or_assign(std::string(name), Value(std::string(text)));
  return *this;
}
Values& Values::set(std::string_view name, Html html) {
  values_.insert_or_assign(std::string(name), Value(std::move(html)));
  return *this;
}
Values& Values::set(std::string_view name, Section section) {
  values_.insert_or_assign(std::string(name), Value(section));
  return *this;
}
Values& Values::set(std::string_view name, List list) {
  values_.insert_or_assign(std::string(name), Value(std::move(list)));
  return *this;
}
Values& Values::set_optional(std::string_view name, std::string_view text) {
  set("HAS_" + std::string(name), text.empty() ? Section::kHidden : Section::kShown);
  return set(name, text);
}

const Values::Value* Values::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Html fill_text(std::string_view name, std::string_view text, const Values& values) {
  const Names names = scan(name, text);
  // By its content, so that two templates of one name cannot be taken for each other.
  const std::string key = base::to_hex(base::sha256(base::as_bytes(text)));
  Filling filling{.names = names, .missing = std::nullopt};
  const Scope scope(values, nullptr, filling);
  std::string filled;
  {
    Engine& shared = engine();
    const std::scoped_lock lock(shared.mutex);
    if (!shared.known.contains(key)) {
      const std::string escaping = "{{%AUTOESCAPE context=\"HTML\"}}" + std::string(text);
      if (!shared.cache.StringToTemplateCache(key, escaping, ctemplate::STRIP_BLANK_LINES)) {
        throw Error("CND-1951", "A template is not well-formed.").with("template", Label(name));
      }
      shared.known.insert(key);
    }
    ctemplate::PerExpandData none;
    if (!shared.cache.ExpandWithData(key, ctemplate::STRIP_BLANK_LINES, &scope, &none, &filled)) {
      throw Error("CND-1951", "A template could not be filled.").with("template", Label(name));
    }
  }
  if (filling.missing) {
    throw Error("CND-1952", "A template asks for a value that nobody gave, or that is of another kind.")
        .with("template", Label(name))
        .with("name", Label(*filling.missing));
  }
  return Html::unescaped(std::move(filled));
}

Html fill(std::string_view name, const Values& values) {
  for (const Asset& asset : templates()) {
    if (asset.name == name) return fill_text(name, asset.text, values);
  }
  throw Error("CND-1950", "There is no template of this name.").with("template", Label(name));
}

}  // namespace candour::page
