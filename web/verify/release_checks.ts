// A release's statement against its release.json, and that against the files.
import type { Given, Statement } from "./given.ts";
import type { ListedFile, Release } from "./release.ts";
import { type Fact, type Verdict, verdict } from "./verdict.ts";

const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

type Found = "as listed" | "another file of this name" | "not given";
function findFile(given: Given, listed: ListedFile): Found {
  if (given.files.some(({ sha256, sizeBytes }) => sha256 === listed.sha256 && sizeBytes === listed.sizeBytes)) return "as listed";
  return given.files.some(({ name }) => lastPart(name) === lastPart(listed.path)) ? "another file of this name" : "not given";
}

function checkFiles(given: Given, release: Release): Verdict {
  const found = release.files.map((file) => [file.path, findFile(given, file)] as const);
  const count = (what: Found): number => found.filter(([, one]) => one === what).length;
  const [same, other] = [count("as listed"), count("another file of this name")];
  const outcome = other > 0 ? "fails" : same > 0 ? "holds" : "open";
  return verdict("files", outcome, "The files are those that release.json lists",
    other > 0 ? `${other} of the files that you gave ${other === 1 ? "is" : "are"} not as listed.`
      : same > 0 ? `${same} of ${found.length} were given, each with the digest that is listed.`
      : `None of its ${found.length} files was given.`,
    "That the figures are right: only that they are the ones that were published.",
    found.map(([path, what]): Fact => [path, what]));
}

export function checkReleaseFiles(given: Given, statement: Statement): readonly Verdict[] {
  if (statement.envelope.kind !== "release") return [];
  const wanted = String(statement.members.get("release_sha256"));
  const facts: readonly Fact[] = [["SHA-256 in the statement", wanted], ...given.releases.map(({ name, release }): Fact => [`SHA-256 of ${name}`, release.sha256])];
  const release = given.releases.find((one) => one.release.sha256 === wanted)?.release;
  const claim = "release.json is the one that was signed";
  const beyond = "That no later release corrects it.";
  if (release === undefined) {
    const broken = given.refused.some(({ type }) => type === "release");
    return [given.releases.length === 0 && !broken ? verdict("release", "open", claim, "No release.json was given.", beyond, facts)
      : verdict("release", "fails", claim, "The release.json that you gave has another digest than the statement says.", beyond, facts)];
  }
  return [verdict("release", "holds", claim, "Its digest is the one in the statement.", beyond, facts), checkFiles(given, release)];
}
