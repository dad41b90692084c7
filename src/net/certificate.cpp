#include "candour/net/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>

#include "candour/base/error.h"
#include "candour/net/openssl_handles.h"

namespace candour::net {

using base::Error;

namespace {

constexpr std::size_t kNameAtMost = 63;
constexpr int kSerialBytes = 16;
constexpr std::int64_t kLastSecond = 253'402'300'799;  // of 9999, the last that a certificate can name

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameAtMost && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

void add_extension(X509& certificate, const X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), &certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  check_openssl(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

// 127 random bits: RFC 5280 section 4.1.2.2 wants a positive number of at most 20 octets.
void set_random_serial(X509& certificate) {
  std::uint8_t bytes[kSerialBytes];
  check_openssl(RAND_bytes(bytes, kSerialBytes) == 1);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3F) | 0x40);
  const BignumHandle number(BN_bin2bn(bytes, kSerialBytes, nullptr));
  check_openssl(number != nullptr &&
                BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void require_name(std::string_view name) {
  if (is_name(name)) return;
  throw Error("CND-2404", "A name of a certificate has letters, digits, '-' and '.', at most 63 of them.")
      .with("length", name.size());
}

void set_name(X509_NAME& subject, std::string_view name) {
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  check_openssl(X509_NAME_add_entry_by_NID(&subject, NID_commonName, MBSTRING_UTF8, text,
                                           static_cast<int>(name.size()), -1, 0) == 1);
}

X509Handle new_certificate(std::string_view name, const Validity& validity, EVP_PKEY& key) {
  require_name(name);
  if (validity.from_unix_seconds < 0 || validity.until_unix_seconds <= validity.from_unix_seconds ||
      validity.until_unix_seconds > kLastSecond) {
    throw Error("CND-2404", "The dates of a certificate are none.")
        .with("from", validity.from_unix_seconds)
        .with("until", validity.until_unix_seconds);
  }
  X509Handle certificate(X509_new());
  check_openssl(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_random_serial(*certificate);
  check_openssl(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), validity.from_unix_seconds) !=
                    nullptr &&
                ASN1_TIME_set(X509_getm_notAfter(certificate.get()), validity.until_unix_seconds) != nullptr);
  set_name(*X509_get_subject_name(certificate.get()), name);
  check_openssl(X509_set_pubkey(certificate.get(), &key) == 1);
  return certificate;
}

void sign(X509& certificate, const X509& issuer, EVP_PKEY& issuer_key) {
  check_openssl(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1);
  check_openssl(X509_sign(&certificate, &issuer_key, EVP_sha256()) > 0);
}

std::string text_of(BIO& bio) {
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(&bio, &data));
  return {data, size};
}

std::string written(X509& certificate) {
  const BioHandle text(BIO_new(BIO_s_mem()));
  check_openssl(text != nullptr && PEM_write_bio_X509(text.get(), &certificate) == 1);
  return text_of(*text);
}

base::SecretBytes written(const EVP_PKEY& key) {
  // Memory that is wiped when it is freed.
  const BioHandle secret(BIO_new(BIO_s_secmem()));
  check_openssl(secret != nullptr && PEM_write_bio_PKCS8PrivateKey(secret.get(), &key, nullptr, nullptr, 0,
                                                                   nullptr, nullptr) == 1);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(secret.get(), &data));
  return base::SecretBytes(base::as_bytes(std::string_view(data, size)));
}

/// The request's key, of which it shows that its maker has it.
KeyHandle key_of_request(std::string_view pem) {
  const BioHandle bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 65536))));
  check_openssl(bio != nullptr);
  const RequestHandle request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!request) throw Error("CND-2401", "A request for a certificate is no PEM text that can be read.");
  KeyHandle key(X509_REQ_get_pubkey(request.get()));
  char group[16] = {};
  const bool holds = key != nullptr && X509_REQ_verify(request.get(), key.get()) == 1 &&
                     EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) == 1 &&
                     std::string_view(group) == "prime256v1";
  ERR_clear_error();
  if (!holds) {
    throw Error("CND-2406", "A request for a certificate does not show that its maker has a P-256 key.");
  }
  return key;
}

KeyHandle new_key() {
  KeyHandle key(EVP_EC_gen("P-256"));
  check_openssl(key != nullptr);
  return key;
}

}  // namespace

KeyedCertificate make_ca(std::string_view name, const Validity& validity) {
  const KeyHandle key = new_key();
  const X509Handle certificate = new_certificate(name, validity, *key);
  add_extension(*certificate, certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(*certificate, certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(*certificate, certificate.get(), NID_subject_key_identifier, "hash");
  sign(*certificate, *certificate, *key);
  return {written(*certificate), written(*key)};
}

KeyedRequest make_request(std::string_view name) {
  require_name(name);
  const KeyHandle key = new_key();
  const RequestHandle request(X509_REQ_new());
  check_openssl(request != nullptr && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                X509_REQ_set_pubkey(request.get(), key.get()) == 1);
  set_name(*X509_REQ_get_subject_name(request.get()), name);
  check_openssl(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
  const BioHandle text(BIO_new(BIO_s_mem()));
  check_openssl(text != nullptr && PEM_write_bio_X509_REQ(text.get(), request.get()) == 1);
  return {text_of(*text), written(*key)};
}

std::string certify(const KeyedCertificate& authority, std::string_view request_pem, std::string_view name,
                    const Validity& validity) {
  const X509Handle issuer = read_certificate(authority.certificate_pem);
  const KeyHandle issuer_key = read_key(authority.key_pem);
  const KeyHandle key = key_of_request(request_pem);
  const X509Handle certificate = new_certificate(name, validity, *key);
  add_extension(*certificate, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*certificate, issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(*certificate, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(*certificate, issuer.get(), NID_subject_key_identifier, "hash");
  add_extension(*certificate, issuer.get(), NID_authority_key_identifier, "keyid:always");
  add_extension(*certificate, issuer.get(), NID_subject_alt_name, ("DNS:" + std::string(name)).c_str());
  sign(*certificate, *issuer, *issuer_key);
  return written(*certificate);
}

KeyedCertificate make_certificate(const KeyedCertificate& authority, std::string_view name,
                                  const Validity& validity) {
  KeyedRequest request = make_request(name);
  return {certify(authority, request.request_pem, name, validity), std::move(request.key_pem)};
}

base::Digest spki_sha256(std::string_view certificate_pem) {
  return spki_of(*read_certificate(certificate_pem));
}

X509Handle read_certificate(std::string_view pem) {
  const BioHandle bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 65536))));
  check_openssl(bio != nullptr);
  X509Handle certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) throw Error("CND-2401", "A certificate is no PEM text that can be read.");
  return certificate;
}

KeyHandle read_key(const base::SecretBytes& pem) {
  const BioHandle bio(
      BIO_new_mem_buf(pem.view().data(), static_cast<int>(std::min<std::size_t>(pem.size(), 65536))));
  check_openssl(bio != nullptr);
  // An encrypted key would ask the terminal for its passphrase: a callback of ours has none to give.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) throw Error("CND-2401", "A key is no PEM text that can be read.");
  return key;
}

base::Digest spki_of(const X509& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
  check_openssl(size > 0);
  const base::Digest digest = base::sha256({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return digest;
}

void check_openssl(bool worked) {
  if (worked) return;
  ERR_clear_error();
  throw Error("CND-2403", "OpenSSL could not do what was asked of it.");
}

}  // namespace candour::net
