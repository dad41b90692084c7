// Strings of octets, as the design's formulas write them.
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export { bytesToHex as toHex, hexToBytes as fromHex } from "@noble/hashes/utils.js";

export const utf8 = (text: string): Uint8Array => utf8ToBytes(text);
export const join = (...parts: readonly Uint8Array[]): Uint8Array => concatBytes(...parts);

/** I2OSP of RFC 8017: `size` octets, the most significant first. */
export function i2osp(number: number, size: number): Uint8Array {
  if (!Number.isSafeInteger(number) || number < 0 || number >= 256 ** size) {
    throw new Error(`${number} does not fit into ${size} octets`);
  }
  const octets = new Uint8Array(size);
  for (let at = size - 1, rest = number; at >= 0; at -= 1, rest = Math.floor(rest / 256)) octets[at] = rest % 256;
  return octets;
}

export function littleEndian(octets: Uint8Array): bigint {
  let number = 0n;
  for (let at = octets.length - 1; at >= 0; at -= 1) number = number * 256n + BigInt(octets[at] ?? 0);
  return number;
}

export function toLittleEndian(number: bigint, size: number): Uint8Array {
  const octets = new Uint8Array(size);
  let rest = number;
  for (let at = 0; at < size; at += 1, rest >>= 8n) octets[at] = Number(rest & 0xffn);
  if (rest !== 0n) throw new Error(`the number does not fit into ${size} octets`);
  return octets;
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, at) => octet === b[at]);

/** The element at a place that is known to be there. */
export function at<T>(list: readonly T[], place: number): T {
  const element = list[place];
  if (element === undefined) throw new Error(`nothing at ${place} of ${list.length}`);
  return element;
}
