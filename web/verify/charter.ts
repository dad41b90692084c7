// A version of the charter, with its providers, which are a body beside it; and how votes are counted: by legal
// person, the processor never, a key listed as compromised never (src/instruction/charter.cpp).
import { isArray, parseJson } from "./json.ts";
import { Members, type Header } from "./members.ts";
import { equal, type Octets, sha256, textOf, toHex } from "./octets.ts";
import { refuse } from "./refused.ts";

export interface Party {
  readonly name: string;
  readonly signingKey: Octets;
}
export interface Controller {
  readonly name: string;
  readonly legalPerson: string;
  readonly key: Octets;
}
export interface WitnessKey {
  readonly name: string;  // of its key in checkpoints
  readonly key: Octets;
}
export interface Charter {
  readonly header: Header;
  readonly federation: string;  // of version 1 the digest of its payload
  readonly version: number;
  readonly title: string;
  readonly foundersKey: Octets;
  readonly threshold: number;
  readonly controllers: readonly Controller[];
  readonly hub: Party & { readonly legalPerson: string };
  readonly logKey: Octets;
  readonly producerKey: Octets;
  readonly guardians: readonly (Party & { readonly index: number })[];
  readonly witnesses: readonly WitnessKey[];  // guardians and outsiders
  readonly quorum: number;
  readonly providersSha256: string;
  readonly providerCount: number;
  readonly compromised: readonly Octets[];
}
export interface Provider extends Party {
  readonly code: string;
}

const partiesAtMost = 100;

function party(members: Members): Party {
  members.text("address", 256);
  members.octets("tls_key", 32);
  return { name: members.text("name", 256), signingKey: members.octets("signing_key", 32) };
}

const controller = (members: Members): Controller =>
  ({ name: members.text("name", 256), legalPerson: members.text("legal_person", 256), key: members.octets("key", 32) });

function guardian(members: Members) {
  const index = members.number("index", 1, 255);
  return { index, witnessKey: members.octets("witness_key", 32), ...party(members) };
}

function outsider(members: Members): WitnessKey {
  members.text("address", 256);
  members.octets("tls_key", 32);
  return { name: members.text("name", 256), key: members.octets("witness_key", 32) };
}

function domain(members: Members): void {
  for (const key of ["name", "purpose"]) members.text(key);
  members.number("epoch", 1, 1_000_000);
  members.number("threshold", 1, 255);
  for (const key of ["key", "ceremony"]) members.octets(key, 32);
  members.objects("shares", 255, (share) => [share.number("guardian", 1, 255), share.octets("key", 32)]);
}

export function parseCharter(payload: Octets): Charter {
  return Members.whole(parseJson(textOf(payload)), (members) => {
    const header = members.header();
    const version = members.number("version", 1, 1_000_000);
    if (version === 1 && header.federation !== "0".repeat(64)) refuse("in version 1 “federation” is all zeros");
    const guardians = members.objects("guardians", partiesAtMost, guardian);
    members.objects("domains", partiesAtMost, domain);
    const charter: Charter = {
      header, version,
      federation: version === 1 ? toHex(sha256(payload)) : header.federation,
      title: members.text("title", 256),
      foundersKey: members.octets("founders_key", 32),
      threshold: members.number("threshold", 2, 255),
      controllers: members.objects("controllers", partiesAtMost, controller),
      hub: members.part("hub", (hub) => ({ ...party(hub), legalPerson: hub.text("legal_person", 256) })),
      logKey: members.octets("log_key", 32),
      producerKey: members.octets("producer_key", 32),
      guardians,
      witnesses: [
        ...guardians.map(({ index, witnessKey }) => ({ name: `${header.log}/guardian-${index}`, key: witnessKey })),
        ...members.objects("witnesses", partiesAtMost, outsider),
      ],
      quorum: members.number("quorum", 1, 255),
      providersSha256: members.hex("providers_sha256", 32),
      providerCount: members.number("providers", 0, 10_000),
      compromised: members.octetsOfEach("compromised", 1000, 32),
    };
    return charter;
  });
}

/** The list of providers that a charter names by its digest. */
export function parseProviders(charter: Charter, body: Octets): readonly Provider[] {
  if (toHex(sha256(body)) !== charter.providersSha256) refuse("it is not the list of providers that the charter names");
  const list = parseJson(textOf(body));
  if (!isArray(list) || list.length !== charter.providerCount) refuse("it has another number of providers than the charter says");
  return list.map((one) => Members.whole(one, (members) => {
    for (const key of ["quota_day", "quota_30_days"]) members.number(key, 0, 1_000_000_000);
    return { code: members.text("code", 16), ...party(members) };
  }));
}

export const isCompromised = (charter: Charter, key: Octets): boolean =>
  charter.compromised.some((one) => equal(one, key));

/**
 * The legal persons whose keys signed, each once: not the processor that runs the hub, not `excluded`, no key that
 * `newest` lists as compromised.
 */
export function votes(charter: Charter, newest: Charter, signers: readonly Octets[], excluded: readonly string[] = []): readonly string[] {
  const persons = charter.controllers
    .filter(({ legalPerson }) => legalPerson !== charter.hub.legalPerson && !excluded.includes(legalPerson))
    .filter(({ key }) => !isCompromised(newest, key) && signers.some((one) => equal(one, key)))
    .map(({ legalPerson }) => legalPerson);
  return [...new Set(persons)].sort();
}
