// A batch and its proof, by the formulas of the design's "A batch" and "The batch proof".
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

import * as group from "./group.ts";
import { type Point, type Scalar } from "./group.ts";
import { i2osp, join, littleEndian, utf8 } from "./octets.ts";

const hashToGroupTag = "HashToGroup-OPRFV1-\x01-ristretto255-SHA512";
const challengeTag = "candour/v1/dleq-challenge";

const encodings = new WeakMap<Point, Uint8Array>();  // an encoding costs a square root

function encoded(point: Point): Uint8Array {
  const known = encodings.get(point) ?? point.toBytes();
  encodings.set(point, known);
  return known;
}

export const octetsOf = (points: readonly Point[]): Uint8Array => join(...points.map(encoded));

/** A row of a batch as its provider knows it; padding has an empty x. */
export interface BlindedRow {
  readonly x: string;
  readonly hashed: Point;  // the identity for padding
  readonly blind: Scalar;
  readonly blinded: Point;
}

export function blindRow(batchSeed: Uint8Array, j: number, x: string): BlindedRow {
  const hashed = x === "" ? group.identity : group.hashToGroup(utf8(x), hashToGroupTag);
  const blind = group.modulo(littleEndian(hmac(sha512, batchSeed, join(i2osp(j, 4), utf8(x)))));
  return { x, hashed, blind, blinded: hashed.add(group.times(blind, group.base)) };
}

/** The first 64 bytes that RFC 9497's Finalize gives; a token is the first 32 of them. */
export const finalize = (input: Uint8Array, unblinded: Point): Uint8Array =>
  sha512(join(i2osp(input.length, 2), input, i2osp(32, 2), unblinded.toBytes(), utf8("Finalize")));

/** N_j, and the token of a real row. */
export function unblindRow(row: BlindedRow, evaluations: readonly Point[], publicKey: Point) {
  const combined = group.sum(evaluations);
  const unblinded = combined.subtract(group.times(row.blind, publicKey));
  if (unblinded.is0() !== (row.x === "")) throw new Error("padding gives the identity, and nothing else does");
  const token = row.x === "" ? undefined : finalize(utf8(row.x), unblinded).slice(0, 32);
  return { combined, unblinded, token };
}

export const lakePseudonym = (lakeKey: Uint8Array, token: Uint8Array): Uint8Array =>
  hmac(sha256, lakeKey, token).slice(0, 16);

export const usePseudonym = (useKey: Uint8Array, pseudonym: Uint8Array): Uint8Array =>
  hmac(sha256, useKey, join(utf8("candour/v1/use"), pseudonym)).slice(0, 16);

/** What a proof is about, beside the batch itself. */
export interface ProofContext {
  readonly federation: Uint8Array;
  readonly domain: string;
  readonly epoch: number;
  readonly batchLeaf: Uint8Array;
  readonly guardian: number;
  readonly asked: readonly number[];
  readonly weightedKey: Point;
}

export function transcriptOf(context: ProofContext, blinded: readonly Point[],
                             evaluated: readonly Point[]): Uint8Array {
  return sha512(join(
    utf8("candour/v1/dleq-transcript"), context.federation, sha256(utf8(context.domain)), i2osp(context.epoch, 4),
    context.batchLeaf, i2osp(context.guardian, 2), i2osp(context.asked.length, 2),
    ...context.asked.map((index) => i2osp(index, 2)), context.weightedKey.toBytes(), i2osp(blinded.length, 4),
    octetsOf(blinded), octetsOf(evaluated)));
}

/** d_0 … d_{m−1}. */
export function weightsOf(transcript: Uint8Array, size: number): bigint[] {
  const weights: bigint[] = [];
  for (let j = 0; j < size; j += 1) {
    const block = sha512(join(utf8("candour/v1/dleq-weight"), transcript, i2osp(Math.floor(j / 4), 4)));
    weights.push(littleEndian(block.slice(16 * (j % 4), 16 * (j % 4) + 16)));
  }
  return weights;
}

export const weightedSum = (weights: readonly bigint[], points: readonly Point[]): Point =>
  group.sumOfMultiples(weights, points);

export interface Proof {
  readonly challenge: Scalar;
  readonly response: Scalar;
}

export const proofOctets = (proof: Proof): Uint8Array =>
  join(group.scalarOctets(proof.challenge), group.scalarOctets(proof.response));

export function parseProof(octets: Uint8Array): Proof {
  if (octets.length !== 64) throw new Error("a proof has 64 octets");
  return { challenge: group.parseScalar(octets.slice(0, 32)), response: group.parseScalar(octets.slice(32)) };
}

const challengeOf = (transcript: Uint8Array, ...points: readonly Point[]): Scalar =>
  group.hashToScalar(join(transcript, octetsOf(points)), challengeTag);

/** The proof with nonce ρ, and what it went through. */
export function proveBatch(context: ProofContext, weightedShare: Scalar, blinded: readonly Point[],
                           evaluated: readonly Point[], nonce: Scalar) {
  const transcript = transcriptOf(context, blinded, evaluated);
  const weights = weightsOf(transcript, blinded.length);
  const M = weightedSum(weights, blinded);
  const Z = group.times(weightedShare, M);
  const challenge = challengeOf(transcript, context.weightedKey, M, Z, group.times(nonce, group.base),
                                group.times(nonce, M));
  const response = group.modulo(nonce - challenge * weightedShare);
  return { transcript, weights, M, Z, proof: { challenge, response } };
}

export function verifyBatch(context: ProofContext, blinded: readonly Point[], evaluated: readonly Point[],
                            proof: Proof): boolean {
  if (blinded.length === 0 || blinded.length !== evaluated.length) return false;
  const transcript = transcriptOf(context, blinded, evaluated);
  const weights = weightsOf(transcript, blinded.length);
  const M = weightedSum(weights, blinded);
  const Z = weightedSum(weights, evaluated);
  if (M.is0()) return false;
  const { challenge, response } = proof;
  const expected = challengeOf(
    transcript, context.weightedKey, M, Z,
    group.times(response, group.base).add(group.times(challenge, context.weightedKey)),
    group.times(response, M).add(group.times(challenge, Z)));
  return expected === challenge;
}
