// The vectors of tests/data/candour_statements.json: a small federation's log, from the collection to an erasure.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { idOf, seedOf } from "./fixed.ts";
import * as kinds from "./kinds.ts";
import { at, toHex, utf8 } from "./octets.ts";
import * as statement from "./statement.ts";

const log = { federation: sha256(utf8("the federation of the vectors")), log: "candour.example/log" };
const made = 1_767_139_200;  // 2025-12-31T00:00:00Z
const instruction = idOf("instruction");
const collection = "rtt-waiting-list";
const header = (name: string, seconds: number): statement.Header => ({ ...log, id: idOf(`statement ${name}`), made: made + seconds });
const answer = (seconds: number): kinds.Log => ({ ...log, made: made + seconds });
const saltOf = (label: string): Uint8Array => seedOf(`salt of ${label}`);
const committed = (label: string): Uint8Array => kinds.commitDigest(saltOf(label), seedOf(label));

const controllers = ["controller 1", "controller 2", "controller 3"] as const;

/** A statement in its envelope, signed by these, with what another implementation needs to make it again. */
function signed(kind: string, payload: string, ...signers: readonly string[]) {
  const seeds = signers.map(seedOf);
  const envelope = statement.signed(kind, payload, ...seeds);
  for (const seed of seeds) statement.verifiedPayload(envelope, kind, ed25519.getPublicKey(seed));
  return {
    kind,
    signing_seeds: seeds.map(toHex),
    payload,
    envelope: Buffer.from(envelope).toString("utf8"),
    leaf: toHex(statement.leafHash(envelope)),
  };
}

const leafOf = (one: { readonly envelope: string }): Uint8Array => statement.leafHash(utf8(one.envelope));

/** A text, its salt, and what the log has of it. */
function freeText(text: string) {
  const salt = saltOf(text);
  const committedTo = kinds.commitText(text, salt);
  return { committedTo, shown: { text, salt: toHex(salt), commitment: toHex(committedTo.commitment),
                                 bytes: committedTo.bytes, body: toHex(kinds.freeTextBody(text, salt)) } };
}

function decisions(reasons: kinds.FreeText, why: kinds.FreeText) {
  return [
    signed("collection", kinds.collectionPayload(header("collection", 0), collection, seedOf("collection"),
      seedOf("manifest of the collection"), 31), ...controllers),
    signed("acceptance", kinds.acceptancePayload(header("acceptance", 100), instruction, "R1H", "caldicott-guardian",
      "Dr A. Example"), "provider"),
    signed("objection", kinds.objectionPayload(header("objection", 200), instruction, "R1K", reasons, "2026-01-28"),
      "provider R1K"),
    signed("revocation", kinds.revocationPayload(header("revocation", 9000), instruction, why), "controller 2"),
  ];
}

const runOf = (who: string): kinds.Run => ({
  instruction, purpose: "measure", by: "computer", who, collection, period: "2025-12",
  measures: ["rtt-incomplete", "rtt-monthly"], sqlCommitment: committed("sql"), inputsCommitment: committed("inputs"),
});

function runs() {
  const run = signed("run", kinds.runPayload(header("run", 300), runOf("statistics job")), "hub");
  const query = signed("run", kinds.runPayload(header("query", 310), {
    ...runOf("analyst"), purpose: "query", by: "person", period: "", measures: [] }), "hub");
  const leaf = leafOf(run);
  const result = signed("result", kinds.resultPayload(answer(400), leaf, committed("output"), "passed"), "hub");
  const release = {
    instruction, run: leaf, title: "Referral to treatment waiting times, \u201cDecember\u201d 2025", period: "2025-12",
    releaseSha256: seedOf("release.json"), rules: ["hes-2018", "none"], auditCommitment: committed("audit"),
  };
  const first = signed("release", kinds.releasePayload(header("release", 500), { ...release, supersedes: null }),
    "producer");
  const second = signed("release", kinds.releasePayload(header("revised release", 600), {
    ...release, releaseSha256: seedOf("revised release.json"), supersedes: leafOf(first) }), "producer");
  return [run, query, result, first, second];
}

function refusalsAndErasure() {
  const refusal: kinds.Refusal = {
    role: "guardian", at: "Guardian One", act: "evaluate", to: "R1H", instruction, code: "CND-2022", times: 3,
    since: statement.utcText(made + 60), until: statement.utcText(made + 120) };
  return [
    signed("refusal", kinds.refusalPayload(header("refusal", 700), refusal), "guardian 1"),
    signed("refusal", kinds.refusalPayload(header("refusal to strangers", 3700), {
      role: "hub", at: "hub", act: "append", to: "", instruction: null, code: "CND-2003", times: 41,
      since: statement.utcText(made), until: statement.utcText(made + 3600) }), "hub"),
    signed("erasure", kinds.erasurePayload(header("erasure", 8000), {
      instruction, collection, table: "pathways", versions: [3, 9], keysDestroyed: 2, what: "expiry",
      done: statement.utcText(made + 7990), erasedCommitment: committed("erased files") }), "hub"),
    signed("opt-out-figures", kinds.optOutFiguresPayload(answer(900), "R1H", collection, "2025-11",
      { rows: null, national: 4737, type1: 7 }), "provider"),
    signed("opt-out-figures", kinds.optOutFiguresPayload(answer(901), "R1H", "diagnostics", "2025-11",
      { rows: 4738, national: null, type1: null }), "provider"),
    signed("withdraw", kinds.withdrawPayload(header("withdraw", 9000), {
      instruction, provider: "R1H", week: "2025-12-29", batch: seedOf("withdraw batch"),
      attestationsSha256: seedOf("withdraw attestations"), sealingKey: idOf("sealing key"),
      packageSha256: seedOf("withdraw package") }), "provider"),
  ];
}

function incidentsAndSeals(text: kinds.FreeText) {
  const secret = kinds.runPayload(header("sealed run", 1000), runOf("inspection"));
  const salt = saltOf("sealed run");
  const sealed = signed("sealed", kinds.sealedPayload(header("sealed", 1100), "run",
    kinds.commitDigest(salt, sha256(utf8(secret))), "2026-06-29"), ...controllers.slice(0, 2));
  const checkpoint = `${log.log}\n7\n${Buffer.from(seedOf("root")).toString("base64")}\n\n`
    + `\u2014 ${log.log} AAAAAA==\n`;
  const incident = signed(
    "incident", kinds.incidentPayload(header("incident", 950), "share-lost", "Guardian Two", text, null), "guardian 2");
  return [
    incident,
    signed("incident", kinds.incidentPayload(header("fork", 960), "fork", "R1H", text, seedOf("two heads")), "provider"),
    sealed,
    signed("opening", kinds.openingPayload(answer(2000), leafOf(sealed), salt, secret), "controller 3"),
    signed("redaction", kinds.redactionPayload(header("redaction", 2100), leafOf(incident), text, "names-a-person",
      "for-ever"), ...controllers.slice(0, 2)),
    signed("redaction", kinds.redactionPayload(header("redaction until", 2200), leafOf(incident), text, "court-order",
      "2026-12-31"), ...controllers.slice(0, 2)),
    signed("head", kinds.headPayload(answer(1200), checkpoint), "hub"),
  ];
}

export function kindsVectors() {
  const texts = ["It would let others know who was where.\n", "The flow is no longer needed: \u201cdone\u201d.",
                 "A disk with a share was left on a train."].map(freeText);
  const [reasons, why, what] = [0, 1, 2].map((place) => at(texts, place).committedTo);
  if (reasons === undefined || why === undefined || what === undefined) throw new Error("no texts");
  return {
    federation: toHex(log.federation),
    log: log.log,
    free_texts: texts.map(({ shown }) => shown),
    published_figures: [0, 1, 7, 8, 9, 12, 13, 17, 18, 4737, 4738].map((count) =>
      ({ count, published: kinds.publishedFigure(count) })),
    statements: [...decisions(reasons, why), ...runs(), ...refusalsAndErasure(), ...incidentsAndSeals(what)],
  };
}
