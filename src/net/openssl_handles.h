// OpenSSL's objects, each freed once.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"

namespace candour::net {

template <auto free_object>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const {
    free_object(object);
  }
};
using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using X509Handle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using ContextHandle = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SessionHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using BignumHandle = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

/// The certificate of a PEM text that holds one and nothing else of use. Errors: CND-2401.
[[nodiscard]] X509Handle read_certificate(std::string_view pem);
/// The private key of an unencrypted PKCS #8 PEM text. Errors: CND-2401.
[[nodiscard]] KeyHandle read_key(const base::SecretBytes& pem);
/// SHA-256 of the certificate's SubjectPublicKeyInfo in DER (RFC 7469 section 2.4 pins the same).
[[nodiscard]] base::Digest spki_of(const X509& certificate);
/// CND-2403 where `worked` is false: OpenSSL had no memory, or was configured to refuse what we need.
void check_openssl(bool worked);

}  // namespace candour::net
