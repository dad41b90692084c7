// A person's receipt: what holds, and what fails when something in it is another.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Check } from "../../web/verify/verdict.ts";
import { failures, file, files, flipped, instead, outcomes, replaceAt, reportOf, tampered, text, trust } from "./files.ts";

const name = "my-receipt.json";
type Content = Record<string, unknown>;
const changed = (change: (content: Content) => Content) =>
  tampered(name, (whole) => `${JSON.stringify(change(JSON.parse(whole) as Content), null, 2)}\n`);
const held = [...files(...trust), file(name)];

test("a receipt with the charter and a policy of the reader's own: everything holds", () => {
  assert.deepEqual(outcomes(reportOf(name, held)), {
    form: "holds", row: "holds", signatures: "holds", signers: "holds", federation: "holds",
    checkpoint: "holds", witnesses: "holds", included: "holds", log: "holds", "charter-policy": "holds", policy: "holds",
  });
});

test("a receipt alone: row and log hold, whoever signed is open, and so is whose policy it is", () => {
  const alone = outcomes(reportOf(name, files(name)));
  assert.deepEqual([alone.row, alone.included, alone.checkpoint, alone.witnesses], ["holds", "holds", "holds", "holds"]);
  assert.deepEqual([alone.signers, alone.federation, alone.policy], ["open", "open", "open"]);
});

const flippedAt = (whole: string, at: number): string => replaceAt(whole, at, flipped(whole.charAt(at)));
const first = (content: Content): string[] => content["path"] as string[];
const tamperings: readonly (readonly [what: string, change: (content: Content) => Content, fails: readonly Check[]])[] = [
  ["the row", (one) => ({ ...one, row: `${String(one["row"])}0` }), ["row"]],
  ["the salt", (one) => ({ ...one, salt: replaceAt(String(one["salt"]), 3, flipped(String(one["salt"]).charAt(3))) }), ["row"]],
  ["a salt of another size", (one) => ({ ...one, salt: `${String(one["salt"])}00` }), ["form"]],
  ["a salt in upper case", (one) => ({ ...one, salt: String(one["salt"]).toUpperCase() }), ["form"]],
  ["the index", (one) => ({ ...one, index: Number(one["index"]) + 1 }), ["row"]],
  ["an index beyond the rows", (one) => ({ ...one, index: 300 }), ["row"]],
  ["the number of rows, where that asks for another path", (one) => ({ ...one, count: 600 }), ["row"]],
  ["the number of rows, where the path is the same: nothing public says it", (one) => ({ ...one, count: 301 }), []],
  ["a path that is too short", (one) => ({ ...one, path: first(one).slice(1) }), ["row"]],
  ["a path that is too long", (one) => ({ ...one, path: [...first(one), first(one)[0]] }), ["row"]],
  ["no path", (one) => ({ ...one, path: [] }), ["row"]],
  ["a bit of the path", (one) => ({ ...one, path: [flippedAt(first(one)[0] ?? "", 5), ...first(one).slice(1)] }), ["row"]],
  ["the row taken away", (one) => ({ ...one, row: "" }), ["row"]],
  ["the proof taken away", (one) => ({ ...one, proof: "" }), ["form"]],
  ["a bit of the submission's signature", (one) => {
    const whole = String(one["submission"]);
    return { ...one, submission: flippedAt(whole, whole.indexOf('"sig":"') + 20) };
  }, ["signatures", "signers", "included"]],
  ["a fraction", (one) => ({ ...one, index: 137.5 }), ["form"]],
  ["another format", (one) => ({ ...one, format: "candour-receipt-v1-also" }), ["form"]],
  ["a member that nobody knows", (one) => ({ ...one, also: 1 }), ["form"]],
  ["another statement", (one) => ({ ...one, submission: text("release.dsse") }), ["form"]],
  ["another statement's proof", (one) => ({ ...one, proof: text("release.tlog-proof") }), ["included"]],
  ["another policy", (one) => ({ ...one, policy: text("candour.policy").replace("quorum 4", "quorum 1") }), ["policy"]],
];
for (const [what, change, fails] of tamperings) {
  test(`tampered: ${what}`, () => {
    assert.deepEqual(failures(reportOf(name, instead(held, changed(change)))), fails);
  });
}

test("a receipt that brings its own log key is refused by the reader's policy, and by the charter", () => {
  const vkey = "log.candour.test/national+85ef757b+AVTRFKPFeKEYRaSr2ZxdO9e4WhKOGywQQoVoRN4i2aVW";
  const other = changed((one) => ({ ...one, policy: String(one["policy"]).replace(/^log .*/, `log ${vkey}`) }));
  assert.deepEqual(failures(reportOf(name, instead(held, other))), ["policy"]);
  const withoutPolicy = [...files("charter.dsse", "providers.json"), other];
  assert.deepEqual(failures(reportOf(name, withoutPolicy)), ["checkpoint", "charter-policy"]);
});
