#include "candour/public_register/feed.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "candour/page/html.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

struct Item {
  std::uint64_t index = 0;
  std::int64_t updated = 0;  ///< known since, where the log says it; else when its signer says
  std::string title{};
  std::string summary{};
  std::string page{};
};

/// Text of an element or an attribute. Beside what HTML does not allow, XML 1.0 forbids U+FFFE and U+FFFF.
std::string xml(std::string text) {
  for (const std::string_view forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = text.find(forbidden); at != std::string::npos; at = text.find(forbidden, at)) {
      text.replace(at, forbidden.size(), "\xEF\xBF\xBD");
    }
  }
  return page::escape_html(text);
}

bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

/// The beginning of every id: a tag URI (RFC 4151) of the log's host and the federation's first day.
std::string id_prefix(const instruction::Register& log) {
  const instruction::Charter& first = *log.charters().front().charter;
  const std::string host = first.log().substr(0, first.log().find('/'));
  return "tag:" + (is_host(host) ? host : "candour.invalid") + "," + base::utc_day(first.header.made).iso() +
         ":" + base::to_hex(log.federation());
}

std::int64_t time_of(const instruction::Standing& standing, const statement::Header& header) {
  return standing.known_since.value_or(header.made);
}

void add_about_instruction(std::vector<Item>& items, const Inputs& inputs,
                           const instruction::InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  const std::string page = page_of(order.id());
  items.push_back(
      {entry.index, time_of(entry, order.header),
       std::string(order.is_emergency() ? "Emergency instruction: " : "Instruction: ") + order.title,
       order.why, page});
  for (const auto& one : entry.acceptances) {
    items.push_back({one.index, time_of(one, one.acceptance.header),
                     one.acceptance.provider + " accepts: " + order.title, one.acceptance.name, page});
  }
  for (const auto& one : entry.objections) {
    items.push_back({one.index, time_of(one, one.objection.header),
                     one.objection.party + " objects: " + order.title,
                     free_text(inputs, one.objection.reasons), page});
  }
  for (const auto& one : entry.releases) {
    items.push_back({one.index, time_of(one, one.release.header), "Released: " + one.release.title,
                     one.release.period, page});
  }
  for (const auto& one : entry.expiry_erasures) {
    items.push_back({one.index, time_of(one, one.erasure.header), "Erased after its end: " + order.title,
                     one.erasure.collection + ", table " + one.erasure.table, page});
  }
  if (entry.revocation && entry.revoked_at) {
    items.push_back({*entry.revoked_at, entry.revocation->header.made, "Revoked: " + order.title,
                     free_text(inputs, entry.revocation->why), page});
  }
}

std::vector<Item> items_of(const Inputs& inputs) {
  const instruction::Register& log = *inputs.log;
  std::vector<Item> items;
  for (const auto& one : log.charters()) {
    items.push_back({one.index, time_of(one, one.charter->header),
                     "Charter, version " + std::to_string(one.charter->version), one.charter->title,
                     "decides.html"});
  }
  for (const auto& one : log.collections()) {
    items.push_back({one.index, time_of(one, one.collection.header), "Collection: " + one.collection.name,
                     "SHA-256 " + base::to_hex(one.collection.collection_sha256), "index.html"});
  }
  for (const auto& [id, entry] : log.instructions()) add_about_instruction(items, inputs, entry);
  for (const auto& one : log.sealed()) {
    items.push_back({one.index, time_of(one, one.sealed.header), "Sealed entry",
                     "To be opened by " + one.sealed.open_by.in_words(), "problems.html"});
    if (!one.opening) continue;
    items.push_back({one.opening->index, one.opening->opening.header.made, "A sealed entry is opened",
                     hidden_in_words(inputs, one), "problems.html"});
  }
  for (const auto& one : log.incidents()) {
    items.push_back({one.index, time_of(one, one.incident.header),
                     "Incident: " + spoken(statement::word_of(one.incident.what, statement::kIncidentKinds)),
                     free_text(inputs, one.incident.text), "problems.html"});
  }
  for (const auto& one : log.redactions()) {
    items.push_back({one.index, time_of(one, one.redaction.header),
                     "Redacted: a text of entry " + std::to_string(one.of_index), redaction_in_words(one),
                     "problems.html"});
  }
  std::ranges::sort(items, std::ranges::greater{}, &Item::index);
  if (items.size() > kFeedAtMost) items.resize(kFeedAtMost);
  return items;
}

}  // namespace

std::string write_feed(const Inputs& inputs) {
  const std::vector<Item> items = items_of(inputs);
  const std::string prefix = id_prefix(*inputs.log);
  std::int64_t updated = 0;
  for (const Item& one : items) updated = std::max(updated, one.updated);
  std::string feed =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
      "xml:lang=\"en-GB\">\n<id>" +
      prefix + "</id>\n<title>" + xml("Public register: " + inputs.log->charter()->title) + "</title>\n";
  if (inputs.demonstration == Demonstration::kYes) {
    feed += "<subtitle>An independent demonstration on synthetic patients.</subtitle>\n";
  }
  feed += "<updated>" + base::utc_text(updated) + "</updated>\n<author><name>" +
          xml(inputs.log->charter()->log()) +
          "</name></author>\n<link rel=\"self\" href=\"feed.xml\"/>\n<link href=\"index.html\"/>\n";
  for (const Item& one : items) {
    feed += "<entry>\n<id>" + prefix + "/" + std::to_string(one.index) + "</id>\n<title>" + xml(one.title) +
            "</title>\n<updated>" + base::utc_text(one.updated) + "</updated>\n<link href=\"" + one.page +
            "\"/>\n<summary>" + xml(one.summary) + "</summary>\n</entry>\n";
  }
  return feed + "</feed>\n";
}

}  // namespace candour::public_register
