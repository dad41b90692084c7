// What a check found. Every check stands by itself: there is no sum of them, because what each shows and does not
// show is different.

/** What was asked; tests and the page name a verdict by it. */
export type Check =
  | "form"         // the file is what it says it is, in the one form that it has
  | "signatures"   // every signature holds
  | "signers"      // those signed who had to, and nobody else
  | "federation"   // it is of the federation that is meant
  | "body"         // the list of providers is the charter's
  | "emergency"    // an instruction gives no notice
  | "checkpoint"   // the log's key signed the checkpoint
  | "witnesses"    // enough witnesses cosigned it
  | "included"     // the statement is under its root
  | "log"          // the statement names this log
  | "policy"       // a receipt's policy is the reader's
  | "charter-policy"  // the policy believes whom the charter names
  | "release"      // release.json is the one that was signed
  | "files"        // the files are those that release.json lists
  | "row";         // the row is under the submission's commitment

/** "open": it was not asked, because something is missing. "note": nothing is asked, but the reader must know. */
export type Outcome = "holds" | "fails" | "open" | "note";

export interface Verdict {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly claim: string;
  readonly found: string;
  readonly beyond: string;  // what it does not establish
  readonly facts: readonly Fact[];
}
export type Fact = readonly [name: string, value: string];

export const verdict = (
  check: Check, outcome: Outcome, claim: string, found: string, beyond: string, facts: readonly Fact[] = [],
): Verdict => ({ check, outcome, claim, found, beyond, facts });
