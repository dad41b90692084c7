// All that can be said of what was given: a report a statement, a receipt, and a file that could not be read.
import { type Given, type Statement, typeNames } from "./given.ts";
import { inPlainWords } from "./instruction.ts";
import type { JsonObject } from "./json.ts";
import { kinds } from "./kinds.ts";
import { checkReceipt } from "./receipt_checks.ts";
import { checkStatement } from "./statement_checks.ts";
import { type Fact, type Verdict, verdict } from "./verdict.ts";

export interface Report {
  readonly name: string;  // of the file
  readonly title: string;
  readonly says: string;
  readonly verdicts: readonly Verdict[];
  readonly words: readonly Fact[];  // of an instruction
  readonly members: JsonObject | undefined;
}

function reportOn(name: string, statement: Statement, verdicts: readonly Verdict[]): Report {
  const kind = kinds[statement.envelope.kind];
  const title = statement.members.get("title");
  return {
    name, verdicts,
    title: `${kind?.title ?? statement.envelope.kind}${typeof title === "string" ? `: ${title}` : ""}`,
    says: kind?.says ?? "",
    words: statement.instruction === undefined ? [] : inPlainWords(statement.instruction),
    members: statement.members,
  };
}

export function judge(given: Given): readonly Report[] {
  const refused = given.refused.map(({ name, type, rule }): Report => ({
    name, title: `Refused: ${name}`, says: `It would be: ${typeNames[type].toLowerCase()}.`, words: [], members: undefined,
    verdicts: [verdict("form", "fails", "It is in the one form that it can have", `It is refused: ${rule}.`,
      "Whether somebody changed it or it was never right.")],
  }));
  const receipts = given.receipts.map(({ name, receipt }): Report => {
    const { verdicts, submission } = checkReceipt(given, name, receipt);
    const report = { name, title: "Receipt of a row", says: "A row of yours was in a submission, it says.", verdicts, words: [], members: undefined };
    return submission === undefined ? report : { ...reportOn(name, submission, verdicts), title: report.title, says: report.says };
  });
  const statements = given.statements.map((one) => reportOn(one.name, one, checkStatement(given, one)));
  return [...refused, ...receipts, ...statements];
}
