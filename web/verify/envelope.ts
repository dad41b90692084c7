// DSSE envelopes in Candour's one form (docs/reference/formats/statements.md): members in one order, no white space,
// canonical base64, signatures by ascending key id. What could be written in two ways would have two leaf hashes.
import { fromBase64, fromHex, join, type Octets, textOf, utf8 } from "./octets.ts";
import { isArray, isObject, type Json, jsonLine, parseJson } from "./json.ts";
import { refuse } from "./refused.ts";
import { keyIdOf, verifySignature } from "./signature.ts";

const envelopeAtMostBytes = 65_535;
const signaturesAtMost = 32;

export interface EnvelopeSignature {
  readonly keyId: string;
  readonly signature: Octets;
}
export interface Envelope {
  readonly bytes: Octets;  // the entry of the log
  readonly kind: string;
  readonly payloadType: string;
  readonly payload: Octets;
  readonly signatures: readonly EnvelopeSignature[];
}

function memberText(json: Json | undefined, key: string): string {
  const value = isObject(json) ? json.get(key) : undefined;
  return typeof value === "string" ? value : refuse(`“${key}” is missing or is no text`);
}

function signatureOf(json: Json): EnvelopeSignature {
  const keyId = memberText(json, "keyid");
  const signature = fromBase64(memberText(json, "sig"));
  if (fromHex(keyId, 32) === undefined) refuse("a key id is not 64 hexadecimal digits");
  if (signature?.length !== 64) refuse("a signature is not 64 bytes of base64");
  return { keyId, signature };
}

/** Reads an envelope of whatever kind; no signature is verified. */
export function parseEnvelope(bytes: Octets): Envelope {
  if (bytes.length > envelopeAtMostBytes) refuse("it is too large");
  const text = textOf(bytes);
  const json = parseJson(text);
  const payload = fromBase64(memberText(json, "payload"));
  if (payload === undefined) refuse("the payload is no base64 in its one spelling");
  const payloadType = memberText(json, "payloadType");
  const kind = /^application\/vnd\.candour\.([a-z-]+)\+json$/.exec(payloadType)?.[1];
  if (kind === undefined) refuse(`“${payloadType}” is no kind of statement of Candour`);
  const list = isObject(json) ? json.get("signatures") : undefined;
  if (!isArray(list) || list.length === 0 || list.length > signaturesAtMost) refuse("it has no signature, or too many");
  const signatures = list.map(signatureOf);
  if (signatures.some((one, at) => at > 0 && one.keyId <= (signatures[at - 1]?.keyId ?? ""))) {
    refuse("its signatures do not stand by ascending key id, each once");
  }
  const oneForm = new Map<string, Json>([["payload", memberText(json, "payload")], ["payloadType", payloadType],
    ["signatures", list.map((one) => new Map([["keyid", memberText(one, "keyid")], ["sig", memberText(one, "sig")]]))]]);
  if (jsonLine(oneForm) !== text) refuse("it is not in the one form of an envelope");
  return { bytes, kind, payloadType, payload, signatures };
}

/** DSSE's encoding of type and payload: what is signed. */
export const preAuthenticationEncoding = (payloadType: string, payload: Octets): Octets =>
  join(utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `), payload);

export type Signature =
  | { readonly outcome: "holds"; readonly keyId: string; readonly key: Octets }
  | { readonly outcome: "false"; readonly keyId: string }
  | { readonly outcome: "unknown"; readonly keyId: string };

/** Each signature, in order, judged by the key among `keys` that its key id names. */
export function judgeSignatures(envelope: Envelope, keys: readonly Octets[]): readonly Signature[] {
  const known = new Map(keys.map((key) => [keyIdOf(key), key]));
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  return envelope.signatures.map(({ keyId, signature }): Signature => {
    const key = known.get(keyId);
    if (key === undefined) return { outcome: "unknown", keyId };
    return verifySignature(key, message, signature) ? { outcome: "holds", keyId, key } : { outcome: "false", keyId };
  });
}
