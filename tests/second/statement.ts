// Signed statements: DSSE envelopes in their one form, and payloads whose members have one order.
// docs/reference/formats/statements.md.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { equal, i2osp, join, toHex, utf8 } from "./octets.ts";

export type Member = string | number | boolean | null | readonly Member[] | { readonly [name: string]: Member };

/**
 * JSON without any space, its members in the order in which they were put (every name begins with a letter, so
 * that JavaScript keeps it). Two control characters that JSON.stringify gives a letter have four digits here.
 */
export const jsonLine = (value: Member): string =>
  JSON.stringify(value).replace(/\\(?:u....|.)/g, (escape) =>
    escape === "\\b" ? "\\u0008" : escape === "\\f" ? "\\u000c" : escape);

export const preAuthenticationEncoding = (payloadType: string, payload: Uint8Array): Uint8Array =>
  join(utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `), payload);

export const payloadTypeOf = (kind: string): string =>
  `application/vnd.candour.${kind}+json`;

export const keyIdOf = (publicKey: Uint8Array): string => toHex(sha256(publicKey));

const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString("base64");

/** An envelope over a payload, signed once by each of the seeds; the signatures stand by ascending key id. */
export function signed(kind: string, payload: string, ...seeds: readonly Uint8Array[]): Uint8Array {
  const payloadType = payloadTypeOf(kind);
  const octets = utf8(payload);
  const signatures = seeds.map((seed) => ({
    keyid: keyIdOf(ed25519.getPublicKey(seed)),
    sig: base64(ed25519.sign(preAuthenticationEncoding(payloadType, octets), seed)),
  })).sort((a, b) => a.keyid < b.keyid ? -1 : 1);
  return utf8(jsonLine({ payload: base64(octets), payloadType, signatures }));
}

/** The payload of an envelope in its one form that `publicKey` signed; throws for any other. */
export function verifiedPayload(envelope: Uint8Array, kind: string, publicKey: Uint8Array): string {
  const read = JSON.parse(Buffer.from(envelope).toString("utf8")) as
    { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] };
  const payload = new Uint8Array(Buffer.from(read.payload, "base64"));
  const rewritten = jsonLine({
    payload: base64(payload),
    payloadType: read.payloadType,
    signatures: read.signatures.map(({ keyid, sig }) => ({ keyid, sig: base64(Buffer.from(sig, "base64")) })),
  });
  if (!equal(utf8(rewritten), envelope)) throw new Error("the envelope is not in its one form");
  if (read.payloadType !== payloadTypeOf(kind)) throw new Error("the envelope is of another kind");
  const message = preAuthenticationEncoding(read.payloadType, payload);
  const holds = read.signatures.some(({ sig }) =>
    ed25519.verify(new Uint8Array(Buffer.from(sig, "base64")), message, publicKey, { zip215: false }));
  if (!holds) throw new Error("the envelope is not signed by that key");
  return Buffer.from(payload).toString("utf8");
}

/** The leaf hash that an envelope's entry in the log has. */
export const leafHash = (envelope: Uint8Array): Uint8Array => sha256(join(i2osp(0, 1), envelope));

/** RFC 3339 in UTC to the second. */
export const utcText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

export interface Header {
  readonly federation: Uint8Array;
  readonly log: string;
  readonly id: Uint8Array;
  readonly made: number;
}

export const header = ({ federation, log, id, made }: Header) =>
  ({ federation: toHex(federation), log, id: toHex(id), made: utcText(made) });

/** The id of an answer: the first 16 octets of SHA-256(kind ‖ digest of what is answered). */
export const derivedId = (kind: string, answered: Uint8Array): Uint8Array =>
  sha256(join(utf8(kind), answered)).slice(0, 16);

export interface Batch {
  readonly header: Header;
  readonly instruction: Uint8Array;
  readonly domain: string;
  readonly epoch: number;
  readonly provider: string;
  readonly collection: string;
  readonly size: number;
  readonly pointsSha256: Uint8Array;
}

export const batchPayload = (batch: Batch): string => jsonLine({
  ...header(batch.header),
  instruction: toHex(batch.instruction),
  domain: batch.domain,
  epoch: batch.epoch,
  provider: batch.provider,
  collection: batch.collection,
  size: batch.size,
  points_sha256: toHex(batch.pointsSha256),
});

export interface Attestation {
  readonly header: Header;
  readonly batch: Uint8Array;
  readonly domain: string;
  readonly epoch: number;
  readonly guardian: number;
  readonly asked: readonly number[];
  readonly pointsSha256: Uint8Array;
  readonly proof: Uint8Array;
  readonly checkpoint: string;
}

export const attestationPayload = (attestation: Attestation): string => jsonLine({
  ...header(attestation.header),
  batch: toHex(attestation.batch),
  domain: attestation.domain,
  epoch: attestation.epoch,
  guardian: attestation.guardian,
  asked: attestation.asked,
  points_sha256: toHex(attestation.pointsSha256),
  proof: toHex(attestation.proof),
  checkpoint: attestation.checkpoint,
});

export interface Submission {
  readonly header: Header;
  readonly instruction: Uint8Array;
  readonly collection: string;
  readonly collectionSha256: Uint8Array;
  readonly table: string;
  readonly period: string;
  readonly provider: string;
  readonly revision: number;
  readonly supersedes: Uint8Array | null;
  readonly batches: readonly Uint8Array[];
  readonly attestationsSha256: Uint8Array;
  readonly nil: boolean;
  readonly commitment: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly packageSha256: Uint8Array;
  readonly packageBytes: number;
  readonly optOut: string;
  readonly acceptance: "accepted" | "compelled";
  readonly legalNotice: string;
}

export const submissionPayload = (submission: Submission): string => jsonLine({
  ...header(submission.header),
  instruction: toHex(submission.instruction),
  collection: submission.collection,
  collection_sha256: toHex(submission.collectionSha256),
  table: submission.table,
  period: submission.period,
  provider: submission.provider,
  revision: submission.revision,
  supersedes: submission.supersedes === null ? null : toHex(submission.supersedes),
  batches: submission.batches.map(toHex),
  attestations_sha256: toHex(submission.attestationsSha256),
  nil: submission.nil,
  commitment: toHex(submission.commitment),
  sealing_key: toHex(submission.sealingKey),
  package_sha256: toHex(submission.packageSha256),
  package_bytes: submission.packageBytes,
  opt_out: submission.optOut,
  acceptance: submission.acceptance,
  legal_notice: submission.legalNotice,
});

export interface Receipt {
  readonly header: Header;
  readonly submission: Uint8Array;
  readonly provider: string;
  readonly collection: string;
  readonly table: string;
  readonly period: string;
  readonly revision: number;
  readonly version: number;
}

export const receiptPayload = (receipt: Receipt): string => jsonLine({
  ...header(receipt.header),
  submission: toHex(receipt.submission),
  provider: receipt.provider,
  collection: receipt.collection,
  table: receipt.table,
  period: receipt.period,
  revision: receipt.revision,
  version: receipt.version,
});

export interface SealingKey {
  readonly header: Header;
  readonly key: Uint8Array;
  readonly firstDay: string;
  readonly lastDay: string;
}

export const sealingKeyPayload = (one: SealingKey): string => jsonLine({
  ...header(one.header),
  key: toHex(one.key),
  first_day: one.firstDay,
  last_day: one.lastDay,
});

/** What an attestation answers; its id is derived from it. */
export const attestationSubject = (batchLeaf: Uint8Array, asked: readonly number[], guardian: number): Uint8Array =>
  sha256(join(batchLeaf, i2osp(asked.length, 2), ...asked.map((index) => i2osp(index, 2)), i2osp(guardian, 2)));

/** The body of a request: the envelope, then whom is asked, then the points. */
export const requestBody = (envelope: Uint8Array, asked: readonly number[], points: Uint8Array): Uint8Array =>
  join(i2osp(envelope.length, 4), envelope, i2osp(asked.length, 2), ...asked.map((index) => i2osp(index, 2)), points);

/** The body of an answer. */
export const answerBody = (envelope: Uint8Array, points: Uint8Array): Uint8Array =>
  join(i2osp(envelope.length, 4), envelope, points);

