// A person's receipt: the row under the submission's commitment, and the submission in the log.
import { type Given, parseStatement, type Statement } from "./given.ts";
import { verifyInclusion } from "./merkle.ts";
import { equal, fromHex, toHex } from "./octets.ts";
import { parsePolicy } from "./policy.ts";
import { parseProof } from "./proof.ts";
import { type Receipt, rowLeaf } from "./receipt.ts";
import { attempt } from "./refused.ts";
import { checkStatement, policyOf } from "./statement_checks.ts";
import { type Fact, type Verdict, verdict } from "./verdict.ts";

function checkRow(receipt: Receipt, submission: Statement): Verdict {
  const root = fromHex(String(submission.members.get("commitment")), 32) ?? new Uint8Array();
  const holds = verifyInclusion(rowLeaf(receipt), receipt.index, { size: receipt.count, root }, receipt.path);
  const facts: readonly Fact[] = [["The row", receipt.row], ["Its place, from 0", String(receipt.index)],
    ["Its salt", toHex(receipt.salt)], ["The submission commits to", toHex(root)]];
  return verdict("row", holds ? "holds" : "fails", "The row was in the submission", holds
    ? `It is row ${receipt.index} of ${receipt.count} under what the submission commits to.`
    : "It is not that row under what the submission commits to: row, salt, index, number of rows or path is another.",
    "That the row is about you: it has no name and no number. That you have no other rows in it. How many rows there are: "
    + "nothing public says it, so another number with the same path is not noticed. What was done with it: read the log for that.", facts);
}

/** Whose policy the receipt is judged by: the reader's, where they gave one. */
function checkPolicy(given: Given, receipt: Receipt): Verdict {
  const answer = (outcome: "holds" | "fails" | "open", found: string) => verdict("policy", outcome,
    "The receipt’s policy is the one that you gave", found, "That your policy is right.");
  const own = given.files.filter(({ name }) => given.policies.some((one) => one.name === name));
  if (own.length === 0) return answer("open", "You gave none: whoever made the receipt chose who is believed. Compare the keys shown below with a policy that you have from elsewhere.");
  return own.some(({ bytes }) => bytes !== undefined && equal(bytes, receipt.policy))
    ? answer("holds", "It is, to the byte.") : answer("fails", "It is another. The receipt is judged by yours.");
}

export interface CheckedReceipt {
  readonly verdicts: readonly Verdict[];
  readonly submission: Statement | undefined;
}

export function checkReceipt(given: Given, name: string, receipt: Receipt): CheckedReceipt {
  const read = attempt(() => {
    const submission = parseStatement(name, receipt.submission);
    return { submission, proof: parseProof(receipt.proof), policy: parsePolicy(receipt.policy) };
  });
  const claim = "The receipt holds a submission, a proof and a policy";
  const beyond = "That anything in it is true.";
  if ("rule" in read) return { verdicts: [verdict("form", "fails", claim, `It does not: ${read.rule}.`, beyond)], submission: undefined };
  const { submission, proof, policy } = read.value;
  if (submission.envelope.kind !== "submission") {
    return { verdicts: [verdict("form", "fails", claim, `Its statement is of the kind “${submission.envelope.kind}”.`, beyond)], submission: undefined };
  }
  const itself: Given = { ...given, statements: [...given.statements, submission], proofs: [{ name, proof }] };
  const verdicts = checkStatement(itself, submission, policyOf(given) ?? policy).map((one) =>
    one.check === "form" ? verdict("form", "holds", claim, "Each is in its own form.", beyond, one.facts) : one);
  const [form, ...rest] = verdicts;
  const all = [...(form === undefined ? [] : [form]), checkRow(receipt, submission), ...rest, checkPolicy(given, receipt)];
  return { verdicts: all, submission };
}

