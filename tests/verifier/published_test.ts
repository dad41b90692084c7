// The parts against vectors that others published: Ed25519's edge cases, RFC 6962's trees by Go, checkpoints and
// cosignatures by Go, tessera and sunlight, DSSE's encoding and thresholds.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { judgeSignatures, preAuthenticationEncoding } from "../../web/verify/envelope.ts";
import { kinds, parsePayload } from "../../web/verify/kinds.ts";
import { leafHash, verifyInclusion } from "../../web/verify/merkle.ts";
import { parseVerifierKey, signedBy } from "../../web/verify/note.ts";
import { fromBase64, fromHex, type Octets, sha256, toHex, utf8 } from "../../web/verify/octets.ts";
import { parseCheckpoint } from "../../web/verify/proof.ts";
import { verifySignature } from "../../web/verify/signature.ts";
import { shared } from "./files.ts";

const hex = (text: string): Octets => fromHex(text, text.length / 2) ?? assert.fail("no hexadecimal");
const json = <T>(name: string): T | undefined => {
  const text = shared(name);
  return text === undefined ? undefined : JSON.parse(text) as T;
};
const skip = shared("vectors/README.md") === undefined ? "CANDOUR_SHARED is not set" : false;

test("Wycheproof's verdicts on Ed25519", { skip }, () => {
  interface Group { publicKey: { pk: string }; tests: { msg: string; sig: string; result: string }[] }
  const groups = json<{ testGroups: Group[] }>("bad-input/wycheproof/testvectors_v1/ed25519_test.json")?.testGroups ?? [];
  let checked = 0;
  for (const { publicKey, tests } of groups) {
    for (const { msg, sig, result } of tests) {
      assert.equal(verifySignature(hex(publicKey.pk), hex(msg), hex(sig)), result === "valid");
      checked += 1;
    }
  }
  assert.equal(checked, 151);
});

test("CCTV's 914 edge cases of Ed25519: the same 43 are accepted as by libsodium", { skip }, () => {
  const cases = json<{ number: number; key: string; msg: string; sig: string }[]>("bad-input/cctv/ed25519/ed25519vectors.json") ?? [];
  const accepted = cases.filter(({ key, msg, sig }) => verifySignature(hex(key), utf8(msg), hex(sig))).map(({ number }) => `${number} `);
  assert.equal(cases.length, 914);
  assert.equal(accepted.length, 43);
  // The digest that src/crypto/signature_test.cpp holds.
  assert.equal(toHex(sha256(utf8(accepted.join("")))), "63f4f608982e645018e4d3b5e66ad3a95d56806b1f58c0281a63584e494363e7");
});

interface Xmod {
  inclusion: { index: number; size: number; proof: string[] }[];
  root_by_size_1_to_600: string[];
  signed_checkpoint: { cosigned_checkpoint: string; log_vkey: string; witness_vkey: string; timestamp: number };
}

test("Go's x/mod: every proof of inclusion holds, and none at another index, root or length", { skip }, () => {
  const vectors = json<Xmod>("vectors/tlog/go119_xmod_vectors.json");
  for (const { index, size, proof } of vectors?.inclusion ?? []) {
    const path = proof.map((one) => fromBase64(one) ?? assert.fail());
    const root = hex(vectors?.root_by_size_1_to_600[size - 1] ?? "");
    const leaf = leafHash(utf8(`candour entry ${index}`));
    const holds = (at: number, of: number, hashes: readonly Octets[], under = root) =>
      verifyInclusion(leaf, BigInt(at), { size: BigInt(of), root: under }, hashes);
    assert.ok(holds(index, size, path));
    assert.ok(!holds(index + 1, size, path));
    assert.ok(!holds(index, size, [...path, root]));
    assert.ok(path.length === 0 || !holds(index, size, path.slice(0, -1)));
    assert.ok(!holds(index, size, path, leafHash(root)));
  }
  assert.equal(vectors?.inclusion.length, 74);
});

test("Go's x/mod: a checkpoint and a cosignature", { skip }, () => {
  const vector = json<Xmod>("vectors/tlog/go119_xmod_vectors.json")?.signed_checkpoint ?? assert.fail();
  const { note, origin, head } = parseCheckpoint(utf8(vector.cosigned_checkpoint));
  assert.equal(origin, "log.candour.test/national");
  assert.equal(head.size, 600n);
  assert.deepEqual(signedBy(note, parseVerifierKey(vector.log_vkey)), { outcome: "holds", time: 0n });
  assert.deepEqual(signedBy(note, parseVerifierKey(vector.witness_vkey)), { outcome: "holds", time: BigInt(vector.timestamp) });
  const changed = parseCheckpoint(utf8(vector.cosigned_checkpoint.replace("\n600\n", "\n601\n")));
  assert.deepEqual(signedBy(changed.note, parseVerifierKey(vector.log_vkey)), { outcome: "false" });
  assert.deepEqual(signedBy(changed.note, parseVerifierKey(vector.witness_vkey)), { outcome: "false" });
});

test("checkpoints of tessera and sunlight are read; a file that is none is refused", { skip }, () => {
  const root = `${process.env["CANDOUR_SHARED"]}/vectors/tlog`;
  const names = readdirSync(`${root}/tessera-log`).filter((name) => name.startsWith("checkpoint"));
  for (const name of names) {
    const { origin, head } = parseCheckpoint(readFileSync(`${root}/tessera-log/${name}`));
    assert.equal(origin, "example.com/log/testdata");
    assert.equal(head.size, name === "checkpoint" ? 15n : BigInt(name.split(".")[1] ?? ""));
  }
  assert.ok(names.length >= 16);
  const sunlight = ["sunlight-witness/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706",
    "sunlight-witness2/88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482"];
  for (const name of sunlight) assert.ok(parseCheckpoint(readFileSync(`${root}/${name}/checkpoint`)).note.signatures.length > 0);
  assert.throws(() => parseCheckpoint(readFileSync(`${root}/sunlight-witness/checkpoint`)));
});

test("sunlight's witness key verifies its cosignature", { skip }, () => {
  const root = "vectors/tlog/sunlight-witness";
  const vkey = json<{ verifier_keys: string[] }>(`${root}/witness.v0.json`)?.verifier_keys[0] ?? assert.fail();
  const note = parseCheckpoint(utf8(shared(`${root}/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706/checkpoint`) ?? "")).note;
  const key = parseVerifierKey(vkey);
  assert.equal(signedBy(note, key).outcome, "holds");
  assert.equal(signedBy({ ...note, text: note.text.replace("\n", "x\n") }, key).outcome, "false");
});

test("DSSE: the encoding of the standard, and who counts among signers", { skip }, () => {
  interface Signed { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] }
  interface Vectors {
    upstream: { payload: string; payloadType: string; pae: string };
    candour_threshold: { threshold: number; trusted: { pub: string }[]; cases: { name: string; expect: string; envelope: Signed }[] };
  }
  const vectors = json<Vectors>("vectors/dsse_threshold.json") ?? assert.fail();
  const { payload, payloadType, pae } = vectors.upstream;
  assert.deepEqual(preAuthenticationEncoding(payloadType, utf8(payload)), utf8(pae));
  const { threshold, trusted, cases } = vectors.candour_threshold;
  const keys = trusted.map(({ pub }) => hex(pub));
  for (const { name, expect, envelope } of cases) {
    const judged = judgeSignatures({
      bytes: new Uint8Array(), kind: "instruction", payloadType: envelope.payloadType,
      payload: fromBase64(envelope.payload) ?? assert.fail(),
      signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyId: keyid, signature: fromBase64(sig) ?? assert.fail() })),
    }, keys);
    const counted = new Set(judged.flatMap((one) => one.outcome === "holds" ? [one.keyId] : [])).size;
    // Ours is stricter: a key id is no hint, it is the key's own.
    const strict = expect === "accept" && !name.startsWith("wrong keyid");
    assert.equal(counted >= threshold, strict, name);
  }
});

test("every kind of statement that ours makes has the members that are listed here", () => {
  interface Made { kind: string; payload: string }
  const statements: Made[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("kind" in value && "payload" in value) statements.push(value as Made);
    for (const one of Object.values(value)) collect(one);
  };
  collect(JSON.parse(readFileSync("tests/data/candour_statements.json", "utf8")));
  for (const { kind, payload } of statements) assert.equal(parsePayload(kind, utf8(payload)).header.log, "candour.example/log");
  const seen = new Set(statements.map(({ kind }) => kind));
  assert.ok(seen.size >= 14, [...seen].join());
  assert.deepEqual([...seen].filter((kind) => !(kind in kinds)), []);
});
