#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "candour/base/error.h"
#include "candour/instruction/charter.h"
#include "candour/log/note.h"

namespace candour::instruction {
namespace {

using base::Json;
using statement::PayloadReader;
using statement::refuse_member;

constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kPartiesAtMost = 100;
constexpr std::size_t kProvidersAtMost = 10'000;
constexpr std::int64_t kMostVersions = 1'000'000;
constexpr std::int64_t kMostNumbers = 1'000'000'000;  // there are fewer NHS numbers

// A charter's rules are about the whole of it; the place is the party or domain that breaks one.
[[noreturn]] void refuse(base::Literal rule, std::string_view of) {
  throw base::Error("CND-2010", "The charter breaks a rule of charters.")
      .with("rule", base::Label(rule.view()))
      .with("of", base::Label(of));
}

crypto::SigningPublicKey key_of(PayloadReader& reader, std::string_view member) {
  return reader.digest(member);
}

void put_party(Json::Object& out, const Party& party) {
  out.emplace_back("name", party.name);
  out.emplace_back("address", party.address);
  out.emplace_back("signing_key", base::to_hex(party.signing_key));
  out.emplace_back("tls_key", base::to_hex(party.tls_key));
}
void read_party(PayloadReader& reader, Party& party) {
  party.name = reader.text("name", kNameBytes);
  party.address = reader.text("address", kNameBytes);
  party.signing_key = key_of(reader, "signing_key");
  party.tls_key = reader.digest("tls_key");
}

Json write(const Controller& controller) {
  return Json::Object{{"name", controller.name},
                      {"legal_person", controller.legal_person},
                      {"key", base::to_hex(controller.key)}};
}
Controller read_controller(PayloadReader reader) {
  Controller controller{.name = reader.text("name", kNameBytes),
                        .legal_person = reader.text("legal_person", kNameBytes),
                        .key = key_of(reader, "key")};
  reader.finish();
  return controller;
}

Json write(const Hub& hub) {
  Json::Object out;
  put_party(out, hub);
  out.emplace_back("legal_person", hub.legal_person);
  return out;
}
Hub read_hub(PayloadReader reader) {
  Hub hub;
  read_party(reader, hub);
  hub.legal_person = reader.text("legal_person", kNameBytes);
  reader.finish();
  return hub;
}

Json write(const Guardian& guardian) {
  Json::Object out{{"index", std::int64_t{guardian.index}}};
  put_party(out, guardian);
  out.emplace_back("witness_key", base::to_hex(guardian.witness_key));
  return out;
}
Guardian read_guardian(PayloadReader reader) {
  Guardian guardian;
  guardian.index = static_cast<crypto::ShareIndex>(reader.integer("index", 1, 255));
  read_party(reader, guardian);
  guardian.witness_key = key_of(reader, "witness_key");
  reader.finish();
  return guardian;
}

Json write(const Witness& witness) {
  return Json::Object{{"name", witness.name},
                      {"address", witness.address},
                      {"witness_key", base::to_hex(witness.witness_key)},
                      {"tls_key", base::to_hex(witness.tls_key)}};
}
Witness read_witness(PayloadReader reader) {
  Witness witness{.name = reader.text("name", kNameBytes),
                  .address = reader.text("address", kNameBytes),
                  .witness_key = key_of(reader, "witness_key"),
                  .tls_key = reader.digest("tls_key")};
  reader.finish();
  return witness;
}

Json write(const Provider& provider) {
  Json::Object out{{"code", provider.code}};
  put_party(out, provider);
  out.emplace_back("quota_day", provider.quota_day);
  out.emplace_back("quota_30_days", provider.quota_30_days);
  return out;
}
Provider read_provider(PayloadReader reader) {
  Provider provider;
  provider.code = reader.text("code", 16);
  read_party(reader, provider);
  provider.quota_day = static_cast<std::uint64_t>(reader.integer("quota_day", 0, kMostNumbers));
  provider.quota_30_days = static_cast<std::uint64_t>(reader.integer("quota_30_days", 0, kMostNumbers));
  reader.finish();
  return provider;
}

crypto::Point point_of(PayloadReader& reader) {
  const auto point = crypto::Point::parse(reader.bytes("key", crypto::kPointBytes));
  if (!point) refuse_member("key", "it is no point of the group");
  return *point;
}

Json write(const Domain& domain) {
  Json::Array shares;
  for (const auto& [index, key] : domain.share_keys) {
    shares.emplace_back(Json::Object{{"guardian", std::int64_t{index}}, {"key", base::to_hex(key.bytes())}});
  }
  return Json::Object{{"name", domain.name},
                      {"purpose", domain.purpose},
                      {"epoch", std::int64_t{domain.epoch}},
                      {"threshold", std::int64_t{domain.threshold}},
                      {"key", base::to_hex(domain.key.bytes())},
                      {"ceremony", base::to_hex(domain.ceremony)},
                      {"shares", std::move(shares)}};
}
Domain read_domain(PayloadReader reader) {
  Domain domain;
  domain.name = reader.text("name", 128);
  domain.purpose = reader.text("purpose");
  domain.epoch = static_cast<std::uint32_t>(reader.integer("epoch", 1, kMostVersions));
  domain.threshold = static_cast<std::uint16_t>(reader.integer("threshold", 1, 255));
  domain.key = point_of(reader);
  domain.ceremony = reader.digest("ceremony");
  for (const Json& one : reader.array("shares", 255)) {
    PayloadReader share(one);
    const auto index = static_cast<crypto::ShareIndex>(share.integer("guardian", 1, 255));
    domain.share_keys.emplace_back(index, point_of(share));
    share.finish();
  }
  reader.finish();
  return domain;
}

template <typename T>
Json::Array write_all(const std::vector<T>& all) {
  Json::Array array;
  for (const T& one : all) array.push_back(write(one));
  return array;
}

// Two keys in one place would be one party with two roles.
class DistinctKeys {
 public:
  void add_signing(const crypto::SigningPublicKey& key, std::string_view of) {
    if (!signing_.insert(key).second) refuse("two parties have one key, or one has it in two roles", of);
  }
  void add_tls(const base::Digest& key, std::string_view of) {
    if (!tls_.insert(key).second) refuse("two nodes have one certificate", of);
  }
  /// One machine may serve several organisations: they share its certificate, never a signing key.
  void add_provider(const Provider& provider) {
    add_signing(provider.signing_key, provider.code);
    if (tls_.contains(provider.tls_key)) {
      refuse("a provider has the certificate of another node", provider.code);
    }
  }

 private:
  std::set<crypto::SigningPublicKey> signing_;
  std::set<base::Digest> tls_;
};

void require_distinct(const Charter& charter) {
  DistinctKeys keys;
  keys.add_signing(charter.founders_key, "founders");
  keys.add_signing(charter.log_key, "log");
  keys.add_signing(charter.producer_key, "producer");
  keys.add_signing(charter.hub.signing_key, charter.hub.name);
  keys.add_tls(charter.hub.tls_key, charter.hub.name);
  for (const Controller& one : charter.controllers) keys.add_signing(one.key, one.name);
  for (const Guardian& one : charter.guardians) {
    keys.add_signing(one.signing_key, one.name);
    keys.add_signing(one.witness_key, one.name);
    keys.add_tls(one.tls_key, one.name);
  }
  for (const Witness& one : charter.witnesses) {
    keys.add_signing(one.witness_key, one.name);
    keys.add_tls(one.tls_key, one.name);
  }
  for (const Provider& one : charter.providers) keys.add_provider(one);
}

// One order, so that the same charter has the same bytes; and nobody twice.
template <typename T, typename Member>
void require_ascending(const std::vector<T>& all, Member member, std::string_view of) {
  const auto wrong = std::ranges::adjacent_find(all, [&](const T& one, const T& next) {
    return std::invoke(member, one) >= std::invoke(member, next);
  });
  if (wrong != all.end()) refuse("a list is not in its order, or has somebody twice", of);
}

bool is_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  return parsed.ec == std::errc() && parsed.ptr == end && port > 0;
}

void require_addresses(const Charter& charter) {
  if (!is_address(charter.hub.address)) refuse("an address is not host:port", charter.hub.name);
  for (const Guardian& one : charter.guardians) {
    if (!is_address(one.address)) refuse("an address is not host:port", one.name);
  }
  for (const Witness& one : charter.witnesses) {
    if (!is_address(one.address)) refuse("an address is not host:port", one.name);
    if (!log::is_key_name(one.name)) refuse("the name of a witness has a space or a plus sign", one.name);
  }
  if (!log::is_key_name(charter.log())) refuse("the log's origin has a space or a plus sign", charter.log());
}

void require_controllers(const Charter& charter) {
  std::set<std::string> persons;
  for (const Controller& one : charter.controllers) {
    if (one.legal_person != charter.hub.legal_person) persons.insert(one.legal_person);
  }
  // At least two bodies, or one person gives orders alone; and the processor never orders itself.
  if (charter.threshold < 2)
    refuse("an instruction needs the signatures of two bodies at least", "controllers");
  if (persons.size() < charter.threshold) {
    refuse("fewer bodies than must sign have a key, the processor not counted", "controllers");
  }
}

// Two quorums must share a witness that is honest, with as many dishonest as can give no pseudonym:
// w ≥ ⌊(N + f)/2⌋ + 1, f = t − 1 (../shared/design/instructions-and-log.md).
void require_quorum(const Charter& charter) {
  const std::size_t all = charter.guardians.size() + charter.witnesses.size();
  std::size_t dishonest = 0;
  for (const Domain& one : charter.domains) dishonest = std::max<std::size_t>(dishonest, one.threshold - 1U);
  if (charter.quorum > all) refuse("there are fewer witnesses than must cosign", "quorum");
  if (charter.quorum < (all + dishonest) / 2 + 1) {
    refuse("two quorums of witnesses need not share an honest one: the log could be forked", "quorum");
  }
}

void require_domains(const Charter& charter) {
  for (const Domain& domain : charter.domains) {
    require_ascending(domain.share_keys, &std::pair<crypto::ShareIndex, crypto::Point>::first, domain.name);
    if (domain.share_keys.size() < domain.threshold)
      refuse("a domain has fewer shares than it needs", domain.name);
    for (const auto& [index, key] : domain.share_keys) {
      if (charter.guardian(index) == nullptr)
        refuse("a domain has a share of a guardian that is none", domain.name);
    }
  }
}

}  // namespace

std::string write_providers(const Charter& charter) {
  return base::write_json_line(write_all(charter.providers)) + "\n";
}

std::string write_payload(const Charter& charter) {
  statement::Header header = charter.header;
  // Its own digest cannot stand in it.
  if (charter.version == 1) header.federation = {};
  Json::Object out = statement::begin_payload(header);
  out.emplace_back("version", std::int64_t{charter.version});
  out.emplace_back("title", charter.title);
  out.emplace_back("founders_key", base::to_hex(charter.founders_key));
  out.emplace_back("threshold", std::int64_t{charter.threshold});
  out.emplace_back("controllers", write_all(charter.controllers));
  out.emplace_back("hub", write(charter.hub));
  out.emplace_back("log_key", base::to_hex(charter.log_key));
  out.emplace_back("producer_key", base::to_hex(charter.producer_key));
  out.emplace_back("guardians", write_all(charter.guardians));
  out.emplace_back("witnesses", write_all(charter.witnesses));
  out.emplace_back("quorum", std::int64_t{charter.quorum});
  out.emplace_back("providers", std::int64_t(charter.providers.size()));
  out.emplace_back("providers_sha256", base::to_hex(base::sha256(base::as_bytes(write_providers(charter)))));
  out.emplace_back("domains", write_all(charter.domains));
  Json::Array compromised;
  for (const auto& key : charter.compromised) compromised.emplace_back(base::to_hex(key));
  out.emplace_back("compromised", std::move(compromised));
  return base::write_json_line(out);
}

base::Digest providers_digest(std::string_view payload) {
  return PayloadReader(payload).digest("providers_sha256");
}

Charter parse_charter(std::string_view payload, std::string_view providers) {
  PayloadReader reader(payload);
  Charter charter;
  charter.header = reader.header();
  charter.version = static_cast<std::uint32_t>(reader.integer("version", 1, kMostVersions));
  if (charter.version == 1) {
    if (charter.header.federation != base::Digest{})
      refuse_member("federation", "in version 1 it is all zeros");
    charter.header.federation = base::sha256(base::as_bytes(payload));
  }
  charter.title = reader.text("title", kNameBytes);
  charter.founders_key = key_of(reader, "founders_key");
  charter.threshold = static_cast<std::uint16_t>(reader.integer("threshold", 1, 255));
  for (const Json& one : reader.array("controllers", kPartiesAtMost)) {
    charter.controllers.push_back(read_controller(PayloadReader(one)));
  }
  charter.hub = read_hub(reader.object("hub"));
  charter.log_key = key_of(reader, "log_key");
  charter.producer_key = key_of(reader, "producer_key");
  for (const Json& one : reader.array("guardians", kPartiesAtMost)) {
    charter.guardians.push_back(read_guardian(PayloadReader(one)));
  }
  for (const Json& one : reader.array("witnesses", kPartiesAtMost)) {
    charter.witnesses.push_back(read_witness(PayloadReader(one)));
  }
  charter.quorum = static_cast<std::uint16_t>(reader.integer("quorum", 1, 255));
  const auto count =
      static_cast<std::size_t>(reader.integer("providers", 0, static_cast<std::int64_t>(kProvidersAtMost)));
  if (base::sha256(base::as_bytes(providers)) != reader.digest("providers_sha256")) {
    throw base::Error("CND-2012", "The list of providers is not the one that the charter names.");
  }
  for (const Json& one : reader.array("domains", kPartiesAtMost)) {
    charter.domains.push_back(read_domain(PayloadReader(one)));
  }
  for (const base::Digest& key : reader.digests("compromised", 1000)) charter.compromised.push_back(key);
  reader.finish();
  const Json list = base::parse_json(providers);
  if (list.array() == nullptr || list.array()->size() != count) {
    refuse_member("providers", "the body has not so many");
  }
  for (const Json& one : *list.array()) charter.providers.push_back(read_provider(PayloadReader(one)));
  require_rules(charter);
  return charter;
}

void require_rules(const Charter& charter) {
  require_ascending(charter.controllers, &Controller::name, "controllers");
  require_ascending(charter.guardians, &Guardian::index, "guardians");
  require_ascending(charter.witnesses, &Witness::name, "witnesses");
  require_ascending(charter.providers, &Provider::code, "providers");
  require_ascending(charter.domains, &Domain::name, "domains");
  require_ascending(charter.compromised, std::identity{}, "compromised");
  require_addresses(charter);
  require_distinct(charter);
  require_controllers(charter);
  require_quorum(charter);
  require_domains(charter);
}

}  // namespace candour::instruction
