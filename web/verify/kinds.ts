// Every kind of statement: what it is called, whose signature it needs, what it says, and its members. A closed list,
// as src/statement/kinds.h; the forms of members are docs/reference/formats/statements.md.
import type { Header } from "./members.ts";
import { Members } from "./members.ts";
import { refuse } from "./refused.ts";
import type { Octets } from "./octets.ts";

export type Signer = "founders" | "controllers" | "one controller" | "provider" | "guardian" | "hub" | "producer"
  | "participants" | "party" | "hub or guardian";

export interface Kind {
  readonly title: string;
  readonly signer: Signer;
  readonly says: string;
  readonly members: string;  // after the header; empty where another module reads them
}

const kind = (title: string, signer: Signer, says: string, members: string): Kind => ({ title, signer, says, members });

export const kinds: Readonly<Record<string, Kind>> = {
  charter: kind("Charter", "founders", "Who takes part in a federation, with which keys, and what they may do.", ""),
  collection: kind("Collection", "controllers", "What a data set is: the digest of the folder that describes it.",
    "name collection_sha256 manifest_sha256 files"),
  instruction: kind("Instruction", "controllers", "An order to collect: what, from whom, why, for how long, and who may see it.", ""),
  acceptance: kind("Acceptance", "provider", "An organisation's officer accepts an instruction.", "instruction provider role name"),
  objection: kind("Objection", "party", "A party objects to an instruction, and is owed an answer by a day.",
    "instruction party reasons_commitment reasons_bytes answer_due"),
  revocation: kind("Revocation", "one controller", "An instruction is stopped.", "instruction why_commitment why_bytes"),
  ceremony: kind("Key ceremony", "participants", "The guardians made the shares of a pseudonymisation key.", "*"),
  "ceremony-aborted": kind("Key ceremony, stopped", "guardian", "A key ceremony ended without a key.", "*"),
  "ceremony-commit": kind("Key ceremony, message", "guardian", "A guardian's message in a key ceremony.", "*"),
  "ceremony-deal": kind("Key ceremony, message", "guardian", "A guardian's message in a key ceremony.", "*"),
  "ceremony-complaint": kind("Key ceremony, message", "guardian", "A guardian's message in a key ceremony.", "*"),
  batch: kind("Batch", "provider", "An organisation asked the guardians for pseudonyms; the size is padded.",
    "instruction domain epoch provider collection size points_sha256"),
  attestation: kind("Attestation", "guardian", "A guardian evaluated a batch of blinded numbers.",
    "batch domain epoch guardian asked points_sha256 proof checkpoint"),
  submission: kind("Submission", "provider", "An organisation sent rows of one table and one period.",
    "instruction collection collection_sha256 table period provider revision supersedes batches attestations_sha256 "
    + "nil commitment sealing_key package_sha256 package_bytes opt_out acceptance legal_notice"),
  receipt: kind("Receipt of a submission", "hub", "The hub stored a submission.",
    "submission provider collection table period revision version"),
  "sealing-key": kind("Sealing key", "hub", "The key that submissions of a month are sealed to.", "key first_day last_day"),
  run: kind("Run", "hub", "Something will be computed, said before it is.",
    "instruction purpose by who collection period measures sql_commitment inputs_commitment"),
  result: kind("Result", "hub", "What a run gave, said before anybody saw it.", "run output_commitment disclosure"),
  release: kind("Release", "producer", "A statistic is published.",
    "instruction run title period release_sha256 disclosure supersedes"),
  refusal: kind("Refusal", "party", "A node refused something under a rule.",
    "role at act to instruction code times since until"),
  erasure: kind("Erasure", "hub", "Rows and keys were destroyed.",
    "instruction collection table first_version last_version keys_destroyed what done erased_commitment"),
  incident: kind("Incident", "party", "Something went wrong that everybody has to know.",
    "what party text_commitment text_bytes evidence_sha256"),
  sealed: kind("Sealed entry", "controllers", "A run or an incident that will be shown on a day.", "of commitment open_by"),
  opening: kind("Opening of a sealed entry", "party", "A sealed entry is shown.", "sealed salt payload"),
  redaction: kind("Redaction", "controllers", "A text beside the log is taken away: how large it was, why, and until when.",
    "entry text_commitment text_bytes reason until"),
  head: kind("Head", "hub or guardian", "A cosigned checkpoint as an entry: since when what is before it is public.", "checkpoint"),
  "opt-out-figures": kind("Figures of a month", "provider",
    "How many records went in a month, or how many an opt-out left out, rounded.",
    "provider collection month rows national type_1"),
  withdraw: kind("Erasure orders of a week", "provider", "A provider's weekly batch; it looks the same whether anybody ordered anything.",
    "instruction provider week batch attestations_sha256 sealing_key package_sha256"),
};

/** The payload's members, of which the header is read, and the rest held against the list of the kind. */
export function parsePayload(name: string, payload: Octets): { readonly header: Header; readonly members: Members } {
  const known = kinds[name] ?? refuse(`nobody knows the kind “${name}”`);
  const members = Members.of(payload);
  const header = members.header();
  if (known.members !== "" && known.members !== "*") {
    for (const key of known.members.split(" ")) members.any(key);
    members.finish();
  }
  return { header, members };
}
