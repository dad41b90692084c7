// HPKE in its base mode with X25519, HKDF-SHA256 and ChaCha20-Poly1305, one message (RFC 9180).
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { i2osp, join, utf8 } from "./octets.ts";

const none = new Uint8Array(0);
const kemSuite = join(utf8("KEM"), i2osp(0x0020, 2));
const hpkeSuite = join(utf8("HPKE"), i2osp(0x0020, 2), i2osp(0x0001, 2), i2osp(0x0003, 2));

const labeledExtract = (suite: Uint8Array, salt: Uint8Array, label: string, key: Uint8Array): Uint8Array =>
  extract(sha256, join(utf8("HPKE-v1"), suite, utf8(label), key), salt);
const labeledExpand = (suite: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, size: number): Uint8Array =>
  expand(sha256, key, join(i2osp(size, 2), utf8("HPKE-v1"), suite, utf8(label), info), size);

function cipher(dh: Uint8Array, enc: Uint8Array, receiver: Uint8Array, info: Uint8Array) {
  const secret = labeledExpand(
    kemSuite, labeledExtract(kemSuite, none, "eae_prk", dh), "shared_secret", join(enc, receiver), 32);
  const context = join(i2osp(0, 1), labeledExtract(hpkeSuite, none, "psk_id_hash", none),
                       labeledExtract(hpkeSuite, none, "info_hash", info));
  const scheduled = labeledExtract(hpkeSuite, secret, "secret", none);
  return chacha20poly1305(labeledExpand(hpkeSuite, scheduled, "key", context, 32),
                          labeledExpand(hpkeSuite, scheduled, "base_nonce", context, 12), none);
}

/** enc ‖ ciphertext ‖ tag of `plain` to a public key; `ephemeral` is the sender's secret for this alone. */
export function seal(receiver: Uint8Array, ephemeral: Uint8Array, info: Uint8Array, plain: Uint8Array): Uint8Array {
  const enc = x25519.getPublicKey(ephemeral);
  return join(enc, cipher(x25519.getSharedSecret(ephemeral, receiver), enc, receiver, info).encrypt(plain));
}

/** What `seal` sealed; throws where it does not authenticate. */
export function open(receiverSecret: Uint8Array, info: Uint8Array, sealed: Uint8Array): Uint8Array {
  const enc = sealed.slice(0, 32);
  const receiver = x25519.getPublicKey(receiverSecret);
  return cipher(x25519.getSharedSecret(receiverSecret, enc), enc, receiver, info).decrypt(sealed.slice(32));
}
