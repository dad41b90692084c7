// Signed notes (C2SP signed-note) and cosignatures (C2SP tlog-cosignature, cosignature/v1): a text, an empty line,
// and lines "— NAME BASE64(key id ‖ signature)". https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature
import { linesOf } from "./lines.ts";
import { equal, fromBase64, join, type Octets, sha256, textOf, toHex, utf8 } from "./octets.ts";
import { refuse } from "./refused.ts";
import { verifySignature } from "./signature.ts";

const noteAtMostBytes = 1 << 20;
const signaturesAtMost = 100;

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Octets;
  readonly signature: Octets;
}
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** 0x01 Ed25519 over the text; 0x04 a witness's, with a time. */
export type KeyType = 1 | 4;
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  readonly key: Octets;
}

/** Not empty, without control characters, Unicode's spaces and '+'. */
const isKeyName = (name: string): boolean =>
  /^[^\u0000-\u0020+\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/u.test(name);

function signatureOf(line: string): NoteSignature {
  const parts = /^\u2014 ([^ ]*) (.*)$/u.exec(line);
  if (parts?.[1] === undefined || parts[2] === undefined || !isKeyName(parts[1])) {
    refuse("a signature line is a dash, the name of a key and a signature");
  }
  const octets = fromBase64(parts[2]);
  if (octets === undefined || octets.length <= 4) refuse("a signature line ends with base64 of a key id and more");
  return { name: parts[1], keyId: octets.subarray(0, 4), signature: octets.subarray(4) };
}

export function parseNote(bytes: Octets): Note {
  if (bytes.length > noteAtMostBytes) refuse("it is larger than 1 MiB");
  const whole = textOf(bytes);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) refuse("it has a control character");
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) refuse("an empty line stands between text and signatures");
  const lines = linesOf(whole.slice(split + 2));
  if (lines.length === 0 || lines.length > signaturesAtMost) refuse("it has from 1 to 100 signatures");
  return { text: whole.slice(0, split + 1), signatures: lines.map(signatureOf) };
}

/** The first four octets of SHA-256(name ‖ LF ‖ type ‖ key). */
export const noteKeyId = ({ name, type, key }: VerifierKey): Octets =>
  sha256(join(utf8(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4);

/** "NAME+KEYID+BASE64(type ‖ key)". */
export function parseVerifierKey(text: string): VerifierKey {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text);
  if (parts?.[1] === undefined || parts[3] === undefined || !isKeyName(parts[1])) {
    refuse("a key is a name, a key id and a key, with + between");
  }
  const octets = fromBase64(parts[3]);
  const type = octets?.[0];
  if (octets === undefined || octets.length !== 33 || (type !== 1 && type !== 4)) {
    refuse("a key is base64 of its type (01 Ed25519 or 04 cosignature/v1) and 32 octets");
  }
  const key: VerifierKey = { name: parts[1], type, key: octets.subarray(1) };
  if (toHex(noteKeyId(key)) !== parts[2]) refuse("a key's id is not that of its name and octets");
  return key;
}

/** One key's word on a note. */
export type Signed =
  | { readonly outcome: "absent" }
  | { readonly outcome: "false" }
  | { readonly outcome: "holds"; readonly time: bigint };  // of a cosignature; 0 for type 0x01

/** When `key` cosigned, in seconds since 1970; nothing where the signature does not hold. */
function cosignedAt(key: Octets, text: string, signature: Octets): bigint | undefined {
  if (signature.length !== 72) return undefined;
  const time = BigInt(`0x${toHex(signature.subarray(0, 8))}`);
  if (time === 0n || BigInt.asIntN(64, time) !== time) return undefined;
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  return verifySignature(key, message, signature.subarray(8)) ? time : undefined;
}

/** What a key says of a note: of two cosignatures the later time; one signature that does not hold is false. */
export function signedBy(note: Note, key: VerifierKey): Signed {
  const id = noteKeyId(key);
  let latest: bigint | undefined;
  for (const one of note.signatures) {
    if (one.name !== key.name || !equal(one.keyId, id)) continue;
    const time = key.type === 4
      ? cosignedAt(key.key, note.text, one.signature)
      : verifySignature(key.key, utf8(note.text), one.signature) ? 0n : undefined;
    if (time === undefined) return { outcome: "false" };
    if (latest === undefined || time > latest) latest = time;
  }
  return latest === undefined ? { outcome: "absent" } : { outcome: "holds", time: latest };
}
