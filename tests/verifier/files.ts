// What the tests share: the files that our own code made, the published vectors, and how a file is tampered with.
import { readFileSync } from "node:fs";

import { fileOf, type File, sort } from "../../web/verify/given.ts";
import { judge, type Report } from "../../web/verify/judge.ts";
import { fromBase64, toBase64, utf8 } from "../../web/verify/octets.ts";
import type { Check, Outcome } from "../../web/verify/verdict.ts";

const vectors = JSON.parse(readFileSync("tests/data/candour_verifier.json", "utf8")) as { files: Record<string, string> };

export function text(name: string): string {
  const found = vectors.files[name];
  if (found === undefined) throw new Error(`no vector is called ${name}`);
  return found;
}
export const file = (name: string): File => fileOf(name, utf8(text(name)));
export const files = (...names: readonly string[]): readonly File[] => names.map(file);

/** The federation's own files, which a statement is judged by. */
export const trust = ["charter.dsse", "charter.tlog-proof", "providers.json", "candour.policy"] as const;

/** A file with something else in it; it fails where nothing was changed. */
export function tampered(name: string, change: (text: string) => string): File {
  const changed = change(text(name));
  if (changed === text(name)) throw new Error(`${name} is as it was: the test would show nothing`);
  return fileOf(name, utf8(changed));
}

/** The given files, of which some are put in the place of those of the same name. */
export const instead = (all: readonly File[], ...others: readonly File[]): readonly File[] =>
  [...all.filter(({ name }) => !others.some((other) => other.name === name)), ...others];

export function reportOf(name: string, all: readonly File[], federation?: string): Report {
  const found = judge(sort(all, federation)).find((report) => report.name === name);
  if (found === undefined) throw new Error(`there is no report of ${name}`);
  return found;
}

export const outcomes = (report: Report): Readonly<Partial<Record<Check, Outcome>>> =>
  Object.fromEntries(report.verdicts.map(({ check, outcome }) => [check, outcome]));

/** The checks that fail, in their order. */
export const failures = (report: Report): readonly Check[] =>
  report.verdicts.filter(({ outcome }) => outcome === "fails").map(({ check }) => check);

/** One character of base64 or hexadecimal in a line or member becomes another. */
export const flipped = (letter: string): string => (letter === "A" ? "B" : letter === "a" ? "b" : /[a-z0-9]/.test(letter) && letter !== "0" ? "0" : "A");
export const replaceAt = (whole: string, at: number, letter: string): string => whole.slice(0, at) + letter + whole.slice(at + 1);

/** An envelope whose payload is another; its signatures stay. */
export const withPayload = (envelope: string, change: (payload: string) => string): string =>
  envelope.replace(/"payload":"([^"]*)"/, (_, base64: string) => {
    const payload = new TextDecoder().decode(fromBase64(base64));
    return `"payload":"${toBase64(utf8(change(payload)))}"`;
  });

/** A file of the corpora outside the repository; nothing where they are not at hand. */
export function shared(name: string): string | undefined {
  const root = process.env["CANDOUR_SHARED"];
  return root === undefined || root === "" ? undefined : readFileSync(`${root}/${name}`, "utf8");
}
