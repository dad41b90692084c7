// ristretto255 and what is hashed to it. The arithmetic of points and the one-way map are noble's; the rest
// is written out from RFC 9380 and RFC 9497.
import { pippenger } from "@noble/curves/abstract/curve.js";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { i2osp, join, littleEndian, toLittleEndian, utf8 } from "./octets.ts";

export type Point = InstanceType<typeof ristretto255.Point>;
export type Scalar = bigint;

export const base: Point = ristretto255.Point.BASE;
export const identity: Point = ristretto255.Point.ZERO;
/** ℓ, from RFC 9496, section 4. */
export const order = 2n ** 252n + 27742317777372353535851937790883648493n;

export const modulo = (number: bigint): Scalar => ((number % order) + order) % order;

/** 1/x by Fermat: x^(ℓ−2). */
export function inverse(scalar: Scalar): Scalar {
  if (modulo(scalar) === 0n) throw new Error("zero has no inverse");
  let result = 1n;
  for (let power = modulo(scalar), rest = order - 2n; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = modulo(result * power);
    power = modulo(power * power);
  }
  return result;
}

/** scalar·point, for any scalar and any point: nothing here is a secret, so nothing takes constant time. */
export const times = (scalar: Scalar, point: Point): Point => point.multiplyUnsafe(modulo(scalar));
export const sum = (points: readonly Point[]): Point => points.reduce((total, one) => total.add(one), identity);
/** Σ scalars_j·points_j. */
export const sumOfMultiples = (scalars: readonly Scalar[], points: readonly Point[]): Point =>
  pippenger(ristretto255.Point, [...points], scalars.map(modulo));

export const scalarOctets = (scalar: Scalar): Uint8Array => toLittleEndian(scalar, 32);

/** A scalar as somebody sent it: refused unless it is below ℓ. */
export function parseScalar(octets: Uint8Array): Scalar {
  const scalar = littleEndian(octets);
  if (octets.length !== 32 || scalar >= order) throw new Error("the scalar is not canonical");
  return scalar;
}

/** A point as somebody sent it: refused unless it is the canonical encoding of one that is not the identity. */
export function parsePoint(octets: Uint8Array): Point {
  const point = ristretto255.Point.fromBytes(octets);
  if (point.is0()) throw new Error("the point is the identity");
  return point;
}

/** RFC 9380, 5.3.1, with SHA-512: s_in_bytes = 128, b_in_bytes = 64. */
export function expandMessageXmd(message: Uint8Array, tag: Uint8Array, size: number): Uint8Array {
  const blocks = Math.ceil(size / 64);
  if (blocks > 255 || size < 1 || tag.length > 255) throw new Error("out of expand_message_xmd's range");
  const tagPrime = join(tag, i2osp(tag.length, 1));
  const first = sha512(join(new Uint8Array(128), message, i2osp(size, 2), i2osp(0, 1), tagPrime));
  let block = sha512(join(first, i2osp(1, 1), tagPrime));
  const uniform = [block];
  for (let i = 2; i <= blocks; i += 1) {
    const mixed = first.map((octet, place) => octet ^ (block[place] ?? 0));
    block = sha512(join(mixed, i2osp(i, 1), tagPrime));
    uniform.push(block);
  }
  return join(...uniform).slice(0, size);
}

/** The one-way map of RFC 9496, 4.3.4. */
export function oneWayMap(uniform: Uint8Array): Point {
  if (ristretto255_hasher.deriveToCurve === undefined) throw new Error("noble has no one-way map");
  return ristretto255_hasher.deriveToCurve(uniform);
}

export const hashToGroup = (message: Uint8Array, tag: string): Point =>
  oneWayMap(expandMessageXmd(message, utf8(tag), 64));

export const hashToScalar = (message: Uint8Array, tag: string): Scalar =>
  modulo(littleEndian(expandMessageXmd(message, utf8(tag), 64)));
