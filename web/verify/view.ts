// A report as the page shows it: each verdict by itself, what it does not establish beside it, and every member.
import { make } from "./elements.ts";
import { isArray, isObject, type Json } from "./json.ts";
import type { Report } from "./judge.ts";
import type { Fact, Outcome, Verdict } from "./verdict.ts";

const tags: Readonly<Record<Outcome, readonly [text: string, colour: string]>> = {
  holds: ["Holds", "green"], fails: ["Fails", "red"], open: ["Not checked", "grey"], note: ["Note", "yellow"],
};

const factList = (facts: readonly Fact[]): HTMLElement => make("dl", { class: "nhsuk-summary-list candour-facts" },
  ...facts.map(([name, value]) => make("div", { class: "nhsuk-summary-list__row" },
    make("dt", { class: "nhsuk-summary-list__key" }, name), make("dd", { class: "nhsuk-summary-list__value" }, value))));

/** `of` tells a screen reader which of many it is. */
const details = (summary: string, of: string, content: HTMLElement): HTMLElement => make("details", { class: "nhsuk-details" },
  make("summary", { class: "nhsuk-details__summary" }, make("span", { class: "nhsuk-details__summary-text" }, summary,
    make("span", { class: "nhsuk-u-visually-hidden" }, ` of ${of}`))),
  make("div", { class: "nhsuk-details__text" }, content));

function verdictItem(one: Verdict): HTMLElement {
  const [text, colour] = tags[one.outcome];
  const item = make("li", { class: `candour-verdict candour-verdict--${one.outcome}`, "data-check": one.check, "data-outcome": one.outcome },
    make("h4", { class: "nhsuk-heading-xs candour-verdict__claim" },
      make("strong", { class: `nhsuk-tag nhsuk-tag--${colour}` }, text), " ", make("span", {}, one.claim)),
    make("p", {}, one.found),
    make("p", { class: "candour-verdict__beyond" }, make("strong", {}, "Does not show: "), one.beyond));
  if (one.facts.length > 0) item.append(details("What was looked at", one.claim, factList(one.facts)));
  return item;
}

/** Every member by its path: "recipient.name", "collections[1].fields". */
function memberRows(json: Json, path: string): readonly Fact[] {
  if (isObject(json)) return [...json].flatMap(([key, value]) => memberRows(value, path === "" ? key : `${path}.${key}`));
  if (isArray(json) && json.some(isObject)) return json.flatMap((one, at) => memberRows(one, `${path}[${at + 1}]`));
  if (isArray(json)) return [[path, json.length === 0 ? "(none)" : json.map(String).join(", ")]];
  return [[path, json === null ? "(none)" : json === "" ? "(empty)" : String(json)]];
}

const membersTable = (members: Json): HTMLElement => make("table", { class: "nhsuk-table candour-members" },
  make("caption", { class: "nhsuk-table__caption" }, "Every member of the statement, as it was signed"),
  make("thead", { class: "nhsuk-table__head" }, make("tr", {}, make("th", { class: "nhsuk-table__header", scope: "col" }, "Member"),
    make("th", { class: "nhsuk-table__header", scope: "col" }, "Value"))),
  make("tbody", { class: "nhsuk-table__body" }, ...memberRows(members, "").map(([name, value]) => make("tr", { class: "nhsuk-table__row" },
    make("th", { class: "nhsuk-table__header", scope: "row" }, name), make("td", { class: "nhsuk-table__cell" }, value)))));

const counted = (verdicts: readonly Verdict[], outcome: Outcome): number => verdicts.filter((one) => one.outcome === outcome).length;

/** "6 checks hold, 1 fails, 2 were not made." */
export function tally(verdicts: readonly Verdict[]): string {
  const [holds, fails, open] = [counted(verdicts, "holds"), counted(verdicts, "fails"), counted(verdicts, "open")];
  return `${holds} ${holds === 1 ? "check holds" : "checks hold"}, ${fails} ${fails === 1 ? "fails" : "fail"}, ${open} ${open === 1 ? "was" : "were"} not made.`;
}

export function reportSection(report: Report, at: number): HTMLElement {
  const id = `report-${at}`;
  const section = make("section", { class: "candour-report", "aria-labelledby": id, "data-file": report.name },
    make("h3", { class: "nhsuk-heading-m", id }, report.title),
    make("p", {}, report.says, " ", make("span", { class: "candour-report__file" }, `File: ${report.name}. ${tally(report.verdicts)}`)),
    make("ul", { class: "candour-verdicts" }, ...report.verdicts.map(verdictItem)));
  if (report.words.length > 0) {
    section.append(make("h4", { class: "nhsuk-heading-s" }, "What it orders, in plain words"), factList(report.words));
  }
  if (report.members !== undefined) section.append(details("Every member", report.title, membersTable(report.members)));
  return section;
}
