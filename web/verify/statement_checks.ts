// A statement: its form, its signatures, who had to sign, whose federation it is, and what its kind asks beside.
import type { Charter } from "./charter.ts";
import { follows, founded, type Version, versionFor, versionsOf } from "./charters.ts";
import { judgeSignatures, type Signature } from "./envelope.ts";
import { type Given, proofFor, providersOf, type Statement } from "./given.ts";
import { isEmergency } from "./instruction.ts";
import { kinds } from "./kinds.ts";
import { checkLog } from "./log_checks.ts";
import { equal } from "./octets.ts";
import type { Policy } from "./policy.ts";
import { checkReleaseFiles } from "./release_checks.ts";
import { keysOf, type NamedKey, judgeSigners } from "./signers.ts";
import { type Fact, type Outcome, type Verdict, verdict } from "./verdict.ts";

const claims = {
  form: "It is a signed statement in the one form that it can have",
  signatures: "Every signature holds",
  signers: "Those signed who must, and nobody else",
  federation: "It is of the federation that you mean",
};
const beyond = {
  form: "That anything in it is true.",
  signatures: "Who holds the keys in the world: the charter says so, and you must know the charter from elsewhere. That nobody else has come by a key.",
  signers: "That the charter given is the newest, or was in force already: a change of guardians, witnesses or thresholds also needs guardians and waits 28 days.",
  federation: "That the federation is who it says it is.",
};

/** One policy: none, or several, is none. */
export const policyOf = (given: Given): Policy | undefined =>
  given.policies.length === 1 ? given.policies[0]?.policy : undefined;

function checkForm({ envelope }: Statement): Verdict {
  return verdict("form", "holds", claims.form, "Nothing in it could be written another way: its bytes are what the log holds.", beyond.form,
    [["Kind", kinds[envelope.kind]?.title ?? envelope.kind], ["Bytes", String(envelope.bytes.length)]]);
}

interface Signing {
  readonly verdict: Verdict;
  readonly signatures: readonly Signature[];
}

/** Each signature by its key id; `keys` are the charter's, where there is one, and those that the reader gave. */
function checkSignatures(given: Given, statement: Statement, keys: readonly NamedKey[]): Signing {
  const signatures = judgeSignatures(statement.envelope, [...keys.map(({ key }) => key), ...given.keys]);
  const facts = signatures.map((one): Fact => {
    const whose = one.outcome === "holds" ? keys.find(({ key }) => equal(key, one.key))?.who ?? "a key that you gave" : undefined;
    return [`Key id ${one.keyId}`, one.outcome === "holds" ? `holds: ${whose}`
      : one.outcome === "false" ? "does not hold" : "of a key that is not known here"];
  });
  const has = (outcome: Signature["outcome"]): boolean => signatures.some((one) => one.outcome === outcome);
  const [outcome, found]: readonly [Outcome, string] =
    has("false") ? ["fails", "A signature does not hold: what was signed was changed, or something else was signed."]
    : !has("unknown") ? ["holds", `${signatures.length === 1 ? "The signature holds" : signatures.length === 2 ? "Both signatures hold" : `All ${signatures.length} signatures hold`}.`]
    : keys.length > 0 ? ["fails", "A signature is of a key that the charter does not list for this."]
    : ["open", "A key id does not show its key. Give the charter, which lists the keys, with its list of providers; or the public key."];
  return { verdict: verdict("signatures", outcome, claims.signatures, found, beyond.signatures, facts), signatures };
}

function checkFederation(given: Given, statement: Statement): Verdict {
  const federation = statement.charter?.federation ?? statement.header.federation;
  const facts: readonly Fact[] = [["Federation", federation]];
  const answer = (outcome: Outcome, found: string) => verdict("federation", outcome, claims.federation, found, beyond.federation, facts);
  if (given.federation !== undefined) {
    return given.federation === federation ? answer("holds", "It is the federation whose digest you gave.")
      : answer("fails", `You expect the federation ${given.federation}; it is of another.`);
  }
  const others = given.statements.flatMap(({ charter }) => charter === undefined ? [] : [charter.federation]);
  if (statement.charter === undefined && others.length > 0) {
    return others.includes(federation)
      ? answer("holds", "It is the federation of the charter that you gave. Compare its digest with one that you have from elsewhere.")
      : answer("fails", "It is another federation’s than the charter that you gave.");
  }
  return answer("open", "Compare this digest with one that you have from elsewhere, or write the one that you expect below.");
}

function checkSigners(statement: Statement, version: Version, newest: Charter, signing: Signing): Verdict {
  const answer = (outcome: Outcome, found: string, facts: readonly Fact[] = []) =>
    verdict("signers", outcome, claims.signers, found, beyond.signers, facts);
  if (signing.verdict.outcome !== "holds") return answer("fails", "Not every signature is of a key of the charter, or holds.");
  const signers = signing.signatures.flatMap((one) => one.outcome === "holds" ? [one.key] : []);
  const signer = kinds[statement.envelope.kind]?.signer ?? "party";
  const { outcome, found, facts } = judgeSigners(statement, signer, version, newest, signers);
  return answer(outcome, found, facts);
}

/** A charter's own signers: the founders, or the bodies of the version before and of this. */
function checkCharter(given: Given, statement: Statement, charter: Charter): readonly Verdict[] {
  const before = versionsOf(given, charter.federation).find((one) => one.charter.version === charter.version - 1)?.charter;
  const keys: readonly NamedKey[] = charter.version === 1
    ? [{ who: "the founders, whose key this version names", role: "founders", key: charter.foundersKey }]
    : before === undefined ? [] : [...before.controllers, ...charter.controllers].map(({ name, legalPerson, key }) =>
        ({ who: `${name}, of ${legalPerson}`, role: "controller", key }));
  const guardians = (before?.guardians ?? []).map(({ name, signingKey }): NamedKey => ({ who: `the guardian ${name}`, role: "guardian", key: signingKey }));
  const signing = checkSignatures(given, statement, [...keys, ...guardians]);
  const [outcome, found]: readonly [Outcome, string] = charter.version === 1
    ? founded(statement, charter) ? ["holds", "Version 1 is signed by the founders’ key that it names, and nobody else."]
      : ["fails", "Version 1 is not signed by the founders’ key that it names, or by others too."]
    : before === undefined ? ["open", `Give the versions from 1 to ${charter.version - 1}: who must sign this one is in them.`]
    : follows(statement, charter, before) ? ["holds", `Enough bodies of version ${before.version} and of this one signed it.`]
    : ["fails", `It does not follow from version ${before.version}: too few bodies of one of both signed it, somebody else did, or it changes what may not change.`];
  const list = given.lists.length === 0 && charter.providerCount > 0 ? undefined : providersOf(given, charter);
  const body = verdict("body", list !== undefined ? "holds" : given.lists.length > 0 ? "fails" : "open",
    "The list of providers is the one that it names", list !== undefined ? `It is: ${list.length} providers.`
      : given.lists.length > 0 ? "No list that you gave has the digest that the charter names." : "No list of providers was given.",
    "That the providers know of it.", [["SHA-256 of the list", charter.providersSha256]]);
  return [signing.verdict, verdict("signers", outcome, claims.signers, found, beyond.signers), body];
}

function checkSigned(given: Given, statement: Statement): readonly Verdict[] {
  if (statement.charter !== undefined) return checkCharter(given, statement, statement.charter);
  const versions = versionsOf(given, statement.header.federation);
  const version = versionFor(given, versions, statement);
  if (version === undefined) {
    const missing = verdict("signers", "open", claims.signers,
      "No charter of its federation was given that holds, with all versions from 1 on.", beyond.signers);
    return [checkSignatures(given, statement, []).verdict, missing];
  }
  const newest = versions.at(-1)?.charter ?? version.charter;
  const signer = kinds[statement.envelope.kind]?.signer;
  const needsProviders = version.providers === undefined && (signer === "provider" || signer === "party");
  const signing = checkSignatures(given, statement, needsProviders ? [] : keysOf(version));
  if (needsProviders) {
    return [signing.verdict, verdict("signers", "open", claims.signers, "Give the charter’s list of providers, which has their keys.", beyond.signers)];
  }
  return [signing.verdict, checkSigners(statement, version, newest, signing)];
}

/** Whether the policy believes whom the charter names. */
function checkPolicy(given: Given, statement: Statement, policy: Policy | undefined): readonly Verdict[] {
  const versions = versionsOf(given, statement.charter?.federation ?? statement.header.federation);
  const version = versionFor(given, versions, statement);
  if (policy === undefined || version === undefined) return [];
  const { charter } = version;
  const group = policy.groups.find(({ name }) => name === policy.quorum);
  const isOf = (charter: Charter): boolean => policy.logs.length === 1
    && policy.logs.every(({ key }) => key.name === charter.header.log && equal(key.key, charter.logKey))
    && policy.witnesses.length === charter.witnesses.length
    && policy.witnesses.every(({ key }) => charter.witnesses.some((one) => one.name === key.name && equal(one.key, key.key)))
    && group?.members.length === charter.witnesses.length && group.least >= charter.quorum;
  // A receipt that was made after a change of witnesses has the new ones, and its entry may be older.
  const other = isOf(charter) ? undefined : versions.find((one) => isOf(one.charter));
  return [verdict("charter-policy", isOf(charter) ? "holds" : other === undefined ? "fails" : "open", "The policy believes whom the charter names",
    isOf(charter) ? `Its log key, its ${charter.witnesses.length} witnesses and its quorum of ${group?.least} are those of version ${charter.version}.`
      : other === undefined ? `It has another log key, other witnesses or a smaller quorum than version ${charter.version} of the charter.`
        : `They are those of version ${other.charter.version}. Whether it was in force when the log was signed, only the whole log says: candour log verify, or of a receipt candour receipt verify --log.`,
    "That the charter is the one that you mean.")];
}

function checkEmergency({ instruction }: Statement): readonly Verdict[] {
  if (instruction === undefined || !isEmergency(instruction)) return [];
  return [verdict("emergency", "note", "This is an emergency instruction",
    "It gives the public no notice, and ends within 30 days of its making.", "That there was an emergency.")];
}

export function checkStatement(given: Given, statement: Statement, policy: Policy | undefined = policyOf(given)): readonly Verdict[] {
  return [
    checkForm(statement),
    ...checkEmergency(statement),
    ...checkSigned(given, statement),
    checkFederation(given, statement),
    ...checkLog(statement.envelope.bytes, statement.header.log, proofFor(given, statement), policy),
    ...checkPolicy(given, statement, policy),
    ...checkReleaseFiles(given, statement),
  ];
}
