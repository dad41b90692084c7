// What somebody has given: files, told apart by what is in them, read as what they are or refused with the rule that
// they break. Nothing is believed here.
import { type Charter, parseCharter, parseProviders, type Provider } from "./charter.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";
import { type Instruction, parseInstruction } from "./instruction.ts";
import type { JsonObject } from "./json.ts";
import { parsePayload } from "./kinds.ts";
import type { Header } from "./members.ts";
import { fromHex, type Octets, sha256, toHex } from "./octets.ts";
import { type Policy, parsePolicy } from "./policy.ts";
import { parseProof, type Proof } from "./proof.ts";
import { parseReceipt, type Receipt, receiptFormat } from "./receipt.ts";
import { attempt } from "./refused.ts";
import { parseRelease, type Release, releaseFormat } from "./release.ts";

/** A file; of one that is too large to be any of ours, the digest alone. */
export interface File {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly bytes: Octets | undefined;
}
export const readAtMostBytes = 4 << 20;

export const fileOf = (name: string, bytes: Octets): File =>
  ({ name, sizeBytes: bytes.length, sha256: toHex(sha256(bytes)), bytes });

export interface Statement {
  readonly name: string;
  readonly envelope: Envelope;
  readonly header: Header;
  readonly members: JsonObject;
  readonly charter: Charter | undefined;  // where it is one
  readonly instruction: Instruction | undefined;  // where it is one
}

export type Type = "statement" | "proof" | "policy" | "receipt" | "release" | "list" | "keys" | "other";
export const typeNames: Readonly<Record<Type, string>> = {
  statement: "Signed statement", proof: "Proof from the log", policy: "Policy", receipt: "Receipt of a row",
  release: "release.json", list: "List of providers", keys: "Public keys", other: "Another file",
};

export interface Given {
  readonly statements: readonly Statement[];
  readonly proofs: readonly { readonly name: string; readonly proof: Proof }[];
  readonly policies: readonly { readonly name: string; readonly policy: Policy }[];
  readonly receipts: readonly { readonly name: string; readonly receipt: Receipt }[];
  readonly releases: readonly { readonly name: string; readonly release: Release }[];
  readonly lists: readonly File[];
  readonly keys: readonly Octets[];
  readonly files: readonly File[];
  readonly refused: readonly { readonly name: string; readonly type: Type; readonly rule: string }[];
  readonly federation: string | undefined;  // that the reader expects
}

const beginningOf = (bytes: Octets): string => new TextDecoder().decode(bytes.subarray(0, 200_000)).trimStart();

/** What a file wants to be, by its content, and by its name where the content is broken. */
export function typeOf({ name, bytes }: File): Type {
  if (bytes === undefined) return "other";
  const begin = beginningOf(bytes);
  if (begin.startsWith("c2sp.org/tlog-proof") || name.endsWith(".tlog-proof")) return "proof";
  if (begin.startsWith("{") && begin.includes(receiptFormat)) return "receipt";
  if (begin.startsWith("{") && (begin.includes(releaseFormat) || /(?:^|\/)release\.json$/.test(name))) return "release";
  if (name.endsWith(".dsse") || (begin.startsWith("{") && begin.includes('"payloadType"'))) return "statement";
  if (begin.startsWith("[") && begin.includes('"signing_key"') || begin === "[]") return "list";
  if (/^(?:[0-9a-f]{64}\s*)+$/.test(begin)) return "keys";
  return /^(?:log|witness|group|quorum)[ \t]/m.test(begin) && !begin.startsWith("<") ? "policy" : "other";
}

export function parseStatement(name: string, bytes: Octets): Statement {
  const envelope = parseEnvelope(bytes);
  const { header, members } = parsePayload(envelope.kind, envelope.payload);
  return {
    name, envelope, header, members: members.object,
    charter: envelope.kind === "charter" ? parseCharter(envelope.payload) : undefined,
    instruction: envelope.kind === "instruction" ? parseInstruction(envelope.payload) : undefined,
  };
}

export function sort(files: readonly File[], federation?: string): Given {
  const refused: { name: string; type: Type; rule: string }[] = [];
  const read = <T>(type: Type, parse: (bytes: Octets, name: string) => T): readonly { readonly name: string; readonly value: T }[] =>
    files.flatMap((file) => {
      const { name, bytes } = file;
      if (bytes === undefined || typeOf(file) !== type) return [];
      const done = attempt(() => parse(bytes, name));
      if ("value" in done) return [{ name, value: done.value }];
      refused.push({ name, type, rule: done.rule });
      return [];
    });
  return {
    statements: read("statement", (bytes, name) => parseStatement(name, bytes)).map(({ value }) => value),
    proofs: read("proof", parseProof).map(({ name, value }) => ({ name, proof: value })),
    policies: read("policy", parsePolicy).map(({ name, value }) => ({ name, policy: value })),
    receipts: read("receipt", parseReceipt).map(({ name, value }) => ({ name, receipt: value })),
    releases: read("release", parseRelease).map(({ name, value }) => ({ name, release: value })),
    lists: files.filter((file) => typeOf(file) === "list"),
    keys: files.filter((file) => typeOf(file) === "keys").flatMap(({ bytes }) =>
      beginningOf(bytes ?? new Uint8Array()).split(/\s+/).flatMap((word) => fromHex(word, 32) ?? [])),
    files, refused, federation,
  };
}

/** A charter's providers, where the list is among what was given. */
export function providersOf(given: Given, charter: Charter): readonly Provider[] | undefined {
  const list = given.lists.find((one) => one.sha256 === charter.providersSha256);
  const read = attempt(() => list?.bytes === undefined ? undefined : parseProviders(charter, list.bytes));
  return "value" in read ? read.value : undefined;
}

const stemOf = (name: string): string => name.replace(/\.(?:dsse|tlog-proof|json|txt)$/, "");

/** The proof that goes with a statement: of the same name; else the only one that goes with no other. */
export function proofFor(given: Given, statement: Statement): Proof | undefined {
  const named = given.proofs.find(({ name }) => stemOf(name) === stemOf(statement.name));
  if (named !== undefined) return named.proof;
  const stems = (of: readonly { readonly name: string }[]) => new Set(of.map(({ name }) => stemOf(name)));
  const [statements, proofs] = [stems(given.statements), stems(given.proofs)];
  const looseProofs = given.proofs.filter(({ name }) => !statements.has(stemOf(name)));
  const looseStatements = given.statements.filter(({ name }) => !proofs.has(stemOf(name)));
  return looseProofs.length === 1 && looseStatements.length === 1 ? looseProofs[0]?.proof : undefined;
}
