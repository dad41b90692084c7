// Tokens that our C++ makes for random inputs, in padded batches with two of three guardians, against RFC 9497's
// function as noble has it, under the assembled key. Last, it must find a single changed octet.
//
// usage: random_inputs PROGRAM COUNT (tests/second/random_inputs.cpp)
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { execFileSync } from "node:child_process";

import * as group from "./group.ts";
import { at, equal, fromHex, utf8 } from "./octets.ts";

interface Row {
  readonly key: string;
  readonly input: string;
  readonly token: Uint8Array;
}

const [program, count] = process.argv.slice(2);
if (program === undefined || count === undefined) throw new Error("usage: random_inputs PROGRAM COUNT");
const output = execFileSync(program, [count], { encoding: "utf8", maxBuffer: 1 << 28 });
const rows = output.trimEnd().split("\n").map((line): Row => {
  const [key, input, token] = line.split(" ");
  if (key === undefined || input === undefined || token === undefined) throw new Error(`no row: ${line}`);
  return { key, input, token: fromHex(token) };
});
if (rows.length !== Number(count)) throw new Error(`${rows.length} rows, not ${count}`);

// noble has this function, but its types do not tell of it.
const { evaluate } = ristretto255_oprf.voprf as unknown as
  { evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array };
const outputs = rows.map(({ key, input }) => evaluate(fromHex(key), utf8(input)).slice(0, 32));

/** The same by all steps of the RFC, with its blinding and its proof. */
function stepByStep({ key, input }: Row): Uint8Array {
  const { voprf } = ristretto255_oprf;
  const publicKey = group.times(group.parseScalar(fromHex(key)), group.base).toBytes();
  const { blind, blinded } = voprf.blind(utf8(input));
  const { evaluated, proof } = voprf.blindEvaluate(fromHex(key), publicKey, blinded);
  return voprf.finalize(utf8(input), blind, evaluated, blinded, publicKey, proof).slice(0, 32);
}

const equalOnes = (list: readonly Row[]): number =>
  list.filter(({ token }, j) => equal(token, at(outputs, j))).length;
console.log(`${equalOnes(rows)} of ${count} equal`);
const steps = rows.filter((_, j) => j % 100 === 0);
const equalSteps = steps.filter((row) => equal(row.token, stepByStep(row))).length;
console.log(`${equalSteps} of ${steps.length} equal, step by step`);

const place = Math.floor(rows.length / 2);
const changed = rows.map((row, j) =>
  j === place ? { ...row, token: row.token.map((octet, k) => (k === 31 ? octet ^ 1 : octet)) } : row);
const distinct = new Set(rows.map(({ input }) => input)).size;
console.log(`with one bit changed: ${equalOnes(changed)} of ${count}; ${distinct} distinct inputs`);
const allEqual = equalOnes(rows) === rows.length && equalSteps === steps.length;
if (!allEqual || equalOnes(changed) !== rows.length - 1 || distinct < rows.length * 0.99) process.exitCode = 1;
