// The vectors of one batch: every value that provider, guardians and hub have in it, and what must be refused.
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import * as batch from "./batch.ts";
import { idOf, nhsNumbers, scalarOf, seedOf } from "./fixed.ts";
import * as group from "./group.ts";
import { type Point, type Scalar } from "./group.ts";
import { at, equal, fromHex, join, littleEndian, toHex, toLittleEndian, utf8 } from "./octets.ts";
import * as shares from "./shares.ts";
import * as statement from "./statement.ts";

const size = 256;
const federation = sha256(utf8("the federation of the vectors"));
const log = "candour.example/log";
const domain = "secondary-uses";
const epoch = 1;
const madeBatch = 1_767_139_200;
const sets = [[1, 2], [1, 3], [2, 3]] as const;

const hexOf = (value: Point | Scalar): string =>
  toHex(typeof value === "bigint" ? group.scalarOctets(value) : value.toBytes());
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString("base64");
const text = (octets: Uint8Array): string => Buffer.from(octets).toString("utf8");

/** Three dealers, two coefficients each: k, K, and each guardian's k_i and K_i. */
function makeKey() {
  const dealers = [1, 2, 3].map((dealer) => {
    const coefficients = [0, 1].map((m) => scalarOf(`dealer ${dealer} coefficient ${m}`));
    return { dealer, coefficients, commitments: shares.commitmentsOf(coefficients) };
  });
  const shareOf = (i: number): Scalar =>
    group.modulo(dealers.reduce((total, { coefficients }) => total + shares.valueAt(coefficients, i), 0n));
  const key = shareOf(0);
  const publicKey = group.sum(dealers.map(({ commitments }) => at(commitments, 0)));
  const shareKeyOf = (i: number): Point =>
    group.sum(dealers.map(({ commitments }) => shares.committedValueAt(commitments, i)));
  if (!group.times(key, group.base).equals(publicKey)) throw new Error("K is not k·B");
  return { dealers, key, publicKey, shareOf, shareKeyOf };
}
type Key = ReturnType<typeof makeKey>;

/** Every fifth row is padding. The protocol shuffles rows at random; here they stand by this rule. */
function makeRows(batchSeed: Uint8Array): batch.BlindedRow[] {
  const numbers = nhsNumbers(size);
  return Array.from({ length: size }, (_, j) => batch.blindRow(batchSeed, j, j % 5 === 4 ? "" : at(numbers, j)));
}

function batchEnvelope(points: Uint8Array, name: string): Uint8Array {
  return statement.signed("batch", statement.batchPayload({
    header: { federation, log, id: idOf(name), made: madeBatch },
    instruction: idOf("instruction"), domain, epoch, provider: "R1H", collection: "rtt-waiting-list", size,
    pointsSha256: sha256(points),
  }), seedOf("provider"));
}

interface Asked {
  readonly key: Key;
  readonly blinded: readonly Point[];
  readonly leaf: Uint8Array;
  readonly asked: readonly number[];
}

function contextOf({ leaf, asked }: Asked, guardian: number, weightedKey: Point): batch.ProofContext {
  return { federation, domain, epoch, batchLeaf: leaf, guardian, asked, weightedKey };
}

/** What guardian i of S does with a batch. */
function evaluate(question: Asked, guardian: number) {
  const lambda = shares.lagrangeAtZero(question.asked, guardian);
  const weightedShare = group.modulo(lambda * question.key.shareOf(guardian));
  const weightedKey = group.times(lambda, question.key.shareKeyOf(guardian));
  const evaluated = question.blinded.map((point) => group.times(weightedShare, point));
  const nonce = scalarOf(`nonce ${guardian} of ${question.asked.join(" ")}`);
  const context = contextOf(question, guardian, weightedKey);
  const proved = batch.proveBatch(context, weightedShare, question.blinded, evaluated, nonce);
  if (!batch.verifyBatch(context, question.blinded, evaluated, proved.proof)) throw new Error("our own proof fails");
  return { guardian, lambda, weightedShare, weightedKey, evaluated, nonce, context, ...proved };
}
type Evaluation = ReturnType<typeof evaluate>;

function attest(question: Asked, one: Evaluation) {
  const subject = statement.attestationSubject(question.leaf, question.asked, one.guardian);
  const points = batch.octetsOf(one.evaluated);
  const made = madeBatch + 60 + one.guardian;
  const envelope = statement.signed("attestation", statement.attestationPayload({
    header: { federation, log, id: statement.derivedId("attestation", subject), made },
    batch: question.leaf, domain, epoch, guardian: one.guardian, asked: question.asked,
    pointsSha256: sha256(points), proof: batch.proofOctets(one.proof), checkpoint: "",
  }), seedOf(`guardian ${one.guardian}`));
  return { made, envelope, answer: statement.answerBody(envelope, points) };
}

const shownEvaluation = (question: Asked, one: Evaluation) => {
  const { made, envelope, answer } = attest(question, one);
  return {
    guardian: one.guardian,
    lambda: hexOf(one.lambda),
    weighted_share_for_tests_only: hexOf(one.weightedShare),
    weighted_key: hexOf(one.weightedKey),
    evaluated: one.evaluated.map(hexOf),
    transcript: toHex(one.transcript),
    first_weight: toHex(toLittleEndian(at(one.weights, 0), 16)),
    last_weight: toHex(toLittleEndian(at(one.weights, size - 1), 16)),
    M: hexOf(one.M),
    Z: hexOf(one.Z),
    proof_nonce: hexOf(one.nonce),
    proof: toHex(batch.proofOctets(one.proof)),
    attestation_made: made,
    attestation_envelope: text(envelope),
    answer_size: answer.length,
    answer_sha256: toHex(sha256(answer)),
  };
};

/** Changes to the first guardian's answer in the first run, each of which must be refused where it says. */
function refusals(question: Asked, good: Evaluation) {
  const proof = batch.proofOctets(good.proof);
  const proofUnder = (change: Partial<batch.ProofContext>): Uint8Array => batch.proofOctets(batch.proveBatch(
    { ...good.context, ...change }, good.weightedShare, question.blinded, good.evaluated, good.nonce).proof);
  const plus = (octets: Uint8Array, more: bigint): Uint8Array => toLittleEndian(littleEndian(octets) + more, 32);
  const [first, second] = [at(good.evaluated, 0), at(good.evaluated, 1)];
  const change = group.times(9n, group.base);
  const pair = [first.add(group.times(at(good.weights, 1), change)),
                second.subtract(group.times(at(good.weights, 0), change))];
  const otherLeaf = statement.leafHash(batchEnvelope(batch.octetsOf(question.blinded), "another batch"));
  const elsewhere = shares.lagrangeAtZero([1, 3], 1);
  const p = 2n ** 255n - 19n;
  const cases: readonly { what: string; refused_by: string; evaluated?: [number, string][]; proof?: Uint8Array }[] = [
    { what: "nothing is changed", refused_by: "nobody" },
    { what: "an element is the identity", refused_by: "points", evaluated: [[3, hexOf(group.identity)]] },
    { what: "an element is the identity, not canonical (p)", refused_by: "points",
      evaluated: [[3, toHex(toLittleEndian(p, 32))]] },
    { what: "an element is negative", refused_by: "points", evaluated: [[3, toHex(toLittleEndian(1n, 32))]] },
    { what: "an element has its highest bit set", refused_by: "points",
      evaluated: [[3, toHex(plus(at(good.evaluated, 3).toBytes(), 2n ** 255n))]] },
    { what: "the challenge is not reduced", refused_by: "proof",
      proof: join(plus(proof.slice(0, 32), group.order), proof.slice(32)) },
    { what: "the response is not reduced", refused_by: "proof",
      proof: join(proof.slice(0, 32), plus(proof.slice(32), group.order)) },
    { what: "an element is another point", refused_by: "verification", evaluated: [[255, hexOf(change)]] },
    { what: "two elements are swapped", refused_by: "verification",
      evaluated: [[0, hexOf(second)], [1, hexOf(first)]] },
    { what: "two elements make up for each other under the weights of before", refused_by: "verification",
      evaluated: pair.map((point, j): [number, string] => [j, hexOf(point)]) },
    { what: "the proof is another batch's", refused_by: "verification",
      proof: proofUnder({ batchLeaf: otherLeaf }) },
    { what: "the proof is another epoch's", refused_by: "verification", proof: proofUnder({ epoch: 2 }) },
    { what: "the proof is another domain's", refused_by: "verification", proof: proofUnder({ domain: "planning" }) },
    { what: "the proof is another federation's", refused_by: "verification",
      proof: proofUnder({ federation: sha256(utf8("another federation")) }) },
    { what: "the proof is another guardian's", refused_by: "verification", proof: proofUnder({ guardian: 2 }) },
    { what: "the proof is for another set", refused_by: "verification", proof: proofUnder({ asked: [1, 3] }) },
    { what: "the proof is for another weighted key", refused_by: "verification",
      proof: proofUnder({ weightedKey: group.times(elsewhere, question.key.shareKeyOf(1)) }) },
  ];
  return cases.map((one) => {
    const shown = { what: one.what, refused_by: one.refused_by, evaluated: one.evaluated ?? [],
                    proof: toHex(one.proof ?? proof) };
    const found = refusedBy(question, good, shown);
    if (found !== one.refused_by) throw new Error(`${one.what}: refused by ${found}`);
    return shown;
  });
}

interface ChangedAnswer {
  readonly evaluated: readonly [number, string][];
  readonly proof: string;
}

function refusedBy(question: Asked, good: Evaluation, one: ChangedAnswer): string {
  const evaluated = [...good.evaluated];
  let proof: batch.Proof;
  try {
    for (const [j, hex] of one.evaluated) evaluated[j] = group.parsePoint(fromHex(hex));
  } catch { return "points"; }
  try { proof = batch.parseProof(fromHex(one.proof)); } catch { return "proof"; }
  return batch.verifyBatch(good.context, question.blinded, evaluated, proof) ? "nobody" : "verification";
}

/** N_j, token and pseudonym of every row; the same whichever guardians were asked, or this throws. */
function finish(rows: readonly batch.BlindedRow[], runs: readonly (readonly Evaluation[])[], key: Key,
                lakeKey: Uint8Array, useKey: Uint8Array) {
  return rows.map((row, j) => {
    const results = runs.map((run) =>
      batch.unblindRow(row, run.map(({ evaluated }) => at(evaluated, j)), key.publicKey));
    const { combined, unblinded, token } = at(results, 0);
    const isOne = results.every((other) => other.unblinded.equals(unblinded));
    if (!isOne) throw new Error(`row ${j} depends on who is asked`);
    if (!group.times(key.key, row.hashed).equals(unblinded)) throw new Error(`row ${j} is not k·P`);
    const pseudonym = token === undefined ? undefined : batch.lakePseudonym(lakeKey, token);
    return {
      x: row.x,
      hashed: row.x === "" ? "" : hexOf(row.hashed),
      blind: hexOf(row.blind),
      blinded: hexOf(row.blinded),
      combined: hexOf(combined),
      unblinded: hexOf(unblinded),
      token: token === undefined ? "" : toHex(token),
      pseudonym: pseudonym === undefined ? "" : toHex(pseudonym),
      use_pseudonym: pseudonym === undefined ? "" : toHex(batch.usePseudonym(useKey, pseudonym)),
    };
  });
}

const signer = (label: string) => ({
  signing_seed: toHex(seedOf(label)),
  signing_public_key: toHex(ed25519.getPublicKey(seedOf(label))),
});

/** The submission of that batch, its receipt, and the key that its package was sealed to. */
function laterStatements(leaf: Uint8Array) {
  const header = { federation, log };
  const names = { provider: "R1H", collection: "rtt-waiting-list", table: "pathways", period: "2025-12" };
  const key = x25519.getPublicKey(seedOf("sealing key"));
  const keyId = statement.derivedId("sealing-key", sha256(key));
  const sealingKey = statement.sealingKeyPayload({
    header: { ...header, id: keyId, made: madeBatch - 30 * 86_400 }, key, firstDay: "2025-12-01", lastDay: "2025-12-31" });
  const submission = statement.submissionPayload({
    header: { ...header, id: idOf("submission"), made: madeBatch + 600 }, instruction: idOf("instruction"), ...names,
    collectionSha256: seedOf("collection"), revision: 2, supersedes: seedOf("submission of before"), batches: [leaf],
    attestationsSha256: seedOf("attestations"), nil: false, commitment: seedOf("rows"),
    sealingKey: keyId, packageSha256: seedOf("package"), packageBytes: 65_584,
    optOut: "applies", acceptance: "compelled", legalNotice: "A notice, \"as served\" \u2013 on paper.\n" });
  const sent = statement.signed("submission", submission, seedOf("provider"));
  const identity = sha256(sent);
  const receipt = statement.receiptPayload({
    header: { ...header, id: statement.derivedId("receipt", identity), made: madeBatch + 660 }, submission: identity,
    ...names, revision: 2, version: 7 });
  return [["sealing-key", "hub", sealingKey], ["submission", "provider", submission], ["receipt", "hub", receipt]]
    .map(([kind, signedBy, payload]) => {
      if (kind === undefined || signedBy === undefined || payload === undefined) throw new Error("no statement");
      const envelope = statement.signed(kind, payload, seedOf(signedBy));
      if (statement.verifiedPayload(envelope, kind, ed25519.getPublicKey(seedOf(signedBy))) !== payload) {
        throw new Error(`${kind} does not come back`);
      }
      return { kind, signing_seed: toHex(seedOf(signedBy)), payload, envelope: text(envelope) };
    });
}

export function batchVectors() {
  const key = makeKey();
  const [batchSeed, lakeKey, useKey] = [seedOf("batch seed"), seedOf("lake key"), seedOf("key of a use")];
  const rows = makeRows(batchSeed);
  const blinded = rows.map((row) => row.blinded);
  const points = batch.octetsOf(blinded);
  const envelope = batchEnvelope(points, "batch");
  const leaf = statement.leafHash(envelope);
  const questions = sets.map((asked): Asked => ({ key, blinded, leaf, asked }));
  const runs = questions.map((question) => question.asked.map((guardian) => evaluate(question, guardian)));
  const requests = sets.map((asked) => statement.requestBody(envelope, asked, points));
  const firstAnswer = attest(at(questions, 0), at(at(runs, 0), 0)).answer;
  if (!equal(firstAnswer.slice(-32 * size), batch.octetsOf(at(at(runs, 0), 0).evaluated))) throw new Error("answer");
  return {
    federation: toHex(federation), log, domain, epoch, n: 3, t: 2,
    dealers: key.dealers.map((one) => ({
      dealer: one.dealer, coefficients: one.coefficients.map(hexOf), commitments: one.commitments.map(hexOf) })),
    shares: [1, 2, 3].map((i) => hexOf(key.shareOf(i))),
    share_keys: [1, 2, 3].map((i) => hexOf(key.shareKeyOf(i))),
    assembled_key_for_tests_only: hexOf(key.key),
    public_key: hexOf(key.publicKey),
    provider: signer("provider"),
    guardians: [1, 2, 3].map((i) => signer(`guardian ${i}`)),
    batch_seed: toHex(batchSeed),
    z_lake: toHex(lakeKey),
    z_use: toHex(useKey),
    rows: finish(rows, runs, key, lakeKey, useKey),
    batch: {
      id: toHex(idOf("batch")), made: madeBatch, instruction: toHex(idOf("instruction")), provider: "R1H",
      collection: "rtt-waiting-list", size, points_sha256: toHex(sha256(points)),
      envelope: text(envelope), leaf: toHex(leaf),
    },
    runs: questions.map((question, run) => ({
      asked: question.asked,
      request_size: at(requests, run).length,
      request_sha256: toHex(sha256(at(requests, run))),
      guardians: at(runs, run).map((one) => shownEvaluation(question, one)),
    })),
    statements: laterStatements(leaf),
    first_request_base64: base64(at(requests, 0)),
    first_answer_base64: base64(firstAnswer),
    refusals_note: "changes to the first guardian's answer in the first run",
    refusals: refusals(at(questions, 0), at(at(runs, 0), 0)),
  };
}
