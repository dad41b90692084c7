// Checkpoints (C2SP tlog-checkpoint) and log proofs (C2SP tlog-proof@v1): that an entry is in a log, for whoever has
// the entry and a policy. https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-proof
import { decimal, linesOf } from "./lines.ts";
import { hashesAtMost, type Head } from "./merkle.ts";
import { type Note, parseNote } from "./note.ts";
import { fromBase64, type Octets, textOf, utf8 } from "./octets.ts";
import { refuse } from "./refused.ts";

export const proofFirstLine = "c2sp.org/tlog-proof@v1";
const proofAtMostBytes = 2 << 20;

export interface Checkpoint {
  readonly origin: string;
  readonly head: Head;
  readonly note: Note;
}

export interface Proof {
  readonly index: bigint;
  readonly path: readonly Octets[];
  readonly checkpoint: Checkpoint;
}

function hashOf(line: string | undefined): Octets | undefined {
  const octets = line === undefined ? undefined : fromBase64(line);
  return octets?.length === 32 ? octets : undefined;
}

/** No signature is verified: nothing of it is to be believed yet. */
export function parseCheckpoint(bytes: Octets): Checkpoint {
  const note = parseNote(bytes);
  const lines = linesOf(note.text);
  const [origin, size, root] = [lines[0], decimal(lines[1]), hashOf(lines[2])];
  if (origin === undefined || origin === "") refuse("a checkpoint's first line is the log's name");
  if (size === undefined) refuse("a checkpoint's second line is the size, in decimal");
  if (root === undefined) refuse("a checkpoint's third line is the root, 32 octets in base64");
  if (lines.includes("")) refuse("no line of a checkpoint is empty");
  return { origin, head: { size, root }, note };
}

export function parseProof(bytes: Octets): Proof {
  if (bytes.length > proofAtMostBytes) refuse("it is larger than 2 MiB");
  const text = textOf(bytes);
  const end = text.indexOf("\n\n");
  if (end < 0) refuse("an empty line stands before the checkpoint");
  const [first, ...rest] = text.slice(0, end).split("\n");
  if (first !== proofFirstLine) refuse(`the first line is ${proofFirstLine}`);
  if (rest[0]?.startsWith("extra ") === true) {
    if ((fromBase64(rest[0].slice("extra ".length))?.length ?? 0) === 0) refuse("an extra line has base64 of something");
    rest.shift();
  }
  const indexLine = rest.shift();
  const index = indexLine?.startsWith("index ") === true ? decimal(indexLine.slice("index ".length)) : undefined;
  if (index === undefined) refuse("a line has the index, in decimal");
  const path = rest.map((line) => hashOf(line) ?? refuse("a path is hashes of 32 octets in base64, one a line"));
  if (path.length > hashesAtMost) refuse("a path has at most 63 hashes");
  return { index, path, checkpoint: parseCheckpoint(utf8(text.slice(end + 2))) };
}
