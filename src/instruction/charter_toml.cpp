#include <algorithm>
#include <charconv>
#include <set>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/toml.h"
#include "candour/instruction/charter.h"

namespace candour::instruction {
namespace {

[[noreturn]] void refuse(const base::TomlTable& table, base::Literal rule) {
  throw base::Error("CND-2010", "The charter breaks a rule of charters.")
      .with("path", table.path())
      .with("line", table.line())
      .with("rule", base::Label(rule.view()));
}

template <std::size_t N>
std::array<std::uint8_t, N> hex_of(const base::TomlTable& table, std::string_view key) {
  const std::string text = table.text(key);
  const auto array = base::from_hex_exactly<N>(text);
  if (!array || base::to_hex(*array) != text) {
    refuse(table, "a key, digest or id is not so many bytes in lower-case hexadecimal");
  }
  return *array;
}

std::int64_t time_of(const base::TomlTable& table, std::string_view key) {
  const auto moment = base::parse_utc(table.text(key));
  if (!moment) refuse(table, "a time is not in UTC to the second, as 2026-01-01T00:00:00Z");
  return *moment;
}

std::int64_t number_of(const base::TomlTable& table, std::string_view key, std::int64_t least,
                       std::int64_t most) {
  const std::int64_t number = table.integer(key);
  if (number < least || number > most) refuse(table, "a number is outside its range");
  return number;
}

/// "host:port", where others reach a hub or a guardian.
std::string address_of(const base::TomlTable& table) {
  std::string text = table.text("address");
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const bool is_address = colon != std::string::npos && colon > 0 &&
                          std::from_chars(text.data() + colon + 1, end, port).ptr == end && port > 0;
  if (!is_address) refuse(table, "an address is not host:port");
  return text;
}

void read_party(const base::TomlTable& table, Party& party) {
  party.name = table.text("name");
  party.signing_key = hex_of<32>(table, "signing_key");
  party.tls_key = hex_of<32>(table, "tls_key");
}

crypto::Point point_of(const base::TomlTable& table, std::string_view hex) {
  const auto bytes = base::from_hex(hex);
  const auto point = bytes ? crypto::Point::parse(*bytes) : std::nullopt;
  if (!point) refuse(table, "a key of a domain is no point of the group");
  return *point;
}

Domain read_domain(const base::TomlTable& table) {
  Domain domain;
  domain.name = table.text("name");
  domain.purpose = table.text("purpose");
  domain.epoch = static_cast<std::uint32_t>(number_of(table, "epoch", 1, 1'000'000));
  domain.threshold = static_cast<std::uint16_t>(number_of(table, "threshold", 1, 255));
  domain.key = point_of(table, table.text("key"));
  domain.ceremony = hex_of<32>(table, "ceremony");
  for (const base::TomlTable& share : table.tables("share")) {
    const auto index = static_cast<crypto::ShareIndex>(number_of(share, "guardian", 1, 255));
    if (domain.share_key(index) != nullptr) refuse(share, "a guardian has two shares of one domain");
    domain.share_keys.emplace_back(index, point_of(share, share.text("key")));
  }
  std::ranges::sort(domain.share_keys, {}, [](const auto& share) { return share.first; });
  if (domain.share_keys.size() < domain.threshold) refuse(table, "a domain has fewer shares than it needs");
  return domain;
}

Instruction read_instruction(const base::TomlTable& table) {
  Instruction instruction;
  instruction.id = hex_of<16>(table, "id");
  instruction.name = table.text("name");
  instruction.title = table.text("title");
  instruction.purpose = table.text("purpose");
  instruction.why = table.text("why");
  instruction.why_now = table.text("why_now");
  instruction.legal_basis = table.text("legal_basis");
  instruction.domain = table.text_or("domain", "");
  instruction.opt_out = table.text("opt_out");
  instruction.opt_out_ground = table.text_or("opt_out_ground", "");
  if (instruction.opt_out != "applies" && instruction.opt_out != "does-not-apply") {
    refuse(table, "opt_out is neither applies nor does-not-apply");
  }
  if (instruction.opt_out == "does-not-apply" && instruction.opt_out_ground.empty()) {
    refuse(table, "an opt-out that does not apply has no ground");
  }
  const std::string mode = table.text("mode");
  if (mode != "records" && mode != "counts") refuse(table, "mode is neither records nor counts");
  instruction.mode = mode == "records" ? Mode::kRecords : Mode::kCounts;
  for (const base::TomlTable& one : table.tables("collection")) {
    instruction.collections.push_back({one.text("name"), hex_of<32>(one, "sha256")});
  }
  instruction.providers = table.texts("providers");
  if (instruction.collections.empty() || instruction.providers.empty()) {
    refuse(table, "an instruction names no collection or no provider");
  }
  const auto data_from = base::Date::parse_iso(table.text("data_from"));
  if (!data_from) refuse(table, "data_from is no day, as 2026-01-01");
  instruction.data_from = *data_from;
  instruction.not_before = time_of(table, "not_before");
  instruction.expires = time_of(table, "expires");
  if (instruction.not_before >= instruction.expires) refuse(table, "an instruction expires before it begins");
  instruction.retention_days = number_of(table, "retention_days", 0, 36'500);
  return instruction;
}

// Two parties with one key, code or name would be one party with two roles.
void require_distinct(const base::TomlTable& table, const Charter& charter) {
  std::set<crypto::SigningPublicKey> signing{charter.founders_key};
  std::set<base::Digest> tls;
  const auto add = [&](const Party& party) {
    if (!signing.insert(party.signing_key).second || !tls.insert(party.tls_key).second) {
      refuse(table, "two parties have one key");
    }
  };
  add(charter.hub);
  for (const Guardian& guardian : charter.guardians) add(guardian);
  // One machine may serve several organisations: they share its certificate, never a signing key.
  for (const Provider& provider : charter.providers) {
    if (!signing.insert(provider.signing_key).second) refuse(table, "two parties have one key");
    if (tls.contains(provider.tls_key))
      refuse(table, "a provider has the certificate of a guardian or the hub");
  }
  const auto repeats = [](const auto& range, auto member) {
    return std::ranges::adjacent_find(range, {}, member) != range.end();
  };
  if (repeats(charter.providers, &Provider::code)) refuse(table, "two providers have one code");
  if (repeats(charter.guardians, &Guardian::index)) refuse(table, "two guardians have one index");
  if (repeats(charter.domains, &Domain::name)) refuse(table, "two domains have one name");
}

void require_known(const base::TomlTable& table, const Charter& charter) {
  std::set<statement::Id> ids;
  for (const Domain& domain : charter.domains) {
    for (const auto& [index, key] : domain.share_keys) {
      if (charter.guardian(index) == nullptr)
        refuse(table, "a domain has a share of a guardian that is none");
    }
  }
  for (const Instruction& one : charter.instructions) {
    if (!ids.insert(one.id).second) refuse(table, "two instructions have one id");
    if (one.mode == Mode::kRecords && charter.domain(one.domain) == nullptr) {
      refuse(table, "an instruction names a domain that there is not");
    }
    for (const std::string& code : one.providers) {
      if (code != "*" && charter.provider(code) == nullptr) {
        refuse(table, "an instruction names a provider that there is not");
      }
    }
  }
}

// Under two orders at once a slice would be sent under one, then under the other, for ever.
void require_no_overlap(const base::TomlTable& table, const Charter& charter) {
  const auto share = [](const auto& some, const auto& others, const auto& same) {
    return std::ranges::any_of(some, [&](const auto& one) {
      return std::ranges::any_of(others, [&](const auto& other) { return same(one, other); });
    });
  };
  for (std::size_t i = 0; i < charter.instructions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Instruction& a = charter.instructions[i];
      const Instruction& b = charter.instructions[j];
      if (a.mode != Mode::kRecords || b.mode != Mode::kRecords) continue;
      if (a.not_before >= b.expires || b.not_before >= a.expires) continue;
      if (share(a.collections, b.collections,
                [](const auto& one, const auto& other) { return one.name == other.name; }) &&
          share(a.providers, b.providers, [](const std::string& one, const std::string& other) {
            return one == "*" || other == "*" || one == other;
          })) {
        refuse(table, "two instructions cover one collection of one provider at one time");
      }
    }
  }
}

class Writer {
 public:
  void heading(std::string_view line) { text_.append("\n").append(line).append("\n"); }
  void text(std::string_view key, std::string_view value) { put(key, base::toml_text(value)); }
  void hex(std::string_view key, base::ByteView bytes) { text(key, base::to_hex(bytes)); }
  void number(std::string_view key, std::uint64_t value) { put(key, std::to_string(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values)
      list.append(list.size() > 1 ? ", " : "").append(base::toml_text(value));
    put(key, list + "]");
  }
  void party(const Party& party) {
    text("name", party.name);
    if (!party.address.empty()) text("address", party.address);
    hex("signing_key", party.signing_key);
    hex("tls_key", party.tls_key);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void put(std::string_view key, std::string_view value) {
    text_.append(key).append(" = ").append(value).append("\n");
  }
  std::string text_;
};

void write(Writer& out, const Domain& domain) {
  out.heading("[[domain]]");
  out.text("name", domain.name);
  out.text("purpose", domain.purpose);
  out.number("epoch", domain.epoch);
  out.number("threshold", domain.threshold);
  out.hex("key", domain.key.bytes());
  out.hex("ceremony", domain.ceremony);
  for (const auto& [index, key] : domain.share_keys) {
    out.heading("[[domain.share]]");
    out.number("guardian", index);
    out.hex("key", key.bytes());
  }
}

void write(Writer& out, const Instruction& instruction) {
  out.heading("[[instruction]]");
  out.hex("id", instruction.id);
  out.text("name", instruction.name);
  out.text("title", instruction.title);
  out.text("purpose", instruction.purpose);
  out.text("why", instruction.why);
  out.text("why_now", instruction.why_now);
  out.text("legal_basis", instruction.legal_basis);
  if (!instruction.domain.empty()) out.text("domain", instruction.domain);
  out.text("opt_out", instruction.opt_out);
  if (!instruction.opt_out_ground.empty()) out.text("opt_out_ground", instruction.opt_out_ground);
  out.text("mode", instruction.mode == Mode::kRecords ? "records" : "counts");
  out.texts("providers", instruction.providers);
  out.text("data_from", instruction.data_from.iso());
  out.text("not_before", base::utc_text(instruction.not_before));
  out.text("expires", base::utc_text(instruction.expires));
  out.number("retention_days", static_cast<std::uint64_t>(instruction.retention_days));
  for (const InstructedCollection& one : instruction.collections) {
    out.heading("[[instruction.collection]]");
    out.text("name", one.name);
    out.hex("sha256", one.sha256);
  }
}

}  // namespace

Charter parse_charter(std::string_view text, const std::filesystem::path& path) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  Charter charter;
  charter.version = static_cast<std::uint32_t>(number_of(table, "version", 1, 1'000'000));
  charter.federation =
      charter.version == 1 ? base::sha256(base::as_bytes(text)) : hex_of<32>(table, "federation");
  charter.log = table.text("log");
  charter.title = table.text("title");
  charter.founders_key = hex_of<32>(table, "founders_key");
  const base::TomlTable hub = table.table("hub");
  read_party(hub, charter.hub);
  charter.hub.address = address_of(hub);
  for (const base::TomlTable& one : table.tables("guardian")) {
    Guardian& guardian = charter.guardians.emplace_back();
    read_party(one, guardian);
    guardian.address = address_of(one);
    guardian.index = static_cast<crypto::ShareIndex>(number_of(one, "index", 1, 255));
  }
  constexpr std::int64_t kMost = 1'000'000'000;  // there are fewer NHS numbers
  for (const base::TomlTable& one : table.tables("provider")) {
    Provider& provider = charter.providers.emplace_back();
    read_party(one, provider);
    provider.code = one.text("code");
    provider.quota_day = static_cast<std::uint64_t>(number_of(one, "quota_day", 0, kMost));
    provider.quota_30_days = static_cast<std::uint64_t>(number_of(one, "quota_30_days", 0, kMost));
  }
  for (const base::TomlTable& one : table.tables("domain")) charter.domains.push_back(read_domain(one));
  for (const base::TomlTable& one : table.tables("instruction")) {
    charter.instructions.push_back(read_instruction(one));
  }
  table.finish();
  std::ranges::sort(charter.guardians, {}, &Guardian::index);
  std::ranges::sort(charter.providers, {}, &Provider::code);
  std::ranges::sort(charter.domains, {}, &Domain::name);
  require_distinct(table, charter);
  require_known(table, charter);
  require_no_overlap(table, charter);
  return charter;
}

Instruction parse_instruction(std::string_view text, const std::filesystem::path& path) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  Instruction instruction = read_instruction(table);
  table.finish();
  return instruction;
}

std::string write_charter(const Charter& charter) {
  Writer out;
  out.number("version", charter.version);
  if (charter.version > 1) out.hex("federation", charter.federation);
  out.text("log", charter.log);
  out.text("title", charter.title);
  out.hex("founders_key", charter.founders_key);
  out.heading("[hub]");
  out.party(charter.hub);
  for (const Guardian& guardian : charter.guardians) {
    out.heading("[[guardian]]");
    out.number("index", guardian.index);
    out.party(guardian);
  }
  for (const Provider& provider : charter.providers) {
    out.heading("[[provider]]");
    out.text("code", provider.code);
    out.party(provider);
    out.number("quota_day", provider.quota_day);
    out.number("quota_30_days", provider.quota_30_days);
  }
  for (const Domain& domain : charter.domains) write(out, domain);
  for (const Instruction& instruction : charter.instructions) write(out, instruction);
  return out.take();
}

}  // namespace candour::instruction
