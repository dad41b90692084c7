// Who had to sign a statement of a kind, and whether they did and nobody else (src/instruction/judge.cpp).
import { type Charter, isCompromised, votes } from "./charter.ts";
import type { Version } from "./charters.ts";
import type { Statement } from "./given.ts";
import type { Signer } from "./kinds.ts";
import { equal, type Octets } from "./octets.ts";
import type { Fact } from "./verdict.ts";

export interface NamedKey {
  readonly who: string;
  readonly role: "founders" | "controller" | "hub" | "producer" | "guardian" | "provider";
  readonly key: Octets;
  readonly as?: string;  // how its statements name it: a provider's code, a guardian's number
}

/** Every key that signs statements, with whose it is. */
export function keysOf({ charter, providers }: Version): readonly NamedKey[] {
  return [
    { who: "the founders", role: "founders", key: charter.foundersKey },
    ...charter.controllers.map(({ name, legalPerson, key }) => ({ who: `${name}, of ${legalPerson}`, role: "controller" as const, key })),
    { who: `the hub, ${charter.hub.name}`, role: "hub", key: charter.hub.signingKey },
    { who: "the producer of releases", role: "producer", key: charter.producerKey },
    ...charter.guardians.map(({ index, name, signingKey }) => ({ who: `the guardian ${name}`, role: "guardian" as const, key: signingKey, as: String(index) })),
    ...(providers ?? []).map(({ code, name, signingKey }) =>
      ({ who: name === code ? `the provider ${code}` : `the provider ${name} (${code})`, role: "provider" as const, key: signingKey, as: code })),
  ];
}

export interface SignersFound {
  readonly outcome: "holds" | "fails" | "open";
  readonly found: string;
  readonly facts: readonly Fact[];
}

/** M bodies, counted by legal person; for an instruction not those who process it, and each has declared its interests. */
function bodies(statement: Statement, charter: Charter, newest: Charter, signers: readonly Octets[]): SignersFound {
  const { instruction } = statement;
  const processors = instruction?.processors.map(({ legalPerson }) => legalPerson) ?? [];
  const counted = votes(charter, newest, signers, processors);
  const facts = charter.controllers.filter(({ key }) => signers.some((one) => equal(one, key))).map(({ name, legalPerson, key }): Fact => [
    `${name}, of ${legalPerson}`,
    isCompromised(newest, key) ? "signed, not counted: its key is listed as compromised"
      : legalPerson === charter.hub.legalPerson || processors.includes(legalPerson) ? "signed, not counted: it processes the data"
      : "signed"]);
  const needed = `${charter.threshold} of the bodies that version ${charter.version} of the charter lists must sign`;
  if (counted.length < charter.threshold) {
    return { outcome: "fails", found: `${needed}; ${counted.length} count${counted.length === 1 ? "s" : ""}.`, facts };
  }
  const silent = instruction === undefined ? undefined
    : votes(charter, newest, signers).find((person) => !instruction.interests.some(({ signer }) => signer === person));
  if (silent !== undefined) return { outcome: "fails", found: `${silent} signed and declares no interests, not even that it has none.`, facts };
  return { outcome: "holds", found: `${needed}; these count: ${counted.join(", ")}.`, facts };
}

/** One key of a role, and no other; a provider's or guardian's must be the one that the statement names. */
function single(statement: Statement, roles: readonly NamedKey["role"][], keys: readonly NamedKey[], newest: Charter,
                signers: readonly Octets[]): SignersFound {
  const signer = signers.length === 1 ? keys.find(({ key }) => equal(key, signers[0] ?? key)) : undefined;
  const answer = (outcome: SignersFound["outcome"], found: string): SignersFound => ({ outcome, found, facts: [] });
  if (signer === undefined) return answer("fails", "It must have one signature.");
  if (isCompromised(newest, signer.key)) return answer("fails", `The key of ${signer.who} is listed as compromised.`);
  if (!roles.includes(signer.role)) return answer("fails", `${signer.who} signed it: a statement of this kind is not theirs to make.`);
  const named = statement.members.get(signer.role);
  if (roles.length === 1 && named !== undefined && signer.as !== undefined && String(named) !== signer.as) {
    return answer("fails", `It speaks for the ${signer.role} ${String(named)}, and ${signer.who} signed it.`);
  }
  return answer("holds", `It is signed by ${signer.who}, and nobody else.`);
}

const roles: Readonly<Partial<Record<Signer, readonly NamedKey["role"][]>>> = {
  "one controller": ["controller"], provider: ["provider"], guardian: ["guardian"], hub: ["hub"], producer: ["producer"],
  "hub or guardian": ["hub", "guardian"], party: ["controller", "hub", "producer", "guardian", "provider"],
};

/** `signers` are the keys whose signatures hold, `newest` says which are compromised. */
export function judgeSigners(statement: Statement, signer: Signer, version: Version, newest: Charter,
                             signers: readonly Octets[]): SignersFound {
  if (signer === "controllers") return bodies(statement, version.charter, newest, signers);
  const allowed = roles[signer];
  if (allowed !== undefined) return single(statement, allowed, keysOf(version), newest, signers);
  return { outcome: "open", found: "Who had to sign it is in the plan of the ceremony, which this page does not read.", facts: [] };
}
