// Which charters may be judged by: version 1 of a federation, which its founders' key signed, and each later version
// that M bodies of the version before and M of its own signed. What comes after a gap is not believed.
import { type Charter, isCompromised, type Provider, votes } from "./charter.ts";
import { judgeSignatures } from "./envelope.ts";
import { type Given, proofFor, providersOf, type Statement } from "./given.ts";
import { equal, type Octets } from "./octets.ts";

export interface Version {
  readonly statement: Statement;
  readonly charter: Charter;
  readonly providers: readonly Provider[] | undefined;  // nothing where the list was not given
}

/** The keys that signed, where every signature is of one of `keys` and holds; nothing otherwise. */
export function onlySigners(statement: Statement, keys: readonly Octets[]): readonly Octets[] | undefined {
  const signers: Octets[] = [];
  for (const one of judgeSignatures(statement.envelope, keys)) {
    if (one.outcome !== "holds") return undefined;
    signers.push(one.key);
  }
  return signers;
}

/** Whether a version follows from the one before, as far as controllers decide it. */
export function follows(statement: Statement, after: Charter, before: Charter): boolean {
  const keys = [...before.controllers, ...after.controllers].map(({ key }) => key);
  const signers = onlySigners(statement, [...keys, ...before.guardians.map(({ signingKey }) => signingKey)]);
  return signers !== undefined && after.version === before.version + 1 && after.federation === before.federation
    && after.header.log === before.header.log && equal(after.foundersKey, before.foundersKey)
    && before.compromised.every((key) => isCompromised(after, key))
    && votes(before, after, signers).length >= before.threshold && votes(after, after, signers).length >= after.threshold;
}

export const founded = (statement: Statement, charter: Charter): boolean =>
  charter.version === 1 && onlySigners(statement, [charter.foundersKey]) !== undefined;

/** The unbroken versions of a federation, from 1 on. */
export function versionsOf(given: Given, federation: string): readonly Version[] {
  const versions: Version[] = [];
  for (;;) {
    const before = versions.at(-1)?.charter;
    const next = given.statements.find(({ charter, ...rest }) => charter?.federation === federation
      && (before === undefined ? founded({ charter, ...rest }, charter) : follows({ charter, ...rest }, charter, before)));
    if (next?.charter === undefined) return versions;
    versions.push({ statement: next, charter: next.charter, providers: providersOf(given, next.charter) });
  }
}

/** The newest version whose entry does not come after the statement's, where the proofs say where both are. */
export function versionFor(given: Given, versions: readonly Version[], statement: Statement): Version | undefined {
  const index = proofFor(given, statement)?.index;
  const isBefore = (version: Version): boolean => {
    const own = proofFor(given, version.statement)?.index;
    return index === undefined || own === undefined || own <= index;
  };
  return versions.filter(isBefore).at(-1);
}
