// Policies (C2SP tlog-policy): which logs are believed, and which witnesses must have cosigned.
// https://c2sp.org/tlog-policy
import { decimal, linesOf } from "./lines.ts";
import { type KeyType, parseVerifierKey, type Signed, signedBy, type VerifierKey } from "./note.ts";
import { equal, type Octets, textOf } from "./octets.ts";
import type { Checkpoint } from "./proof.ts";
import { attempt, refuse } from "./refused.ts";

const policyAtMostBytes = 1 << 20;
const itemsAtMost = 256;

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly vkey: string;
}
export interface PolicyWitness extends PolicyLog {
  readonly name: string;  // within the policy; its key has a name of its own
}
export interface PolicyGroup {
  readonly name: string;
  readonly least: number;
  readonly members: readonly string[];
}
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  readonly quorum: string;  // a witness, a group or "none"
}

class PolicyParser {
  readonly logs: PolicyLog[] = [];
  readonly witnesses: PolicyWitness[] = [];
  readonly groups: PolicyGroup[] = [];
  quorum: string | undefined;
  readonly #names = new Set<string>();
  readonly #members = new Set<string>();

  line(items: readonly string[]): void {
    if (items[0] === "log") this.#log(items);
    else if (items[0] === "witness") this.#witness(items);
    else if (items[0] === "group") this.#group(items);
    else if (items[0] === "quorum") this.#quorum(items);
    else refuse("it begins with log, witness, group, quorum or #");
  }

  #key(text: string | undefined, type: KeyType, others: readonly PolicyLog[]): VerifierKey {
    const read = attempt(() => parseVerifierKey(text ?? ""));
    if ("rule" in read || read.value.type !== type) {
      refuse("a log's key has type 01, a witness's type 04, each with its own id");
    }
    if (others.some(({ key }) => equal(key.key, read.value.key))) refuse("no two have the same key");
    if (others.length === itemsAtMost) refuse("it has at most 256 of each kind");
    return read.value;
  }

  #define(name: string): void {
    if (name === "none" || this.#names.has(name)) refuse("a name is defined once, and none is no name");
    this.#names.add(name);
  }

  #log(items: readonly string[]): void {
    if (items.length < 2 || items.length > 3) refuse("a log has a key and perhaps an address");
    this.logs.push({ key: this.#key(items[1], 1, this.logs), vkey: items[1] ?? "" });
  }

  #witness(items: readonly string[]): void {
    if (items.length < 3 || items.length > 4) refuse("a witness has a name, a key and perhaps an address");
    const key = this.#key(items[2], 4, this.witnesses);
    const name = items[1] ?? "";
    this.#define(name);
    this.witnesses.push({ name, key, vkey: items[2] ?? "" });
  }

  #group(items: readonly string[]): void {
    const [, name, howMany, ...members] = items;
    if (name === undefined || howMany === undefined || members.length === 0) {
      refuse("a group has a name, all, any or a number, and members");
    }
    if (this.groups.length === itemsAtMost) refuse("it has at most 256 of each kind");
    for (const member of members) {
      if (!this.#names.has(member)) refuse("a member is defined before its group");
      if (this.#members.has(member)) refuse("a name is a member once in the whole policy");
      this.#members.add(member);
    }
    const least = howMany === "all" ? members.length : howMany === "any" ? 1 : Number(decimal(howMany) ?? 0n);
    if (least < 1 || least > members.length) refuse("a group asks for at least 1 and at most all of its members");
    this.#define(name);
    this.groups.push({ name, least, members });
  }

  #quorum(items: readonly string[]): void {
    const name = items[1];
    if (items.length !== 2 || name === undefined || this.quorum !== undefined) refuse("there is one quorum line, with one name");
    if (name !== "none" && !this.#names.has(name)) refuse("the quorum's name is defined before it");
    this.quorum = name;
  }
}

export function parsePolicy(bytes: Octets): Policy {
  if (bytes.length > policyAtMostBytes) refuse("it is larger than 1 MiB");
  const text = textOf(bytes);
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) refuse("it has a control character");
  const parser = new PolicyParser();
  linesOf(text).forEach((line, at) => {
    const items = line.split(/[ \t]+/).filter((item) => item !== "");
    if (items.length === 0 || items[0]?.startsWith("#") === true) return;
    const read = attempt(() => parser.line(items));
    if ("rule" in read) refuse(`line ${at + 1}: ${read.rule}`);
  });
  const { logs, witnesses, groups, quorum } = parser;
  if (quorum === undefined) refuse("there is one quorum line");
  return { logs, witnesses, groups, quorum };
}

export interface WitnessWord {
  readonly witness: PolicyWitness;
  readonly signed: Signed;
}
export interface CheckpointVerdict {
  readonly log: Signed;  // of a key of the policy whose name is the checkpoint's origin
  readonly witnesses: readonly WitnessWord[];  // in the policy's order
  readonly quorumMet: boolean;
}

/** Whether a witness or group has enough. It ends, since a group's members stand before it. */
function hasEnough(policy: Policy, name: string, cosigned: ReadonlySet<string>): boolean {
  const group = policy.groups.find((one) => one.name === name);
  if (group === undefined) return cosigned.has(name);
  return group.members.filter((member) => hasEnough(policy, member, cosigned)).length >= group.least;
}

export function judgeCheckpoint(policy: Policy, checkpoint: Checkpoint): CheckpointVerdict {
  const { note, origin } = checkpoint;
  const witnesses = policy.witnesses.map((witness) => ({ witness, signed: signedBy(note, witness.key) }));
  const cosigned = new Set(witnesses.filter(({ signed }) => signed.outcome === "holds").map(({ witness }) => witness.name));
  // One false signature of a key that the policy names refuses the note, whichever log's it is.
  const words = policy.logs.map(({ key }) => ({ isOurs: key.name === origin, signed: signedBy(note, key) }));
  const decisive = words.find(({ signed }) => signed.outcome === "false")
    ?? words.find(({ isOurs, signed }) => isOurs && signed.outcome === "holds");
  return {
    log: decisive?.signed ?? { outcome: "absent" },
    witnesses,
    quorumMet: policy.quorum === "none" || hasEnough(policy, policy.quorum, cosigned),
  };
}

/** The lower median of the cosignatures' times, in seconds since 1970; nothing where there is none. */
export function witnessedAt(verdict: CheckpointVerdict): bigint | undefined {
  const times = verdict.witnesses.flatMap(({ signed }) => signed.outcome === "holds" ? [signed.time] : []);
  times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return times[Math.floor((times.length - 1) / 2)];
}
