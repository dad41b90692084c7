// The second implementation against what others published, so that its agreement with ours means something.
//
// usage: published_vectors; it reads CANDOUR_SHARED/vectors and is skipped where that is not set
import { ed25519, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { readFileSync } from "node:fs";

import * as batch from "./batch.ts";
import * as group from "./group.ts";
import { at, fromHex, toHex, utf8 } from "./octets.ts";
import * as shares from "./shares.ts";
import * as statement from "./statement.ts";

const shared = process.env["CANDOUR_SHARED"] ?? "";
let checked = 0;

const read = <T>(name: string): T => JSON.parse(readFileSync(`${shared}/vectors/${name}`, "utf8")) as T;

function same(found: Uint8Array | string, expected: string, what: string): void {
  const shown = typeof found === "string" ? found : toHex(found);
  if (shown !== expected) throw new Error(`${what}: ${shown} is not ${expected}`);
  checked += 1;
}

function refused(work: () => unknown, what: string): void {
  let given: unknown;
  try { given = work(); } catch { checked += 1; return; }
  throw new Error(`${what} was not refused: ${String(given)}`);
}

function checkGroup(): void {
  const file = read<{
    small_multiples: string[]; invalid_encodings: { hex: string }[]; noncanonical_aliases: string[];
    one_way_map: { uniform64: string; element: string; label: string }[];
  }>("rfc9496_libsodium.json");
  file.small_multiples.forEach((hex, k) => same(group.times(BigInt(k), group.base).toBytes(), hex, `[${k}]B`));
  for (const hex of file.small_multiples.slice(1)) same(group.parsePoint(fromHex(hex)).toBytes(), hex, "a point");
  refused(() => group.parsePoint(fromHex(at(file.small_multiples, 0))), "the identity");
  for (const { hex } of file.invalid_encodings) refused(() => group.parsePoint(fromHex(hex)), hex);
  for (const hex of file.noncanonical_aliases) refused(() => group.parseScalar(fromHex(hex)), `scalar ${hex}`);
  for (const { uniform64, element, label } of file.one_way_map) {
    same(sha512(utf8(label)), uniform64, label);
    same(group.oneWayMap(fromHex(uniform64)).toBytes(), element, label);
  }
}

function checkExpansion(): void {
  const { vectors } = read<{ vectors: { dst: string; msg: string; len: number; uniform: string }[] }>(
    "rfc9380_xmd_sha512.json");
  for (const { dst, msg, len, uniform } of vectors) {
    same(group.expandMessageXmd(utf8(msg), utf8(dst), len), uniform, `expand_message_xmd to ${len}`);
  }
}

/** Blinding is by multiplication in the RFC; hashing and output are the protocol's. */
function checkOprf(): void {
  type Row = { Blind: string; BlindedElement: string; EvaluationElement: string; Input: string; Output: string };
  const { vectors } = read<{ vectors: { mode: number; skSm: string; groupDST: string; vectors: Row[] }[] }>(
    "rfc9497_ristretto255_sha512.json");
  const suites = vectors.filter(({ mode }) => mode !== 2);  // the third has another output
  for (const suite of suites) {
    const key = group.parseScalar(fromHex(suite.skSm));
    const tag = Buffer.from(suite.groupDST, "hex").toString("latin1");
    for (const row of suite.vectors) {
      const lists = [row.Input, row.Blind, row.BlindedElement, row.EvaluationElement, row.Output]
        .map((one) => one.split(","));
      at(lists, 0).forEach((inputHex, j) => {
        const [blindHex, blindedHex, evaluatedHex, output] = lists.slice(1).map((list) => at(list, j)) as
          [string, string, string, string];
        const hashed = group.hashToGroup(fromHex(inputHex), tag);
        const nobles = ristretto255_hasher.hashToCurve(fromHex(inputHex), { DST: tag });
        same(hashed.toBytes(), toHex(nobles.toBytes()), "hash to the group");
        const blind = group.parseScalar(fromHex(blindHex));
        const blinded = group.times(blind, hashed);
        same(blinded.toBytes(), blindedHex, "BlindedElement");
        same(group.times(key, blinded).toBytes(), evaluatedHex, "EvaluationElement");
        const unblinded = group.times(group.inverse(blind), group.parsePoint(fromHex(evaluatedHex)));
        same(batch.finalize(fromHex(inputHex), unblinded), output, "Output");
      });
    }
  }
}

interface OurRun {
  readonly asked: number[];
  readonly guardians: {
    guardian: number; lambda: string; weighted_key: string; evaluated: string[]; proof_nonce: string;
    transcript: string; weights: string[]; M: string; Z: string; proof: string; compensating_pair_must_fail: string[];
  }[];
  readonly rows: { combined: string; unblinded: string; token: string; pseudonym: string }[];
}
interface OurFile {
  readonly federation: string; readonly domain: string; readonly share_epoch: number; readonly batch_leaf: string;
  readonly batch_seed: string; readonly shares: string[]; readonly public_key: string; readonly z_lake: string;
  readonly dealers: { coefficients: string[]; commitments: string[] }[];
  readonly inputs: { nhs_number: string; hashed: string; blind: string; blinded: string }[];
  readonly runs: OurRun[];
}

function checkOurRun(file: OurFile, run: OurRun): void {
  const rows = file.inputs.map(({ nhs_number }, j) => batch.blindRow(fromHex(file.batch_seed), j, nhs_number));
  const blinded = rows.map((row) => row.blinded);
  const evaluations = run.guardians.map((given) => {
    const lambda = shares.lagrangeAtZero(run.asked, given.guardian);
    const share = group.modulo(lambda * group.parseScalar(fromHex(at(file.shares, given.guardian - 1))));
    const context = {
      federation: fromHex(file.federation), domain: file.domain, epoch: file.share_epoch,
      batchLeaf: fromHex(file.batch_leaf), guardian: given.guardian, asked: run.asked,
      weightedKey: group.times(share, group.base),
    };
    same(group.scalarOctets(lambda), given.lambda, "lambda");
    same(context.weightedKey.toBytes(), given.weighted_key, "weighted_key");
    const evaluated = blinded.map((point) => group.times(share, point));
    evaluated.forEach((point, j) => same(point.toBytes(), at(given.evaluated, j), "evaluated"));
    const nonce = group.parseScalar(fromHex(given.proof_nonce));
    const proved = batch.proveBatch(context, share, blinded, evaluated, nonce);
    same(proved.transcript, given.transcript, "transcript");
    proved.weights.forEach((weight, j) =>
      same(group.scalarOctets(weight).slice(0, 16), at(given.weights, j), "weight"));
    same(proved.M.toBytes(), given.M, "M");
    same(proved.Z.toBytes(), given.Z, "Z");
    same(batch.proofOctets(proved.proof), given.proof, "proof");
    const pair = given.compensating_pair_must_fail.map((hex) => group.parsePoint(fromHex(hex)));
    same(String(batch.verifyBatch(context, blinded, evaluated, proved.proof)), "true", "the proof");
    same(String(batch.verifyBatch(context, blinded, [...pair, ...evaluated.slice(2)], proved.proof)), "false", "the compensating pair");
    return evaluated;
  });
  rows.forEach((row, j) => {
    const [input, expected] = [at(file.inputs, j), at(run.rows, j)];
    same(row.hashed.toBytes(), input.hashed, "hashed");
    same(group.scalarOctets(row.blind), input.blind, "blind");
    same(row.blinded.toBytes(), input.blinded, "blinded");
    const { combined, unblinded, token } = batch.unblindRow(
      row, evaluations.map((one) => at(one, j)), group.parsePoint(fromHex(file.public_key)));
    if (token === undefined) throw new Error("a row without a token");
    same(combined.toBytes(), expected.combined, "combined");
    same(unblinded.toBytes(), expected.unblinded, "unblinded");
    same(token, expected.token, "token");
    same(batch.lakePseudonym(fromHex(file.z_lake), token), expected.pseudonym, "pseudonym");
  });
}

function checkOurs(): void {
  const file = read<OurFile>("candour_voprf.json");
  for (const { coefficients, commitments } of file.dealers) {
    shares.commitmentsOf(coefficients.map((hex) => group.parseScalar(fromHex(hex))))
      .forEach((point, m) => same(point.toBytes(), at(commitments, m), "commitment"));
  }
  for (const run of file.runs) checkOurRun(file, run);
}

/** Which of the trusted keys signed, counted as the published cases say. */
function checkEnvelopes(): void {
  type Envelope = { payload: string; payloadType: string; signatures: { sig: string }[] };
  const { upstream, candour_threshold: ours } = read<{
    upstream: { payloadType: string; payload: string; pae: string };
    candour_threshold: {
      threshold: number; payloadType: string; trusted: { seed: string; pub: string; keyid: string }[];
      cases: { name: string; expect: string; envelope: Envelope }[];
    };
  }>("dsse_threshold.json");
  const encoded = statement.preAuthenticationEncoding(upstream.payloadType, utf8(upstream.payload));
  same(Buffer.from(encoded).toString("utf8"), upstream.pae, "the pre-authentication encoding");
  for (const { seed, pub, keyid } of ours.trusted) {
    same(ed25519.getPublicKey(fromHex(seed)), pub, "public key");
    same(statement.keyIdOf(fromHex(pub)), keyid, "key id");
  }
  for (const { name, expect, envelope } of ours.cases) {
    const message = statement.preAuthenticationEncoding(
      envelope.payloadType, Uint8Array.from(Buffer.from(envelope.payload, "base64")));
    const signers = ours.trusted.filter(({ pub }) => envelope.signatures.some(({ sig }) => {
      const octets = Uint8Array.from(Buffer.from(sig, "base64"));
      return octets.length === 64 && ed25519.verify(octets, message, fromHex(pub), { zip215: false });
    }));
    const accepted = envelope.payloadType === ours.payloadType && signers.length >= ours.threshold;
    same(accepted ? "accept" : "reject", expect, name);
  }
}

if (shared === "") {
  console.log("skipped: CANDOUR_SHARED is not set, no published vector is read");
  process.exit(77);
}
for (const [name, check] of Object.entries({
  "RFC 9496": checkGroup, "RFC 9380": checkExpansion, "RFC 9497": checkOprf, "candour_voprf.json": checkOurs,
  "DSSE": checkEnvelopes,
})) {
  const before = checked;
  check();
  console.log(`${name}: ${checked - before} values`);
}
