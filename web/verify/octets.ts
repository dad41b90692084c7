// Octets and their one spelling: hexadecimal in lower case, base64 that gives the same text again, UTF-8 without a
// fault. SHA-256 is noble's and not the browser's: crypto.subtle is missing on a page that came over plain HTTP, and
// would make every check wait for a promise.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import { Refused } from "./refused.ts";

export { sha256 };
export type Octets = Uint8Array;
export const toHex = (octets: Octets): string => bytesToHex(octets);
export const join = (...parts: readonly Octets[]): Octets => concatBytes(...parts);
export const utf8 = (text: string): Octets => utf8ToBytes(text);

export const equal = (a: Octets, b: Octets): boolean =>
  a.length === b.length && a.every((octet, at) => octet === b[at]);

/** Lower case alone, exactly so many octets; nothing otherwise. */
export const fromHex = (text: string, size: number): Octets | undefined =>
  text.length === 2 * size && /^[0-9a-f]*$/.test(text) ? hexToBytes(text) : undefined;

export function toBase64(octets: Octets): string {
  let binary = "";
  for (const octet of octets) binary += String.fromCharCode(octet);
  return btoa(binary);
}

/** RFC 4648, section 4, padded, unused bits 0; nothing for any other spelling. */
export function fromBase64(text: string): Octets | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const octets = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  return toBase64(octets) === text ? octets : undefined;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** The text; refused where the octets are no UTF-8. A byte order mark stays, and so is refused by what reads on. */
export function textOf(octets: Octets): string {
  try {
    return strict.decode(octets);
  } catch {
    throw new Refused("it is not UTF-8");
  }
}
