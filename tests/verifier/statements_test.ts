// Good files, and files that somebody changed: each is refused by the verdict that it should be refused by.
import assert from "node:assert/strict";
import { test } from "node:test";

import { typeOf } from "../../web/verify/given.ts";
import type { Check } from "../../web/verify/verdict.ts";
import { failures, file, files, flipped, instead, outcomes, replaceAt, reportOf, tampered, text, trust, withPayload } from "./files.ts";

const order = [...files(...trust), ...files("instruction.dsse", "instruction.tlog-proof")];

test("each file is told apart by what is in it", () => {
  const types = ["instruction.dsse", "instruction.tlog-proof", "candour.policy", "providers.json", "release.json", "my-receipt.json", "waits.csv"]
    .map((name) => typeOf({ ...file(name), name: "unnamed" }));
  assert.deepEqual(types, ["statement", "proof", "policy", "list", "release", "receipt", "other"]);
});

test("an instruction in the log, signed by two bodies: everything holds", () => {
  assert.deepEqual(outcomes(reportOf("instruction.dsse", order)), {
    form: "holds", signatures: "holds", signers: "holds", federation: "holds", checkpoint: "holds", witnesses: "holds",
    included: "holds", log: "holds", "charter-policy": "holds",
  });
});

test("what was not given is not asked, and fails nothing", () => {
  assert.deepEqual(outcomes(reportOf("instruction.dsse", files("instruction.dsse"))), {
    form: "holds", signatures: "open", signers: "open", federation: "open", checkpoint: "open", witnesses: "open",
    included: "open", log: "open",
  });
  const withoutPolicy = outcomes(reportOf("instruction.dsse", files("instruction.dsse", "instruction.tlog-proof")));
  assert.deepEqual([withoutPolicy.checkpoint, withoutPolicy.included], ["open", "holds"]);
});

test("the charter: its founders, its providers, its place in the log", () => {
  assert.deepEqual(outcomes(reportOf("charter.dsse", order)), {
    form: "holds", signatures: "holds", signers: "holds", body: "holds", federation: "open", checkpoint: "holds",
    witnesses: "holds", included: "holds", log: "holds", "charter-policy": "holds",
  });
});

test("the federation that the reader expects decides whose charter it is", () => {
  const { verdicts } = reportOf("charter.dsse", order);
  const federation = verdicts.find(({ check }) => check === "federation")?.facts[0]?.[1] ?? "";
  assert.equal(outcomes(reportOf("charter.dsse", order, federation)).federation, "holds");
  assert.deepEqual(failures(reportOf("charter.dsse", order, "0".repeat(64))), ["federation"]);
});

test("a policy of a later version that was given is left open, and of one that was not it is wrong", () => {
  const judged = (...charters: readonly string[]) => outcomes(reportOf("instruction.dsse", instead(
    [...order, ...files(...charters.flatMap((name) => [`${name}.dsse`, `${name}.tlog-proof`]))],
    { ...file("candour-3.policy"), name: "candour.policy" })))["charter-policy"];
  assert.equal(judged("charter-2", "charter-3"), "open");
  assert.equal(judged("charter-2"), "fails");
});

test("an emergency instruction is marked as one", () => {
  const report = reportOf("emergency.dsse", [...files(...trust), ...files("emergency.dsse", "emergency.tlog-proof")]);
  assert.equal(outcomes(report).emergency, "note");
  assert.deepEqual(failures(report), []);
  assert.match(report.words.map((line) => line.join(" ")).join("\n"), /this is an emergency instruction/);
});

test("a body alone, a body that processes the data, a key that is listed as compromised: too few votes", () => {
  const judged = (...names: readonly string[]) => failures(reportOf(names[0] ?? "", [...files(...trust), ...files(...names)]));
  assert.deepEqual(judged("one-body.dsse", "one-body.tlog-proof"), ["signers"]);
  assert.deepEqual(judged("processor-signed.dsse", "processor-signed.tlog-proof"), ["signers"]);
  // Version 2 says that the key of one of the two who signed is compromised.
  assert.deepEqual(judged("instruction.dsse", "instruction.tlog-proof", "charter-2.dsse", "charter-2.tlog-proof"), ["signers"]);
});

test("version 2 of a charter is judged by version 1, and by nothing where that is missing", () => {
  const second = files("charter-2.dsse", "charter-2.tlog-proof");
  assert.equal(outcomes(reportOf("charter-2.dsse", [...files(...trust), ...second])).signers, "holds");
  assert.equal(outcomes(reportOf("charter-2.dsse", second)).signers, "open");
});

test("a release, its release.json and a file of it", () => {
  const all = [...files(...trust), ...files("release.dsse", "release.tlog-proof", "release.json", "waits.csv")];
  const held = outcomes(reportOf("release.dsse", all));
  assert.deepEqual([held.signers, held.release, held.files, held.included], ["holds", "holds", "holds", "holds"]);
  const json = tampered("release.json", (whole) => whole.replace("waiting", "Waiting"));
  assert.deepEqual(failures(reportOf("release.dsse", instead(all, json))), ["release"]);
  const table = tampered("waits.csv", (whole) => whole.replace("300", "301"));
  assert.deepEqual(failures(reportOf("release.dsse", instead(all, table))), ["files"]);
});

/** What is done to a file of `order`, and every verdict that must then fail. */
const tamperings: readonly (readonly [what: string, name: string, change: (whole: string) => string, fails: readonly Check[], of?: string])[] = [
  ["a word of the payload", "instruction.dsse", (whole) => withPayload(whole, (payload) => payload.replace("Monthly", "Monthyl")),
    ["signatures", "signers", "included"]],
  ["a bit of a signature", "instruction.dsse", (whole) => {
    const at = whole.indexOf('"sig":"') + 20;
    return replaceAt(whole, at, flipped(whole.charAt(at)));
  }, ["signatures", "signers", "included"]],
  ["signatures in another order", "instruction.dsse", (whole) =>
    whole.replace(/\[(\{"keyid[^}]*\}),(\{"keyid[^}]*\})\]/, "[$2,$1]"), ["form"]],
  ["one key id twice", "instruction.dsse", (whole) => whole.replace(/\[(\{"keyid[^}]*\}),(\{"keyid[^}]*\})\]/, "[$1,$1]"), ["form"]],
  ["a key id of nobody", "instruction.dsse", (whole) => whole.replace(/"keyid":"(.{63})./, '"keyid":"$1x'), ["form"]],
  ["a signature less", "instruction.dsse", (whole) => whole.replace(/,\{"keyid[^}]*\}\]/, "]"), ["signers", "included"]],
  ["another kind", "instruction.dsse", (whole) => whole.replace("candour.instruction+json", "candour.collection+json"), ["form"]],
  ["a kind that nobody knows", "instruction.dsse", (whole) => whole.replace("candour.instruction+json", "candour.order+json"), ["form"]],
  ["a key twice in the envelope", "instruction.dsse", (whole) => whole.replace('{"payload":', '{"payload":"","payload":'), ["form"]],
  ["a key twice in the payload", "instruction.dsse", (whole) => withPayload(whole, (payload) => payload.replace('"why":', '"why":"","why":')), ["form"]],
  ["a fraction in the payload", "instruction.dsse", (whole) => withPayload(whole, (payload) => payload.replace('"notice_days":28', '"notice_days":28.0')), ["form"]],
  ["a member that nobody knows", "instruction.dsse", (whole) => withPayload(whole, (payload) => payload.replace('"why":', '"also":"","why":')), ["form"]],
  ["base64 with bits that say nothing", "instruction.dsse", (whole) => whole.replace(/([A-Za-z0-9+/])==/, (_, last: string) =>
    `${"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charAt("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(last) + 1)}==`), ["form"]],
  ["base64 without padding", "instruction.dsse", (whole) => whole.replace(/={1,2}"/, '"'), ["form"]],
  ["white space", "instruction.dsse", (whole) => whole.replace(",", ", "), ["form"]],
  ["a line feed at the end", "instruction.dsse", (whole) => `${whole}\n`, ["form"]],
  ["a byte order mark", "instruction.dsse", (whole) => `\ufeff${whole}`, ["form"]],
  ["the root", "instruction.tlog-proof", (whole) => changedCheckpoint(whole, (lines) => [lines[0], lines[1], changedHash(lines[2])]),
    ["checkpoint", "witnesses", "included"]],
  ["the size", "instruction.tlog-proof", (whole) => changedCheckpoint(whole, (lines) => [lines[0], "1001", lines[2]]), ["checkpoint", "witnesses"]],
  ["the origin", "instruction.tlog-proof", (whole) => changedCheckpoint(whole, (lines) => ["candour.example/log2", lines[1], lines[2]]),
    ["checkpoint", "witnesses", "log"]],
  ["the time of a cosignature", "instruction.tlog-proof", (whole) => changedSignature(whole, "guardian-2", 11, 1), ["witnesses"]],
  ["a bit of a cosignature", "instruction.tlog-proof", (whole) => changedSignature(whole, "guardian-1", 40, 1), ["witnesses"]],
  ["a bit of the log's signature", "instruction.tlog-proof", (whole) => changedSignature(whole, "candour.example/log ", 40, 1), ["checkpoint"]],
  ["a witness less", "instruction.tlog-proof", (whole) => whole.replace(/\u2014 candour.example\/log\/guardian-3 .*\n/u, ""), ["witnesses"]],
  ["the log's signature taken away", "instruction.tlog-proof", (whole) => whole.replace(/\u2014 candour.example\/log .*\n/u, ""), ["checkpoint"]],
  ["a path that is too short", "instruction.tlog-proof", (whole) => whole.replace(/(\nindex .*\n).*\n/, "$1"), ["included"]],
  ["a path that is too long", "instruction.tlog-proof", (whole) => whole.replace(/(\nindex .*\n)(.*\n)/, "$1$2$2"), ["included"]],
  ["the index, one more", "instruction.tlog-proof", (whole) => whole.replace(/index (\d+)/, (_, index: string) => `index ${Number(index) + 1}`), ["included"]],
  ["the index, one less", "instruction.tlog-proof", (whole) => whole.replace(/index (\d+)/, (_, index: string) => `index ${Number(index) - 1}`), ["included"]],
  ["an index with a zero before it", "instruction.tlog-proof", (whole) => whole.replace("index ", "index 0"), ["form"], "proof"],
  ["bytes after the proof", "instruction.tlog-proof", (whole) => `${whole}more`, ["form"], "proof"],
  ["a control character in the proof", "instruction.tlog-proof", (whole) => whole.replace("\n1000\n", "\n1000\r\n"), ["form"], "proof"],
  ["another log's key", "candour.policy", (whole) => whole.replace(/^log .*\n/, `log ${anotherVkey}\n`), ["checkpoint", "charter-policy"]],
  ["a quorum of one", "candour.policy", (whole) => whole.replace("quorum 4", "quorum 1"), ["charter-policy"]],
  ["a quorum that nobody defined", "candour.policy", (whole) => whole.replace("quorum quorum", "quorum all"), ["form"], "policy"],
  ["a key whose id is another", "candour.policy", (whole) => whole.replace("+9287fe0c+", "+9287fe0d+"), ["form"], "policy"],
  ["a policy without its last line feed", "candour.policy", (whole) => whole.slice(0, -1), ["form"], "policy"],
  ["a provider", "providers.json", (whole) => whole.replace("R2H", "R3H"), ["body"], "charter"],
  ["the charter's threshold", "charter.dsse", (whole) => withPayload(whole, (payload) => payload.replace('"threshold":2,"controllers"', '"threshold":3,"controllers"')),
    ["signatures", "signers", "included"], "charter"],
];

const anotherVkey = "log.candour.test/national+85ef757b+AVTRFKPFeKEYRaSr2ZxdO9e4WhKOGywQQoVoRN4i2aVW";

function changedCheckpoint(proof: string, change: (lines: readonly (string | undefined)[]) => readonly (string | undefined)[]): string {
  const [before, checkpoint, signatures] = proof.split("\n\n");
  return [before, change((checkpoint ?? "").split("\n")).join("\n"), signatures].join("\n\n");
}
const changedHash = (line: string | undefined): string => replaceAt(line ?? "", 5, flipped((line ?? "").charAt(5)));

/** One bit of the octets (key id, time, signature) on the line of a name. */
function changedSignature(proof: string, name: string, octet: number, bit: number): string {
  return proof.split("\n").map((line) => {
    if (!line.startsWith("\u2014 ") || !line.includes(name)) return line;
    const [dash, who, base64] = line.split(" ");
    const octets = Buffer.from(base64 ?? "", "base64");
    octets[octet] = (octets[octet] ?? 0) ^ bit;
    return [dash, who, octets.toString("base64")].join(" ");
  }).join("\n");
}

for (const [what, name, change, fails, of] of tamperings) {
  test(`tampered: ${what}`, () => {
    const all = instead(order, tampered(name, change));
    const report = of === "charter" ? "charter.dsse" : of === undefined ? "instruction.dsse" : name;
    assert.deepEqual(failures(reportOf(report, all)), fails);
  });
}

test("swapped: another statement's proof, and another federation's statement in our log", () => {
  const swapped = instead(order, { ...file("release.tlog-proof"), name: "instruction.tlog-proof" });
  assert.deepEqual(failures(reportOf("instruction.dsse", swapped)), ["included"]);
  const foreign = [...files(...trust), ...files("other-federation.dsse", "other-federation.tlog-proof")];
  const report = reportOf("other-federation.dsse", foreign);
  assert.deepEqual(failures(report), ["federation"]);
  assert.equal(outcomes(report).signers, "open");
});

test("a statement that the wrong party signed", () => {
  // The release is the producer's: under the key of the hub alone it would be the same bytes with other signatures.
  const release = tampered("release.dsse", (whole) => {
    const signature = /"signatures":.*$/.exec(text("submission.dsse"))?.[0] ?? "";
    return whole.replace(/"signatures":.*$/, signature);
  });
  assert.deepEqual(failures(reportOf("release.dsse", [...files(...trust), release])), ["signatures", "signers"]);
});

test("two policies: neither is used", () => {
  const twice = [...order, { ...file("candour.policy"), name: "second.policy" }];
  assert.equal(outcomes(reportOf("instruction.dsse", twice)).checkpoint, "open");
});
