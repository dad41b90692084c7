// Writes the vectors of our own making, or with --check says whether the file is what would be written.
//
// usage: generate [--check] pseudonyms|statements FILE
import { readFileSync, writeFileSync } from "node:fs";

import { batchVectors } from "./batch_vectors.ts";
import { ceremonyVectors } from "./ceremony_vectors.ts";
import { kindsVectors } from "./kinds_vectors.ts";

const lineAtMost = 1000;

/** JSON with one space a depth; what fits stands on one line. */
function shown(value: unknown, depth = 0): string {
  const line = JSON.stringify(value);
  if (typeof value !== "object" || value === null || line.length + depth <= lineAtMost) return line;
  const indent = " ".repeat(depth + 1);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((one) => indent + shown(one, depth + 1))
    : Object.entries(value).map(([name, one]) => `${indent}${JSON.stringify(name)}: ${shown(one, depth + 1)}`);
  return `${isList ? "[" : "{"}\n${parts.join(",\n")}\n${" ".repeat(depth)}${isList ? "]" : "}"}`;
}

const sources: Readonly<Record<string, () => object>> = {
  pseudonyms: () => ({
    source: "made by tests/second from the formulas of the pseudonym protocol, all secrets from fixed labels; scalars "
      + "are 32 octets, the least significant first, points ristretto255 encodings, all in hexadecimal",
    ...batchVectors(),
    ceremonies: ceremonyVectors(),
  }),
  statements: () => ({
    source: "made by tests/second from docs/reference/formats/statements.md, all keys and salts from fixed labels",
    ...kindsVectors(),
  }),
};

const words = process.argv.slice(2);
const check = words[0] === "--check";
const [what, path] = words.slice(check ? 1 : 0);
const vectors = sources[what ?? ""];
if (vectors === undefined || path === undefined) throw new Error("usage: generate [--check] pseudonyms|statements FILE");
const text = `${shown(vectors())}\n`;
if (!check) {
  writeFileSync(path, text);
  console.log(`${path}: ${text.length} bytes`);
} else if (readFileSync(path, "utf8") === text) {
  console.log(`${path} is what the second implementation makes`);
} else {
  console.error(`${path} is not what the second implementation makes`);
  process.exitCode = 1;
}
