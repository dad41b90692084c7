// An instruction (docs/reference/formats/instruction.md; src/instruction/instruction.h): its members, the rules that
// need no log, and what it says in plain words.
import { parseJson } from "./json.ts";
import { type Header, Members } from "./members.ts";
import { type Octets, textOf } from "./octets.ts";
import { refuse } from "./refused.ts";

export interface Instruction {
  readonly header: Header;
  readonly title: string;
  readonly why: string;
  readonly whyNow: string;
  readonly benefits: string;
  readonly complain: string;
  readonly legalBasis: string;
  readonly mode: "records" | "counts" | "erasure";
  readonly optOut: "applies" | "does-not-apply";
  readonly optOutGround: string;
  readonly optOutSource: string;
  readonly collections: readonly { readonly name: string; readonly fields: readonly string[] }[];
  readonly providers: readonly string[];
  readonly recipient: string;
  readonly processors: readonly { readonly name: string; readonly legalPerson: string; readonly maySee: string }[];
  readonly interests: readonly { readonly signer: string; readonly interests: string }[];
  readonly noticeDays: number;
  readonly dataFrom: string;
  readonly notBefore: string;
  readonly expires: string;
  readonly retentionDays: number;
  readonly measures: readonly string[];
}

const emergencyMilliseconds = 30 * 86_400_000;
export const isEmergency = (one: Instruction): boolean => one.noticeDays === 0;

function contract(members: Members): void {
  for (const key of ["value", "route", "notice", "expires"]) members.text(key);
  members.texts("extensions", 500);
}

function processor(members: Members) {
  members.part("contract", contract);
  return { name: members.text("name"), legalPerson: members.text("legal_person"),
           maySee: members.word("may_see", ["pseudonymised", "counts", "nothing"]) };
}

function collection(members: Members) {
  if (!/^sha256:[0-9a-f]{64}$/.test(members.text("digest"))) refuse("“digest” is not sha256: and 64 digits");
  return { name: members.text("name"), fields: members.texts("fields", 500) };
}

function requireRules(one: Instruction): void {
  if (one.providers.length === 0) refuse("it names no provider");
  if (one.mode === "erasure" ? one.collections.length + one.measures.length > 0 : one.collections.length === 0) {
    refuse("it names no collection, or is of erasure and collects or computes something");
  }
  if (one.collections.some(({ fields }) => fields.length === 0)) refuse("a collection has no field that may leave");
  if ([one.why, one.whyNow, one.benefits, one.legalBasis, one.complain].includes("")) {
    refuse("the public is not told why, why now, to what benefit, on what legal basis, or where to complain");
  }
  if (one.notBefore >= one.expires) refuse("it expires before it begins");
  if (isEmergency(one) && Date.parse(one.expires) > Date.parse(one.header.made) + emergencyMilliseconds) {
    refuse("an emergency instruction, with no notice, expires within 30 days of its making");
  }
}

export function parseInstruction(payload: Octets): Instruction {
  const instruction = Members.whole(parseJson(textOf(payload)), (members): Instruction => {
    for (const key of ["name", "purpose", "domain"]) members.text(key);
    members.word("queries", ["none"]);
    return {
      header: members.header(),
      title: members.text("title"),
      why: members.text("why"), whyNow: members.text("why_now"), benefits: members.text("benefits"),
      complain: members.text("complain"), legalBasis: members.text("legal_basis"),
      mode: members.word("mode", ["records", "counts", "erasure"]),
      optOut: members.word("opt_out", ["applies", "does-not-apply"]), optOutGround: members.text("opt_out_ground"),
      optOutSource: members.text("opt_out_source"),
      collections: members.objects("collections", 50, collection),
      providers: members.texts("providers", 500),
      recipient: members.part("recipient", (one) => [one.text("name"), one.text("legal_person")].filter((text, at, all) =>
        all.indexOf(text) === at).join(", ")),
      processors: members.objects("processors", 50, processor),
      interests: members.objects("declarations_of_interest", 100, (one) =>
        ({ signer: one.text("signer"), interests: one.text("interests") })),
      noticeDays: members.number("notice_days", 0, 3650),
      dataFrom: members.text("data_from"),
      notBefore: members.time("not_before"), expires: members.time("expires"),
      retentionDays: members.number("retention_days", 0, 36_500),
      measures: members.texts("measures", 500),
    };
  });
  requireRules(instruction);
  return instruction;
}

/** What it says, a question and its answer at a time. */
export function inPlainWords(one: Instruction): readonly (readonly [string, string])[] {
  const everyone = one.providers.includes("*");
  return [
    ["Why", one.why],
    ["Why now", one.whyNow],
    ["What good it does", one.benefits],
    ["On what legal basis", one.legalBasis],
    ["What leaves", one.mode === "erasure" ? "No record: only whose rows are to be erased, under a pseudonym."
      : one.collections.map(({ name, fields }) => `${name}: ${fields.join(", ")}`).join("; ")
        + (one.mode === "records" ? " – a row for each record, under a pseudonym." : " – counts alone, however small.")],
    ["From whom", everyone ? "Every provider of the federation." : one.providers.join(", ")],
    ["Data from when on", one.dataFrom],
    ["Opt-outs", one.optOut === "applies" ? "People who opted out are left out."
      : `Opting out does not apply. The ground given: ${one.optOutGround}. It rests on: ${one.optOutSource}`],
    ["For whom", one.recipient],
    ["Who else works with it", one.processors.length === 0 ? "Nobody is named."
      : one.processors.map(({ name, maySee }) => `${name} (may see: ${maySee})`).join("; ")],
    ["What may be computed", one.measures.length === 0 ? "Nothing." : one.measures.join(", ")],
    ["Interests that the signers declared", one.interests.map(({ signer, interests }) => `${signer}: ${interests}`).join("; ")],
    ["How long the public knows before", isEmergency(one)
      ? "Not at all: this is an emergency instruction. It ends within 30 days." : `${one.noticeDays} days.`],
    ["In force", `From ${one.notBefore}, until before ${one.expires}, if nothing stops it.`],
    ["Kept", `${one.retentionDays} days after that, then rows and keys are destroyed.`],
    ["Where to complain", one.complain],
  ];
}
