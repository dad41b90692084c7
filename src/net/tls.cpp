#include "candour/net/tls.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "candour/base/error.h"
#include "candour/net/openssl_handles.h"

namespace candour::net {
namespace {

// RFC 7301 section 3.1: each name behind its length.
constexpr std::array<unsigned char, 9> kAlpn = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// Where a session keeps its PeerCheck.
int check_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// Called by OpenSSL for each certificate of the chain, after its own verdict `ok`. The last is the peer's.
int verify_peer(int ok, X509_STORE_CTX* store) noexcept {
  if (ok != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return ok;
  auto* session = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* check = static_cast<const PeerCheck*>(SSL_get_ex_data(session, check_index()));
  try {
    if ((*check)(spki_of(*X509_STORE_CTX_get_current_cert(store)))) return 1;
  } catch (...) {  // C cannot carry an exception; who cannot be checked is refused
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) noexcept {
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, kAlpn.data(), kAlpn.size(), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_protocol(SSL_CTX& context) {
  check_openssl(SSL_CTX_set_min_proto_version(&context, TLS1_3_VERSION) == 1);
  check_openssl(SSL_CTX_set_max_proto_version(&context, TLS1_3_VERSION) == 1);
  check_openssl(SSL_CTX_set_ciphersuites(
                    &context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256") ==
                1);
  check_openssl(SSL_CTX_set1_groups_list(&context, "X25519:P-256") == 1);
  check_openssl(SSL_CTX_set1_sigalgs_list(&context, "ecdsa_secp256r1_sha256") == 1);
  SSL_CTX_set_options(&context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  check_openssl(SSL_CTX_set_num_tickets(&context, 0) == 1);
  check_openssl(SSL_CTX_set_max_early_data(&context, 0) == 1);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps none
  check_openssl(SSL_CTX_set_alpn_protos(&context, kAlpn.data(), kAlpn.size()) == 0);
  SSL_CTX_set_alpn_select_cb(&context, select_protocol, nullptr);
}

}  // namespace

struct Tls::Context {
  ContextHandle handle;
};

Tls::Tls(std::string_view authority_pem, std::string_view certificate_pem, const base::SecretBytes& key_pem)
    : context_(std::make_unique<Context>()) {
  context_->handle.reset(SSL_CTX_new(TLS_method()));
  check_openssl(context_->handle != nullptr);
  SSL_CTX& context = *context_->handle;
  set_protocol(context);

  const X509Handle authority = read_certificate(authority_pem);
  const X509Handle certificate = read_certificate(certificate_pem);
  const KeyHandle key = read_key(key_pem);
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    throw base::Error("CND-2402", "The key is not the one of the certificate.");
  }
  own_spki_ = spki_of(*certificate);
  check_openssl(SSL_CTX_use_certificate(&context, certificate.get()) == 1);
  check_openssl(SSL_CTX_use_PrivateKey(&context, key.get()) == 1);
  check_openssl(X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get()) == 1);
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify_peer);
  SSL_CTX_set_verify_depth(&context, 0);  // nothing between the authority and a node
  check_openssl(X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(&context), X509_V_FLAG_X509_STRICT) == 1);
}

Tls::~Tls() = default;

ssl_st* Tls::new_session(TlsSide side, const PeerCheck& check, std::int64_t now_unix_seconds) const {
  SessionHandle session(SSL_new(context_->handle.get()));
  check_openssl(session != nullptr);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(session.get()), now_unix_seconds);
  // OpenSSL keeps a pointer that it never writes through.
  check_openssl(SSL_set_ex_data(session.get(), check_index(), const_cast<PeerCheck*>(&check)) == 1);
  if (side == TlsSide::kServer) {
    SSL_set_accept_state(session.get());
  } else {
    SSL_set_connect_state(session.get());
  }
  return session.release();
}

}  // namespace candour::net
