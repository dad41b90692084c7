// release.json, as far as a verifier needs it: the other files of the release with their digests. It is the file
// whose digest the release's statement holds (docs/reference/formats/release.md).
import { type JsonObject, parseJson } from "./json.ts";
import { Members } from "./members.ts";
import { type Octets, sha256, textOf, toHex } from "./octets.ts";

export const releaseFormat = "candour-release-2";

export interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
export interface Release {
  readonly sha256: string;
  readonly files: readonly ListedFile[];
  readonly members: JsonObject;
}

export function parseRelease(bytes: Octets): Release {
  const members = new Members(parseJson(textOf(bytes)));
  members.word("format", [releaseFormat]);
  const files = members.objects("files", 10_000, (file): ListedFile =>
    ({ path: file.text("path"), sizeBytes: file.number("size_bytes", 0, 2 ** 50), sha256: file.hex("sha256", 32) }));
  return { sha256: toHex(sha256(bytes)), files, members: members.object };
}
