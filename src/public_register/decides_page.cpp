#include <algorithm>

#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/public_register/change.h"
#include "candour/public_register/federation_pages.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using instruction::Charter;
using instruction::CharterEntry;
using page::Html;
using page::Level;

std::string hex(const crypto::SigningPublicKey& key) { return base::to_hex(key); }

std::string party_in_words(const instruction::Party& party) {
  return party.name + (party.address.empty() ? "" : ", " + party.address) + ", key " +
         hex(party.signing_key) + ", TLS " + base::to_hex(party.tls_key);
}

/// Every member of a charter but its header and its version.
std::vector<Member> members_of(const Charter& of) {
  std::vector<Member> members{{"Title", {of.title}},
                              {"Bodies that must sign", {std::to_string(of.threshold)}},
                              {"Witnesses that must cosign", {std::to_string(of.quorum)}},
                              {"Hub", {party_in_words(of.hub) + ", run by " + of.hub.legal_person}},
                              {"The log’s key", {hex(of.log_key)}},
                              {"Key of releases", {hex(of.producer_key)}},
                              {"Founders’ key", {hex(of.founders_key)}}};
  Member controllers{"Bodies’ keys", {}}, guardians{"Guardians", {}}, witnesses{"Outside witnesses", {}};
  Member providers{"Providers", {}}, domains{"Domains of pseudonyms", {}}, lost{"Compromised keys", {}};
  for (const auto& one : of.controllers) {
    controllers.texts.push_back(one.legal_person + " (" + one.name + "), key " + hex(one.key));
  }
  for (const auto& one : of.guardians) {
    guardians.texts.push_back(std::to_string(one.index) + ": " + party_in_words(one) + ", as witness " +
                              hex(one.witness_key));
  }
  for (const auto& one : of.witnesses) {
    witnesses.texts.push_back(one.name + ", " + one.address + ", key " + hex(one.witness_key) + ", TLS " +
                              base::to_hex(one.tls_key));
  }
  for (const auto& one : of.providers) {
    providers.texts.push_back(one.code + ": " + party_in_words(one) + ", " + std::to_string(one.quota_day) +
                              " a day, " + std::to_string(one.quota_30_days) + " in 30 days");
  }
  for (const auto& one : of.domains) {
    domains.texts.push_back(one.name + " for " + one.purpose + ", shares of epoch " +
                            std::to_string(one.epoch) + ", " + std::to_string(one.threshold) +
                            " needed; ceremony " + base::to_hex(one.ceremony));
  }
  for (const auto& key : of.compromised) lost.texts.push_back(hex(key));
  for (Member* one : {&controllers, &guardians, &witnesses, &providers, &domains, &lost}) {
    members.push_back(std::move(*one));
  }
  return members;
}

std::string effect_in_words(const CharterEntry& entry, const CharterEntry& in_force) {
  if (entry.in_force_from) {
    return "In effect from entry " + std::to_string(*entry.in_force_from) +
           (&entry == &in_force ? ": this is the charter now." : ".");
  }
  if (!entry.known_since) return "Not in effect: no co-signed head of the log covers it yet.";
  return "Not in effect before " + moment_in_words(*entry.known_since + entry.delay_seconds) + ".";
}

Html versions(const instruction::Register& log) {
  const std::vector<CharterEntry>& all = log.charters();
  const auto in_force = std::ranges::find(all, log.charter(), &CharterEntry::charter);
  Html html;
  for (std::size_t i = all.size(); i-- > 0;) {
    const CharterEntry& one = all[i];
    const std::string number = std::to_string(one.charter->version);
    html += page::heading(Level::kThree, "version-" + number, "Version " + number);
    html +=
        page::paragraph("Entry " + std::to_string(one.index) + " of the log, made " +
                        moment_in_words(one.charter->header.made) + ". " + effect_in_words(one, *in_force));
    if (i == 0) {
      html +=
          page::paragraph("The first: it founded the federation. Its digest, by which everybody knows it: " +
                          base::to_hex(one.charter->federation()) + ".");
      continue;
    }
    html += changes_table("changes-" + number, "What version " + number + " changes",
                          changes(members_of(*all[i - 1].charter), members_of(*one.charter)));
  }
  return html;
}

Html bodies_table(const Charter& charter) {
  page::DataTable table{.id = "bodies",
                        .caption = "Keys that may sign an instruction",
                        .columns = {{"Body"}, {"Key of"}, {"Public key"}},
                        .rows = {},
                        .total = {}};
  for (const auto& one : charter.controllers) {
    table.rows.push_back(
        {one.legal_person,
         one.name + (charter.is_compromised(one.key) ? " (compromised: it counts no longer)" : ""),
         hex(one.key)});
  }
  return page::render_table(table);
}

Html watchers_table(const Charter& charter) {
  page::DataTable table{.id = "watchers",
                        .caption = "Who holds a share of the pseudonyms’ key, and who witnesses the log",
                        .columns = {{"Name"}, {"Guardian"}, {"Witness key"}},
                        .rows = {},
                        .total = {}};
  for (const auto& one : charter.guardians) {
    table.rows.push_back({one.name, "Share " + std::to_string(one.index), hex(one.witness_key)});
  }
  for (const auto& one : charter.witnesses)
    table.rows.push_back({one.name, "No, an outsider", hex(one.witness_key)});
  return page::render_table(table);
}

Html providers_table(const Charter& charter) {
  page::DataTable table{
      .id = "providers",
      .caption = "Providers, and how many pseudonyms each may ask for",
      .columns = {{"Code"}, {"Name"}, {"A day", page::Align::kNumber}, {"In 30 days", page::Align::kNumber}},
      .rows = {},
      .total = {}};
  for (const auto& one : charter.providers) {
    table.rows.push_back({one.code, one.name, page::grouped(static_cast<std::int64_t>(one.quota_day)),
                          page::grouped(static_cast<std::int64_t>(one.quota_30_days))});
  }
  return page::render_table(table);
}

}  // namespace

std::string render_who_decides(const Inputs& inputs) {
  const Charter& charter = *inputs.log->charter();
  page::Page page = frame_of(inputs);
  page.title = "Who decides";
  page.lead = std::to_string(charter.threshold) +
              " bodies must sign an instruction. Any one of them can stop it, alone and at once.";
  page.contents = {{"#deciding", "The bodies"},
                   {"#watching", "Guardians and witnesses"},
                   {"#running", "Who runs the hub"},
                   {"#providing", "Providers"},
                   {"#versions", "Versions of the charter"}};
  page.content = page::heading(Level::kTwo, "deciding", "The bodies");
  page.content += bodies_table(charter);
  page.content += page::heading(Level::kTwo, "watching", "Guardians and witnesses");
  page.content +=
      page::paragraph(std::to_string(charter.quorum) + " of " +
                      counted(charter.guardians.size() + charter.witnesses.size(), "witness", "witnesses") +
                      " must cosign each head of the log; guardians are witnesses too.");
  page.content += watchers_table(charter);
  page.content += page::heading(Level::kTwo, "running", "Who runs the hub");
  page.content += page::paragraph(charter.hub.name + ", run by " + charter.hub.legal_person +
                                  ", whose signature never counts towards an instruction.");
  page.content += page::heading(Level::kTwo, "providing", "Providers");
  page.content += providers_table(charter);
  page.content += page::heading(Level::kTwo, "versions", "Versions of the charter");
  page.content += page::paragraph(
      "A change of guardians, thresholds, witnesses or the log’s key needs the guardians too, and 28 days in "
      "the log; a new provider or key, 72 hours.");
  page.content += versions(*inputs.log);
  return page::render_page(page);
}

}  // namespace candour::public_register
