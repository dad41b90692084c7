#include "candour/net/certificate.h"

#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/net/net_testing.h"
#include "candour/net/openssl_handles.h"
#include "candour/testing/code_of.h"

namespace candour::net {
namespace {

using candour::testing::code_of;

TEST_CASE("An authority may sign certificates and nothing else, a node's may sign none") {
  const KeyedCertificate authority = make_ca("test", kThisYear);
  const KeyedCertificate node = make_certificate(authority, "hub.example", kThisYear);
  const X509Handle ca = read_certificate(authority.certificate_pem);
  const X509Handle certificate = read_certificate(node.certificate_pem);
  CHECK(X509_check_ca(ca.get()) == 1);
  CHECK(X509_get_key_usage(ca.get()) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  CHECK(X509_check_ca(certificate.get()) == 0);
  CHECK(X509_get_key_usage(certificate.get()) == KU_DIGITAL_SIGNATURE);
  CHECK(X509_get_extended_key_usage(certificate.get()) == (XKU_SSL_SERVER | XKU_SSL_CLIENT));
  CHECK(X509_verify(certificate.get(), X509_get0_pubkey(ca.get())) == 1);
  CHECK(X509_check_host(certificate.get(), "hub.example", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr) == 0);
}

TEST_CASE("Keys and serial numbers are new each time, and the identity is that of the key") {
  const KeyedCertificate authority = make_ca("test", kThisYear);
  const KeyedCertificate one = make_certificate(authority, "a", kThisYear);
  const KeyedCertificate two = make_certificate(authority, "a", kThisYear);
  CHECK(spki_sha256(one.certificate_pem) != spki_sha256(two.certificate_pem));
  CHECK(spki_sha256(one.certificate_pem) == spki_sha256(one.certificate_pem));
  CHECK(Tls(authority.certificate_pem, one.certificate_pem, one.key_pem).own_spki() ==
        spki_sha256(one.certificate_pem));
  const X509Handle first = read_certificate(one.certificate_pem);
  const X509Handle second = read_certificate(two.certificate_pem);
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(first.get()), X509_get0_serialNumber(second.get())) != 0);
}

TEST_CASE("The identity is SHA-256 of the SubjectPublicKeyInfo, as another program computes it") {
  // openssl x509 -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum, of a certificate made for
  // this.
  constexpr std::string_view kPem =
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBdjCCAR2gAwIBAgIUG/4wunZVGx4svwfJWFpgohqljyswCgYIKoZIzj0EAwIw\n"
      "ETEPMA0GA1UEAwwGdmVjdG9yMB4XDTI2MTEyODA4MzM1MVoXDTM2MTEyNTA4MzM1\n"
      "MVowETEPMA0GA1UEAwwGdmVjdG9yMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
      "NnQ9yh48YZieqAgJkHzaZuVfeONC+I7D7cAsQ4mTJ0rbFkX0EAziC04S4javwhAn\n"
      "Ra9AktBY94VJl9o3lzxHi6NTMFEwHQYDVR0OBBYEFAahBV3JJPBdMpqm6vjpUQL/\n"
      "a8YcMB8GA1UdIwQYMBaAFAahBV3JJPBdMpqm6vjpUQL/a8YcMA8GA1UdEwEB/wQF\n"
      "MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgNou1F5KF+KoLYWMs2yUpUHr/aHKelQjx\n"
      "wGF0nFvSLKECIB8w/o+t/BrXwSMMwibaAid+vWF9SMBHtWlhjAQDr+R9\n"
      "-----END CERTIFICATE-----\n";
  CHECK(base::to_hex(spki_sha256(kPem)) ==
        "e4947ab5bfef1001b4e496fc4999cab83feba003478bc24532249891518eb8df");
}

TEST_CASE("A name or dates that are none are refused") {
  const auto code = [](std::string_view name, const Validity& validity) {
    return code_of([&] { static_cast<void>(make_ca(name, validity)); });
  };
  CHECK(code("a-b.c9", kThisYear) == "none");
  CHECK(code(std::string(63, 'a'), kThisYear) == "none");
  for (const std::string& name : {std::string(), std::string(64, 'a'), std::string("a b"),
                                  std::string("a,DNS:b"), std::string("é"), std::string("a\n")}) {
    CAPTURE(name);
    CHECK(code(name, kThisYear) == "CND-2404");
  }
  CHECK(code("a", {.from_unix_seconds = 5, .until_unix_seconds = 5}) == "CND-2404");
  CHECK(code("a", {.from_unix_seconds = -1, .until_unix_seconds = 5}) == "CND-2404");
  CHECK(code("a", {.from_unix_seconds = 0, .until_unix_seconds = 253'402'300'800}) == "CND-2404");
}

TEST_CASE("What is no certificate, no key, or the key of another is refused") {
  const TestFederation federation;
  const std::string& authority = federation.authority.certificate_pem;
  const KeyedCertificate& hub = federation.hub.certificate;
  const auto code = [](std::string_view ca, std::string_view certificate, const base::SecretBytes& key) {
    return code_of([&] { const Tls tls(ca, certificate, key); });
  };
  CHECK(code(authority, hub.certificate_pem, hub.key_pem) == "none");
  CHECK(code("", hub.certificate_pem, hub.key_pem) == "CND-2401");
  CHECK(code(authority, "x", hub.key_pem) == "CND-2401");
  CHECK(code(authority, hub.certificate_pem, base::SecretBytes(base::as_bytes("x"))) == "CND-2401");
  CHECK(code(authority, hub.certificate_pem, federation.provider.certificate.key_pem) == "CND-2402");
  const std::string cut = hub.certificate_pem.substr(0, hub.certificate_pem.size() / 2);
  CHECK(code(authority, cut, hub.key_pem) == "CND-2401");
  CHECK(code_of([] { static_cast<void>(spki_sha256("")); }) == "CND-2401");
}

TEST_CASE("a certificate is made for a key that its maker shows to have, and for no other") {
  const KeyedCertificate authority = make_ca("test", kThisYear);
  const KeyedRequest request = make_request("guardian-1");
  const std::string certificate = certify(authority, request.request_pem, "guardian-1", kThisYear);
  CHECK_NOTHROW(Tls(authority.certificate_pem, certificate, request.key_pem));
  const auto code = [&](const std::string& pem) {
    return code_of([&] { static_cast<void>(certify(authority, pem, "guardian-1", kThisYear)); });
  };
  CHECK(code(request.request_pem) == "none");
  CHECK(code("no PEM") == "CND-2401");
  // One letter of the base64 changed: the text does not read any more, or its signature does not hold.
  std::size_t refused = 0, tried = 0;
  const std::size_t first = request.request_pem.find('\n') + 1;
  for (std::size_t at = first; at < request.request_pem.find("\n-----END"); at += 7) {
    if (request.request_pem[at] == '\n' || request.request_pem[at] == '=') continue;
    std::string changed = request.request_pem;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    ++tried;
    const std::string found = code(changed);
    refused += found == "CND-2401" || found == "CND-2406" ? 1 : 0;
  }
  CHECK(tried > 30);
  CHECK(refused == tried);
}

}  // namespace
}  // namespace candour::net
