// Key ceremonies: what guardians say, and what follows from it. docs/reference/formats/ceremony.md.
import { sha256 } from "@noble/hashes/sha2.js";

import * as group from "./group.ts";
import { type Point, type Scalar } from "./group.ts";
import { i2osp, join, toHex, utf8 } from "./octets.ts";
import { derivedId, header, jsonLine, type Member } from "./statement.ts";

export interface Plan {
  readonly federation: Uint8Array;
  readonly log: string;
  readonly charterVersion: number;
  readonly kind: "new" | "refresh" | "recover" | "reshare";
  readonly domain: string;
  readonly epoch: number;
  readonly threshold: number;
  readonly dealers: readonly number[];
  readonly receivers: readonly number[];
}

const planObject = (plan: Plan) => ({
  charter_version: plan.charterVersion, kind: plan.kind, domain: plan.domain, epoch: plan.epoch,
  threshold: plan.threshold, dealers: plan.dealers, receivers: plan.receivers,
});

export const ceremonyId = (plan: Plan): Uint8Array => derivedId("ceremony", sha256(utf8(jsonLine(
  { federation: toHex(plan.federation), log: plan.log, ...planObject(plan) }))));

export const digestOf = (payload: string): Uint8Array => sha256(utf8(payload));

const encoded = (points: readonly Point[]): Uint8Array[] => points.map((point) => point.toBytes());

export interface Opening {
  readonly nonce: Uint8Array;
  readonly commitments: readonly Point[];
  readonly proof: Uint8Array;
}

export const commitmentTo = (plan: Plan, dealer: number, nonce: Uint8Array, commitments: readonly Point[]): Uint8Array =>
  sha256(join(utf8("candour/v1/dkg-commit"), plan.federation, ceremonyId(plan), i2osp(dealer, 2), nonce,
              ...encoded(commitments)));

const challengeOf = (plan: Plan, dealer: number, commitments: readonly Point[], noncePoint: Point): Scalar =>
  group.hashToScalar(join(plan.federation, sha256(utf8(plan.domain)), ceremonyId(plan), i2osp(dealer, 2),
                          ...encoded(commitments), noncePoint.toBytes()), "candour/v1/dkg-pok");

export function proveKnowledge(plan: Plan, dealer: number, secret: Scalar, commitments: readonly Point[],
                               nonce: Scalar): Uint8Array {
  const challenge = challengeOf(plan, dealer, commitments, group.times(nonce, group.base));
  return join(group.scalarOctets(challenge), group.scalarOctets(group.modulo(nonce - challenge * secret)));
}

export function knowledgeHolds(plan: Plan, dealer: number, { commitments, proof }: Opening): boolean {
  const [challenge, response] = [group.parseScalar(proof.slice(0, 32)), group.parseScalar(proof.slice(32))];
  const [first] = commitments;
  if (first === undefined) return false;
  const noncePoint = group.times(response, group.base).add(group.times(challenge, first));
  return challengeOf(plan, dealer, commitments, noncePoint) === challenge;
}

/** HPKE's info for the share of a receiver. */
export const shareInfo = (plan: Plan, dealer: number, receiver: number): Uint8Array =>
  join(utf8("candour/v1/dkg-share"), ceremonyId(plan), i2osp(dealer, 2), i2osp(receiver, 2));

const messageHeader = (plan: Plan, kind: string, guardian: number, made: number) => header({
  federation: plan.federation, log: plan.log, made,
  id: derivedId(kind, sha256(join(ceremonyId(plan), i2osp(guardian, 2)))),
});

const hexOrNull = (octets: Uint8Array | undefined): string | null => (octets === undefined ? null : toHex(octets));

const openingObject = (opening: Opening): Member => ({
  nonce: toHex(opening.nonce), commitments: encoded(opening.commitments).map(toHex), proof: toHex(opening.proof),
});

export const commitPayload = (plan: Plan, guardian: number, made: number, commitment: Uint8Array | undefined,
                              oneTimeKey: Uint8Array | undefined): string => jsonLine({
  ...messageHeader(plan, "ceremony-commit", guardian, made), plan: planObject(plan), guardian,
  commitment: hexOrNull(commitment), one_time_key: hexOrNull(oneTimeKey),
});

export interface Deal {
  readonly opening: Opening;
  readonly shares: readonly { receiver: number; sealed: Uint8Array }[];
}

export const dealPayload = (plan: Plan, guardian: number, made: number, commits: readonly Uint8Array[],
                            { opening, shares }: Deal): string => jsonLine({
  ...messageHeader(plan, "ceremony-deal", guardian, made), ceremony: toHex(ceremonyId(plan)), guardian,
  commits: commits.map(toHex), opening: openingObject(opening),
  shares: shares.map(({ receiver, sealed }) => ({ receiver, sealed: toHex(sealed) })),
});

export const transcriptPayload = (
  plan: Plan, made: number, dealers: readonly { guardian: number; commitment: Uint8Array; opening: Opening }[],
  key: Point, shareKeys: readonly { guardian: number; key: Point }[], commits: readonly Uint8Array[],
  deals: readonly Uint8Array[]): string => jsonLine({
  ...header({ federation: plan.federation, log: plan.log, id: ceremonyId(plan), made }), plan: planObject(plan),
  dealers: dealers.map(({ guardian, commitment, opening }) =>
    ({ guardian, commitment: toHex(commitment), opening: openingObject(opening) })),
  key: toHex(key.toBytes()),
  share_keys: shareKeys.map(({ guardian, key: one }) => ({ guardian, key: toHex(one.toBytes()) })),
  commits: commits.map(toHex), deals: deals.map(toHex),
});
