// Ed25519 (RFC 8032) as libsodium judges it, which is the federation's verdict (src/crypto/signature.h): S below the
// group's order, key and R in their canonical encoding and of no small order, and [S]B − [h]A equal to R to the
// octet. noble's own verify multiplies by the cofactor first, and so takes signatures that Candour's nodes refuse;
// browsers' Web Crypto differs between browsers. noble gives the arithmetic alone.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { equal, join, type Octets, sha256, toHex } from "./octets.ts";

const { Point } = ed25519;
const order = Point.CURVE().n;

function littleEndian(octets: Octets): bigint {
  let number = 0n;
  for (const octet of [...octets].reverse()) number = number * 256n + BigInt(octet);
  return number;
}

function pointOf(octets: Octets) {
  try {
    const point = Point.fromBytes(octets, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

/** Whether `signature` is the key's over `message`. */
export function verifySignature(key: Octets, message: Octets, signature: Octets): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const a = pointOf(key);
  if (s >= order || a === undefined || pointOf(r) === undefined) return false;
  const h = littleEndian(sha512(join(r, key, message))) % order;
  return equal(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h)).toBytes(), r);
}

/** SHA-256 of a public key: the `keyid` of its signatures. */
export const keyIdOf = (key: Octets): string => toHex(sha256(key));
