#include "candour/node/key_request.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/base/toml.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/net/certificate.h"

namespace candour::node {
namespace {

crypto::SigningPublicKey key_in(const base::TomlTable& table) {
  const auto key = base::from_hex_exactly<32>(table.text("signing_key"));
  if (!key) {
    throw base::Error("CND-2451", "The plan of a federation cannot be.")
        .with("rule", base::Label("a signing key is not 64 hexadecimal digits"))
        .with("path", table.path())
        .with("line", table.line());
  }
  return *key;
}

std::string write_key_request(const KeyRequest& request) {
  std::string toml = "name = " + base::toml_text(request.name) + "\nsigning_key = \"" +
                     base::to_hex(request.signing_key) +
                     "\"\ntls_request = " + base::toml_text(request.tls_request) + "\n";
  for (const auto& [code, key] : request.organisations) {
    toml += "\n[[organisation]]\ncode = " + base::toml_text(code) + "\nsigning_key = \"" + base::to_hex(key) +
            "\"\n";
  }
  return toml;
}

}  // namespace

KeyRequest make_keys(Makers makers, const std::filesystem::path& folder, std::string_view name,
                     const std::vector<std::string>& organisations) {
  net::KeyedRequest tls = net::make_request(name);
  makers.disk.make_folder(folder / "keys");
  crypto::store_new_key_file(folder / "operator.key", makers.random);
  const base::SecretBytes operator_key = crypto::load_key_file(folder / "operator.key");
  KeyRequest request{.name = std::string(name), .tls_request = std::move(tls.request_pem)};
  request.signing_key = make_signing_key(makers, folder / "keys", operator_key);
  crypto::store_new_sealed(makers.disk, folder / "keys" / "tls.sealed", kTlsPurpose, tls.key_pem.view(),
                           operator_key, makers.random);
  for (const std::string& code : organisations) {
    const std::filesystem::path own = folder / "organisations" / code;
    makers.disk.make_folder(own);
    request.organisations[code] = make_signing_key(makers, own, operator_key);
  }
  makers.disk.store_new(folder / "request.toml", write_key_request(request));
  return request;
}

KeyRequest parse_key_request(std::string_view text, const std::filesystem::path& path) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  KeyRequest request{.name = table.text("name")};
  request.signing_key = key_in(table);
  request.tls_request = table.text("tls_request");
  for (const base::TomlTable& one : table.tables("organisation")) {
    request.organisations[one.text("code")] = key_in(one);
  }
  table.finish();
  return request;
}

crypto::SigningPublicKey make_signing_key(Makers makers, const std::filesystem::path& folder,
                                          const base::SecretBytes& operator_key) {
  base::SecretBytes seed(crypto::kSigningSeedBytes);
  makers.random.fill(seed.span());
  crypto::store_new_sealed(makers.disk, folder / "signing.sealed", kSigningPurpose, seed.view(), operator_key,
                           makers.random);
  return crypto::SigningKey(seed.view()).public_key();
}

crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                    const std::filesystem::path& key_file) {
  const base::SecretBytes seed =
      crypto::load_sealed(disk, file, kSigningPurpose, crypto::load_key_file(key_file));
  if (seed.size() != crypto::kSigningSeedBytes) {
    throw base::Error("CND-1011", "The sealed file does not hold a signing key.").with("path", file);
  }
  return crypto::SigningKey(seed.view());
}

}  // namespace candour::node
