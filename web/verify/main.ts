// The page: takes files by dropping, choosing or pasting, and shows anew what can be said of all of them. It asks
// nobody for anything: its policy forbids every request.
import { byId, make } from "./elements.ts";
import { type File as GivenFile, fileOf, readAtMostBytes, sort, typeNames, typeOf } from "./given.ts";
import { judge } from "./judge.ts";
import { sha256, toHex, utf8 } from "./octets.ts";
import { reportSection, tally } from "./view.ts";

const files = new Map<string, GivenFile>();
const status = byId("status", HTMLElement);
const federation = byId("federation", HTMLInputElement);

/** Digests a file in pieces: a release may have some that do not fit in memory twice. */
async function digestOf(file: File): Promise<string> {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) hash.update(piece.value);
  return toHex(hash.digest());
}

async function read(file: File): Promise<GivenFile> {
  if (file.size > readAtMostBytes) return { name: file.name, sizeBytes: file.size, sha256: await digestOf(file), bytes: undefined };
  return fileOf(file.name, new Uint8Array(await file.arrayBuffer()));
}

async function take(chosen: Iterable<File>): Promise<void> {
  status.textContent = "Reading…";
  for (const file of chosen) {
    try {
      files.set(file.name, await read(file));
    } catch {
      files.delete(file.name);
      status.textContent = `${file.name} could not be read.`;
      return;
    }
  }
  show();
}

function fileRow(file: GivenFile): HTMLElement {
  const remove = (): void => {
    files.delete(file.name);
    show();
    byId("given-title", HTMLElement).focus();
  };
  return make("li", {}, make("span", { class: "candour-given__name" }, file.name),
    make("span", { class: "candour-given__type" }, `${typeNames[typeOf(file)]}, ${file.sizeBytes.toLocaleString("en-GB")} bytes`),
    make("button", { class: "nhsuk-button nhsuk-button--secondary nhsuk-button--small", type: "button", click: remove },
      "Remove", make("span", { class: "nhsuk-u-visually-hidden" }, ` ${file.name}`)));
}

/** What the reader expects, or what is wrong with how they wrote it. */
function expectedFederation(): { readonly digest: string | undefined; readonly isWrong: boolean } {
  const written = federation.value.trim().toLowerCase();
  const isWrong = written !== "" && !/^[0-9a-f]{64}$/.test(written);
  federation.setAttribute("aria-invalid", String(isWrong));
  byId("federation-wrong", HTMLElement).hidden = !isWrong;
  return { digest: written === "" ? undefined : written, isWrong };
}

function show(): void {
  const { digest, isWrong } = expectedFederation();
  const given = sort([...files.values()], digest);
  const reports = isWrong ? [] : judge(given);
  byId("given", HTMLElement).replaceChildren(...[...files.values()].map(fileRow));
  byId("given-part", HTMLElement).hidden = files.size === 0;
  byId("found-part", HTMLElement).hidden = reports.length === 0 && given.policies.length < 2;
  byId("two-policies", HTMLElement).hidden = given.policies.length < 2;
  byId("reports", HTMLElement).replaceChildren(...reports.map(reportSection));
  status.textContent = files.size === 0 ? "No file is given."
    : isWrong ? "The digest of the federation is not one: nothing was checked."
    : reports.length === 0 ? "Give a statement or a receipt: what is here is checked against nothing yet."
    : reports.map(({ title, verdicts }) => `${title}: ${tally(verdicts)}`).join(" ");
}

/** A pasted text loses its last line feed easily, and logs' files need it. */
function paste(): void {
  const area = byId("text", HTMLTextAreaElement);
  if (area.value.trim() === "") return;
  const named = `pasted ${[...files.keys()].filter((name) => name.startsWith("pasted ")).length + 1}`;
  const type = typeOf(fileOf(named, utf8(area.value)));
  const whole = (type === "policy" || type === "proof") && !area.value.endsWith("\n") ? `${area.value}\n` : area.value;
  files.set(named, fileOf(named, utf8(whole)));
  area.value = "";
  show();
}

function listen(): void {
  const input = byId("files", HTMLInputElement);
  input.addEventListener("change", () => {
    void take([...(input.files ?? [])]).then(() => { input.value = ""; });
  });
  const zone = byId("drop", HTMLElement);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("candour-drop--over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone.classList.remove("candour-drop--over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("candour-drop--over");
    void take(event.dataTransfer?.files ?? []);
  });
  byId("paste", HTMLElement).addEventListener("click", paste);
  byId("clear", HTMLElement).addEventListener("click", () => {
    files.clear();
    show();
    input.focus();
  });
  federation.addEventListener("input", show);
}

listen();
byId("not-started", HTMLElement).hidden = true;
byId("verifier", HTMLElement).hidden = false;
show();
