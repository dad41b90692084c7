// Is it in the log: the checkpoint, its witnesses, and the entry under its root; three verdicts, and whether the
// statement names this log at all.
import { leafHash, verifyInclusion } from "./merkle.ts";
import { toBase64, type Octets } from "./octets.ts";
import { type CheckpointVerdict, judgeCheckpoint, type Policy, witnessedAt } from "./policy.ts";
import type { Checkpoint, Proof } from "./proof.ts";
import { type Fact, type Verdict, verdict } from "./verdict.ts";

/** "31 December 2025, 01:00:14 UTC"; the seconds where they name no day of ours. */
export function shownTime(seconds: bigint): string {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return `${seconds} seconds after 1970 began`;
  const day = moment.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `${day}, ${moment.toISOString().slice(11, 19)} UTC`;
}

const claims = {
  checkpoint: "The log’s key signed the checkpoint",
  witnesses: "Enough witnesses cosigned the checkpoint",
  included: "The statement is in the log",
  log: "The statement names this log",
};
const beyond = {
  checkpoint: "That the key in the policy is the log’s: compare the policy with one that you have from elsewhere. That the log shows everybody the same: witnesses are for that.",
  witnesses: "That the witnesses are independent of each other, or that nothing was added since. Times are the witnesses’ own clocks.",
  included: "That the statement is true, was lawful, or is still in force. That nothing in the log contradicts or revokes it: read the log for that. It means nothing where the checkpoint does not hold.",
  log: "Who runs the log.",
};

function judgeLogKey(verdicts: CheckpointVerdict, checkpoint: Checkpoint, policy: Policy): Verdict {
  const vkeys = policy.logs.map(({ vkey }): Fact => ["A log of the policy", vkey]);
  const facts: readonly Fact[] = [["Log", checkpoint.origin], ["Entries", String(checkpoint.head.size)],
    ["Root", toBase64(checkpoint.head.root)], ...vkeys];
  const answer = (outcome: "holds" | "fails", found: string) =>
    verdict("checkpoint", outcome, claims.checkpoint, found, beyond.checkpoint, facts);
  switch (verdicts.log.outcome) {
    case "holds": return answer("holds", `The key of ${checkpoint.origin} in the policy signed a checkpoint of ${checkpoint.head.size} entries.`);
    case "false": return answer("fails", "The signature under the name of the log’s key does not hold. The checkpoint was changed, or is of another key.");
    case "absent": return answer("fails", `The policy knows no key of the log “${checkpoint.origin}” that signed it.`);
  }
}

function judgeWitnesses(verdicts: CheckpointVerdict, policy: Policy): Verdict {
  const words = verdicts.witnesses.map(({ witness, signed }): Fact => [`Witness ${witness.name} (${witness.vkey})`,
    signed.outcome === "holds" ? `cosigned at ${shownTime(signed.time)}`
      : signed.outcome === "false" ? "its cosignature does not hold" : "did not cosign"]);
  const group = policy.groups.find(({ name }) => name === policy.quorum);
  const wanted = policy.quorum === "none" ? "The policy asks for no witness."
    : group === undefined ? `The policy asks for ${policy.quorum}.`
    : `The policy asks for ${group.least} of ${group.members.length}: ${group.members.join(", ")}.`;
  const median = witnessedAt(verdicts);
  const facts: readonly Fact[] = [["Quorum", wanted], ...words,
    ...(median === undefined ? [] : [["Middle of the times", shownTime(median)] as const])];
  const answer = (outcome: "holds" | "fails" | "open", found: string) =>
    verdict("witnesses", outcome, claims.witnesses, found, beyond.witnesses, facts);
  if (verdicts.witnesses.some(({ signed }) => signed.outcome === "false")) {
    return answer("fails", "A cosignature under the name of a witness does not hold: the whole checkpoint is refused.");
  }
  const cosigned = verdicts.witnesses.filter(({ signed }) => signed.outcome === "holds").length;
  const many = `${cosigned} of ${verdicts.witnesses.length} witnesses cosigned.`;
  if (!verdicts.quorumMet) return answer("fails", `${many} ${wanted} That is not met.`);
  if (policy.quorum === "none") return answer("open", `${wanted} So a log that shows different people different things is not noticed.`);
  return answer("holds", many);
}

function judgeInclusion(entry: Octets, proof: Proof): Verdict {
  const { head } = proof.checkpoint;
  const holds = verifyInclusion(leafHash(entry), proof.index, head, proof.path);
  const facts: readonly Fact[] = [["Index in the log, from 0", String(proof.index)], ["Entries", String(head.size)],
    ["Leaf hash", toBase64(leafHash(entry))], ["Hashes on the path", String(proof.path.length)]];
  return verdict("included", holds ? "holds" : "fails", claims.included, holds
    ? `It is entry ${proof.index} under the root of the checkpoint.`
    : `It is not entry ${proof.index} under the root of the checkpoint: statement, index, path or checkpoint is another.`,
    beyond.included, facts);
}

/** Everything that statement, proof and policy say together. `log` is the one that the statement names. */
export function checkLog(entry: Octets, log: string, proof: Proof | undefined, policy: Policy | undefined): readonly Verdict[] {
  if (proof === undefined) {
    const missing = "No .tlog-proof was given that goes with it.";
    return (["checkpoint", "witnesses", "included", "log"] as const).map((check) =>
      verdict(check, "open", claims[check], missing, beyond[check]));
  }
  const { checkpoint } = proof;
  const named = verdict("log", log === checkpoint.origin ? "holds" : "fails", claims.log,
    log === checkpoint.origin ? `Both say ${log}.` : `The statement says ${log}, the checkpoint ${checkpoint.origin}.`, beyond.log);
  if (policy === undefined) {
    const missing = "No policy was given, so nobody’s key is believed.";
    return [verdict("checkpoint", "open", claims.checkpoint, missing, beyond.checkpoint),
      verdict("witnesses", "open", claims.witnesses, missing, beyond.witnesses), judgeInclusion(entry, proof), named];
  }
  const verdicts = judgeCheckpoint(policy, checkpoint);
  return [judgeLogKey(verdicts, checkpoint, policy), judgeWitnesses(verdicts, policy), judgeInclusion(entry, proof), named];
}
