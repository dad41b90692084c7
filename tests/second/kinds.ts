// The payloads of what is decided, run, published, refused, erased, sealed and opened.
// docs/reference/formats/statements.md.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { i2osp, join, toHex, utf8 } from "./octets.ts";
import { derivedId, type Header, header, jsonLine } from "./statement.ts";

type Octets = Uint8Array;
const hexOrNull = (octets: Octets | null): string | null => octets === null ? null : toHex(octets);

export const commitDigest = (salt: Octets, digest: Octets): Octets => hmac(sha256, salt, digest);

export interface FreeText {
  readonly commitment: Octets;
  readonly bytes: number;
}

export const commitText = (text: string, salt: Octets): FreeText =>
  ({ commitment: commitDigest(salt, sha256(utf8(text))), bytes: utf8(text).length });
/** The body beside the log. */
export const freeTextBody = (text: string, salt: Octets): Octets => join(salt, utf8(text));

/** What everything of a federation's log begins with; its id is random, or of what is answered. */
export interface Log {
  readonly federation: Octets;
  readonly log: string;
  readonly made: number;
}
const answering = (log: Log, kind: string, answered: Octets): Header => ({ ...log, id: derivedId(kind, answered) });

export const collectionPayload = (
  h: Header, name: string, collectionSha256: Octets, manifestSha256: Octets, files: number): string => jsonLine({
  ...header(h), name, collection_sha256: toHex(collectionSha256), manifest_sha256: toHex(manifestSha256), files });

export const acceptancePayload = (
  h: Header, instruction: Octets, provider: string, role: "caldicott-guardian" | "senior-information-risk-owner",
  name: string): string =>
  jsonLine({ ...header(h), instruction: toHex(instruction), provider, role, name });

export const objectionPayload = (
  h: Header, instruction: Octets, party: string, reasons: FreeText, answerDue: string): string => jsonLine({
  ...header(h), instruction: toHex(instruction), party, reasons_commitment: toHex(reasons.commitment),
  reasons_bytes: reasons.bytes, answer_due: answerDue });

export const revocationPayload = (h: Header, instruction: Octets, why: FreeText): string => jsonLine({
  ...header(h), instruction: toHex(instruction), why_commitment: toHex(why.commitment), why_bytes: why.bytes });

export interface Run {
  readonly instruction: Octets;
  readonly purpose: "measure" | "query" | "show" | "release";
  readonly by: "computer" | "person";
  readonly who: string;
  readonly collection: string;
  readonly period: string;
  readonly measures: readonly string[];
  readonly sqlCommitment: Octets;
  readonly inputsCommitment: Octets;
}

export const runPayload = (h: Header, run: Run): string => jsonLine({
  ...header(h), instruction: toHex(run.instruction), purpose: run.purpose, by: run.by, who: run.who,
  collection: run.collection, period: run.period, measures: run.measures,
  sql_commitment: toHex(run.sqlCommitment), inputs_commitment: toHex(run.inputsCommitment) });

export const resultPayload = (
  log: Log, run: Octets, outputCommitment: Octets, disclosure: "passed" | "not-released" | "refused"): string =>
  jsonLine({ ...header(answering(log, "result", run)), run: toHex(run),
             output_commitment: toHex(outputCommitment), disclosure });

export interface Release {
  readonly instruction: Octets;
  readonly run: Octets;
  readonly title: string;
  readonly period: string;
  readonly releaseSha256: Octets;
  readonly rules: readonly string[];
  readonly auditCommitment: Octets;
  readonly supersedes: Octets | null;
}

export const releasePayload = (h: Header, one: Release): string => jsonLine({
  ...header(h), instruction: toHex(one.instruction), run: toHex(one.run), title: one.title, period: one.period,
  release_sha256: toHex(one.releaseSha256),
  disclosure: { rules: one.rules, verdict: "passed", audit_commitment: toHex(one.auditCommitment) },
  supersedes: hexOrNull(one.supersedes) });

export interface Refusal {
  readonly role: "provider" | "guardian" | "hub";
  readonly at: string;
  readonly act: "send" | "evaluate" | "store" | "run" | "show" | "release" | "append";
  readonly to: string;
  readonly instruction: Octets | null;
  readonly code: string;
  readonly times: number;
  readonly since: string;
  readonly until: string;
}

export const refusalPayload = (h: Header, one: Refusal): string => jsonLine({
  ...header(h), role: one.role, at: one.at, act: one.act, to: one.to, instruction: hexOrNull(one.instruction),
  code: one.code, times: one.times, since: one.since, until: one.until });

export interface Erasure {
  readonly instruction: Octets;
  readonly collection: string;
  readonly table: string;
  readonly versions: readonly [number, number];
  readonly keysDestroyed: number;
  readonly what: "expiry" | "order" | "opt-out";
  readonly done: string;
  readonly erasedCommitment: Octets;
}

export const erasurePayload = (h: Header, one: Erasure): string => jsonLine({
  ...header(h), instruction: toHex(one.instruction), collection: one.collection, table: one.table,
  first_version: one.versions[0], last_version: one.versions[1], keys_destroyed: one.keysDestroyed, what: one.what,
  done: one.done, erased_commitment: toHex(one.erasedCommitment) });

export const incidentPayload = (
  h: Header, what: "fork" | "share-lost" | "correction" | "other", party: string, text: FreeText,
  evidenceSha256: Octets | null): string => jsonLine({
  ...header(h), what, party, text_commitment: toHex(text.commitment), text_bytes: text.bytes,
  evidence_sha256: hexOrNull(evidenceSha256) });

export const sealedPayload = (h: Header, of: "run" | "incident", commitment: Octets, openBy: string): string =>
  jsonLine({ ...header(h), of, commitment: toHex(commitment), open_by: openBy });

export const openingPayload = (log: Log, sealed: Octets, salt: Octets, payload: string): string =>
  jsonLine({ ...header(answering(log, "opening", sealed)), sealed: toHex(sealed), salt: toHex(salt), payload });

export const redactionPayload = (
  h: Header, entry: Octets, text: FreeText, reason: "names-a-person" | "court-order" | "security",
  until: string): string => jsonLine({
  ...header(h), entry: toHex(entry), text_commitment: toHex(text.commitment), text_bytes: text.bytes, reason, until });

export const headPayload = (log: Log, checkpoint: string): string =>
  jsonLine({ ...header(answering(log, "head", sha256(utf8(checkpoint)))), checkpoint });

export interface Withdraw {
  readonly instruction: Octets;
  readonly provider: string;
  readonly week: string;
  readonly batch: Octets;
  readonly attestationsSha256: Octets;
  readonly sealingKey: Octets;
  readonly packageSha256: Octets;
}

export const withdrawPayload = (h: Header, one: Withdraw): string => jsonLine({
  ...header(h), instruction: toHex(one.instruction), provider: one.provider, week: one.week, batch: toHex(one.batch),
  attestations_sha256: toHex(one.attestationsSha256), sealing_key: toHex(one.sealingKey),
  package_sha256: toHex(one.packageSha256) });

/** What is published of a count; null where it is suppressed. */
export const publishedFigure = (count: number): number | null => count < 8 ? null : Math.round(count / 5) * 5;

/** How many rows went, or how many an opt-out left out: null for what is not told. */
export interface MonthCounts {
  readonly rows: number | null;
  readonly national: number | null;
  readonly type1: number | null;
}

export function optOutFiguresPayload(
  log: Log, provider: string, collection: string, month: string, counts: MonthCounts): string {
  const zero = i2osp(0, 1);
  const subject = sha256(join(utf8(provider), zero, utf8(collection), zero, utf8(month)));
  const shown = (count: number | null) => {
    const figure = count === null ? null : publishedFigure(count);
    return figure === null ? "suppressed" : { value: figure };
  };
  return jsonLine({ ...header(answering(log, "opt-out-figures", subject)), provider, collection, month,
                    rows: shown(counts.rows), national: shown(counts.national), type_1: shown(counts.type1) });
}
