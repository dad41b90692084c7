// JSON as src/base/json_test.cpp has it: what two readers could understand differently is refused by both of ours.
import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf, sort } from "../../web/verify/given.ts";
import { jsonLine, parseJson } from "../../web/verify/json.ts";
import { fromBase64, fromHex, utf8 } from "../../web/verify/octets.ts";
import { Refused } from "../../web/verify/refused.ts";

test("two readers could differ on these, so they are refused", () => {
  const texts = ['{"a":1,"a":1}', '{"a":1,"b":{"c":1,"c":2}}', '{"a":1,"\\u0061":2}', "1.0", "1e3", "-0.0", "0.5",
    "9223372036854775808", "-9223372036854775809", "1 2", "{} x", "[1],", "", " ", "nul", "'a'", "[1,]", "{a:1}", "// c\n1",
    "\ufeff1", '"\n"', "NaN", "Infinity", "+1", "01", '"a\u0000b"', "1\u0000", '"\\ud800"', '"\\x"', '{"a"}', "[", `${"[".repeat(65)}${"]".repeat(65)}`];
  for (const text of texts) assert.throws(() => parseJson(text), Refused, text);
});

test("each kind of value is read, and written on one line as the C++ writes it", () => {
  const line = '{"n":null,"t":true,"i":-12,"m":9223372036854775807,"s":"\\"\\\\/\\n\\r\\t\\u0008\\u000c\u007f–","a":[1,[]],"o":{},"1":2,"0":3}';
  assert.equal(jsonLine(parseJson(line)), line);
  assert.equal(jsonLine(parseJson(' [ 1 , "\\u00e9\\ud83d\\ude00" ] ')), '[1,"é😀"]');
  assert.equal(jsonLine(parseJson(`${"[".repeat(64)}${"]".repeat(64)}`)).length, 128);
});

test("octets have one spelling", () => {
  for (const text of ["AA=", "AA", "AB==", "AAB=", "A A=", "AA==\n", "AA-_", "=AAA"]) assert.equal(fromBase64(text), undefined, text);
  assert.deepEqual(fromBase64("AA=="), Uint8Array.of(0));
  assert.equal(fromHex("0A", 1), undefined);
  assert.equal(fromHex("0a0", 1), undefined);
});

test("any bytes under any name are sorted, and at most refused", () => {
  let state = 1;
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const begins = ["", "{", '{"payload":"', '{"format":"candour-receipt-v1",', "c2sp.org/tlog-proof@v1\nindex 1\n", "log a+00000000+AA==\n", '[{"signing_key":'];
  const names = ["x", "x.dsse", "x.tlog-proof", "release.json"];
  for (let run = 0; run < 2000; run += 1) {
    const noise = Uint8Array.from({ length: random(60) }, () => random(2) === 0 ? random(256) : 32 + random(95));
    const begin = utf8(begins[random(begins.length)] ?? "");
    const bytes = new Uint8Array([...begin, ...noise]);
    const given = sort([fileOf(names[random(names.length)] ?? "", bytes)]);
    assert.equal(given.statements.length + given.proofs.length + given.receipts.length + given.releases.length, 0);
  }
});
