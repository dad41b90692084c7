#include "candour/statement/envelope.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/base/json.h"

namespace candour::statement {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2001", "This is no signed statement in the form that Candour writes.")
      .with("rule", base::Label(rule.view()));
}

const std::string& text_of(const base::Json& object, std::string_view key) {
  const base::Json* member = object.find(key);
  const std::string* text = member == nullptr ? nullptr : member->text();
  if (text == nullptr) refuse("a member is missing or is no text");
  return *text;
}

EnvelopeSignature parse_signature(const base::Json& object) {
  const auto bytes = base::from_base64(text_of(object, "sig"));
  EnvelopeSignature signature{.key_id = text_of(object, "keyid")};
  const auto key_id = base::from_hex_exactly<32>(signature.key_id);
  if (!key_id || base::to_hex(*key_id) != signature.key_id) refuse("a key id is not 64 hexadecimal digits");
  if (!bytes || bytes->size() != signature.signature.size()) refuse("a signature is not 64 bytes of base64");
  std::ranges::copy(*bytes, signature.signature.begin());
  return signature;
}

}  // namespace

std::string key_id(const crypto::SigningPublicKey& key) { return base::to_hex(base::sha256(key)); }

std::string payload_type_of(std::string_view kind) {
  return "application/vnd.candour." + std::string(kind) + "+json";
}

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  std::string text = "DSSEv1 " + std::to_string(payload_type.size()) + " ";
  text.append(payload_type).append(" ").append(std::to_string(payload.size())).append(" ").append(payload);
  return text;
}

Envelope sign(std::string_view kind, std::string payload, const crypto::SigningKey& key) {
  Envelope envelope{.payload_type = payload_type_of(kind), .payload = std::move(payload)};
  add_signature(envelope, key);
  if (write_envelope(envelope).size() > kEnvelopeAtMostBytes) refuse("it is too large");
  return envelope;
}

void add_signature(Envelope& envelope, const EnvelopeSignature& signature) {
  auto& all = envelope.signatures;
  const auto place = std::ranges::lower_bound(all, signature.key_id, {}, &EnvelopeSignature::key_id);
  if (place != all.end() && place->key_id == signature.key_id) {
    *place = signature;
  } else {
    all.insert(place, signature);
  }
}

void add_signature(Envelope& envelope, const crypto::SigningKey& key) {
  const std::string signed_bytes = pre_authentication_encoding(envelope.payload_type, envelope.payload);
  add_signature(envelope, {key_id(key.public_key()), key.sign(base::as_bytes(signed_bytes))});
}

std::string sign_also(std::string_view bytes, std::string_view kind, const crypto::SigningKey& key) {
  Envelope envelope = parse_envelope(bytes, kind);
  add_signature(envelope, key);
  std::string more = write_envelope(envelope);
  if (envelope.signatures.size() > kSignaturesAtMost) refuse("it has too many signatures");
  if (more.size() > kEnvelopeAtMostBytes) refuse("it is too large");
  return more;
}

std::string write_envelope(const Envelope& envelope) {
  base::Json::Array signatures;
  for (const EnvelopeSignature& one : envelope.signatures) {
    signatures.emplace_back(
        base::Json::Object{{"keyid", one.key_id}, {"sig", base::to_base64(one.signature)}});
  }
  return base::write_json_line(
      base::Json::Object{{"payload", base::to_base64(base::as_bytes(envelope.payload))},
                         {"payloadType", envelope.payload_type},
                         {"signatures", std::move(signatures)}});
}

Envelope parse_any_envelope(std::string_view bytes) {
  if (bytes.size() > kEnvelopeAtMostBytes) refuse("it is too large");
  base::Json json;
  try {
    json = base::parse_json(bytes, 8);
  } catch (const base::Error&) {
    refuse("it is no JSON");
  }
  const auto payload = base::from_base64(text_of(json, "payload"));
  if (!payload) refuse("the payload is no base64");
  Envelope envelope{.payload_type = text_of(json, "payloadType"),
                    .payload = std::string(base::as_text(*payload))};
  const bool is_charter = envelope.payload_type == payload_type_of("charter");
  if (!is_charter && bytes.size() > kEnvelopeAtMostBytes) refuse("it is too large");
  const base::Json* signatures = json.find("signatures");
  if (signatures == nullptr || signatures->array() == nullptr || signatures->array()->empty() ||
      signatures->array()->size() > kSignaturesAtMost) {
    refuse("it has no signature, or too many");
  }
  for (const base::Json& one : *signatures->array()) envelope.signatures.push_back(parse_signature(one));
  const auto out_of_order = [](const EnvelopeSignature& a, const EnvelopeSignature& b) {
    return a.key_id >= b.key_id;
  };
  if (std::ranges::adjacent_find(envelope.signatures, out_of_order) != envelope.signatures.end()) {
    refuse("its signatures do not stand by ascending key id, each once");
  }
  if (write_envelope(envelope) != bytes) refuse("it is not in the one form of an envelope");
  return envelope;
}

Envelope parse_envelope(std::string_view bytes, std::string_view kind) {
  if (bytes.size() > kEnvelopeAtMostBytes) refuse("it is too large");
  Envelope envelope = parse_any_envelope(bytes);
  if (envelope.payload_type != payload_type_of(kind)) {
    throw base::Error("CND-2002", "The signed statement is of another kind than was expected here.")
        .with("expected", base::Label(kind));
  }
  return envelope;
}

std::vector<crypto::SigningPublicKey> signers_of(const Envelope& envelope,
                                                 std::span<const crypto::SigningPublicKey> trusted) {
  const std::string signed_bytes = pre_authentication_encoding(envelope.payload_type, envelope.payload);
  std::vector<crypto::SigningPublicKey> signers;
  for (const crypto::SigningPublicKey& key : trusted) {
    const bool signed_it = std::ranges::any_of(envelope.signatures, [&](const EnvelopeSignature& one) {
      return crypto::verify_signature(key, base::as_bytes(signed_bytes), one.signature);
    });
    if (signed_it && std::ranges::find(signers, key) == signers.end()) signers.push_back(key);
  }
  return signers;
}

std::vector<crypto::SigningPublicKey> only_signers_of(const Envelope& envelope,
                                                      std::span<const crypto::SigningPublicKey> trusted) {
  const std::string signed_bytes = pre_authentication_encoding(envelope.payload_type, envelope.payload);
  std::vector<crypto::SigningPublicKey> signers;
  for (const EnvelopeSignature& one : envelope.signatures) {
    const auto key = std::ranges::find(trusted, one.key_id, key_id);
    if (key == trusted.end() ||
        !crypto::verify_signature(*key, base::as_bytes(signed_bytes), one.signature)) {
      throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.")
          .with("key_id", base::Label(one.key_id));
    }
    signers.push_back(*key);
  }
  return signers;
}

std::string verified_payload(std::string_view bytes, std::string_view kind,
                             const crypto::SigningPublicKey& key) {
  Envelope envelope = parse_envelope(bytes, kind);
  if (signers_of(envelope, std::span(&key, 1)).empty()) {
    throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.")
        .with("kind", base::Label(kind))
        .with("key_id", base::Label(key_id(key)));
  }
  // What is not signed must follow from what is, or one statement would have many leaf hashes.
  if (envelope.signatures.size() != 1 || envelope.signatures.front().key_id != key_id(key)) {
    refuse("it has another signature than its signer's, or another key id");
  }
  return std::move(envelope.payload);
}

base::Digest leaf_hash(std::string_view envelope_bytes) {
  base::Sha256 hash;
  const std::uint8_t leaf = 0x00;
  hash.update({&leaf, 1});
  hash.update(base::as_bytes(envelope_bytes));
  return hash.finish();
}

}  // namespace candour::statement
