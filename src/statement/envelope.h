// DSSE envelopes: how everything that binds somebody is signed. The bytes that were signed are the bytes that
// are kept; a payload is parsed only after its signature holds.
//
//   {"payload":"<base64>","payloadType":"application/vnd.candour.batch+json","signatures":[{"keyid":"<hex>","sig":"<base64>"}]}
//
// One form is accepted, to the byte: these members in this order, no white space, canonical base64,
// signatures by ascending key id. An envelope that could be written in two ways would have two leaf hashes,
// and a quota that is counted by them. https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md;
// docs/reference/formats/statements.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/signature.h"

namespace candour::statement {

/// An entry of the log holds at most 65,535 bytes (C2SP tlog-tiles), envelope and all.
inline constexpr std::size_t kEnvelopeAtMostBytes = 65'535;
inline constexpr std::size_t kSignaturesAtMost = 32;

struct EnvelopeSignature {
  std::string key_id{};  ///< of the key that signed, it says; signers_of does not look at it
  crypto::Signature signature{};
};

struct Envelope {
  std::string payload_type{};                   ///< "application/vnd.candour.KIND+json"
  std::string payload{};                        ///< the bytes that were signed
  std::vector<EnvelopeSignature> signatures{};  ///< by ascending key id, each once
};

/// SHA-256 of a public key, in hexadecimal: the `keyid` of its signatures.
[[nodiscard]] std::string key_id(const crypto::SigningPublicKey& key);

/// The payload type of a kind: "application/vnd.candour.batch+json" for "batch".
[[nodiscard]] std::string payload_type_of(std::string_view kind);

/// DSSE's pre-authentication encoding: the bytes that a signature is over.
[[nodiscard]] std::string pre_authentication_encoding(std::string_view payload_type,
                                                      std::string_view payload);

/// An envelope over `payload` with one signature. Errors: CND-2001 (it would be too large).
[[nodiscard]] Envelope sign(std::string_view kind, std::string payload, const crypto::SigningKey& key);
/// Adds a signature at its place, instead of one that was there under its key id.
void add_signature(Envelope& envelope, const EnvelopeSignature& signature);
/// Adds a key's own.
void add_signature(Envelope& envelope, const crypto::SigningKey& key);
/// The bytes of an envelope with one more signature; whoever signed already changes nothing. What the
/// statement says, and who signed it before, the caller has looked at. Errors: CND-2001, CND-2002.
[[nodiscard]] std::string sign_also(std::string_view bytes, std::string_view kind,
                                    const crypto::SigningKey& key);

/// The envelope's one form.
[[nodiscard]] std::string write_envelope(const Envelope& envelope);
/// Reads an envelope of a kind; no signature is verified. Errors: CND-2001 (it is none, is not in its one
/// form, or is too large), CND-2002 (it is of another kind).
[[nodiscard]] Envelope parse_envelope(std::string_view bytes, std::string_view kind);
/// Reads an envelope of whatever kind. Errors: CND-2001.
[[nodiscard]] Envelope parse_any_envelope(std::string_view bytes);

/// Which of the trusted keys signed: each once, however often it did and under whatever key id.
[[nodiscard]] std::vector<crypto::SigningPublicKey> signers_of(
    const Envelope& envelope, std::span<const crypto::SigningPublicKey> trusted);

/// Which keys signed, of an envelope that nobody but some of `trusted` signed, each under its own key id: for
/// a set of signers, no byte of it can be another. By ascending key id. Errors: CND-2003 (a signature is of
/// none of them, or does not hold).
[[nodiscard]] std::vector<crypto::SigningPublicKey> only_signers_of(
    const Envelope& envelope, std::span<const crypto::SigningPublicKey> trusted);

/// Reads an envelope of a kind that `key` and nobody else must have signed, under its own key id, and gives
/// its payload: no byte of the envelope can be another. Errors: CND-2001, CND-2002, CND-2003 (it did not).
[[nodiscard]] std::string verified_payload(std::string_view bytes, std::string_view kind,
                                           const crypto::SigningPublicKey& key);

/// The leaf hash that an envelope's entry in the log has: SHA-256(0x00 ‖ bytes) (RFC 6962, 2.1).
[[nodiscard]] base::Digest leaf_hash(std::string_view envelope_bytes);

}  // namespace candour::statement
