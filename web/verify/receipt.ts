// A person's receipt: that a row was in a submission, and that the submission is in the log
// (docs/reference/formats/receipt.md).
import { parseJson } from "./json.ts";
import { Members } from "./members.ts";
import { hashesAtMost, leafHash } from "./merkle.ts";
import { join, type Octets, textOf, utf8 } from "./octets.ts";

export const receiptFormat = "candour-receipt-v1";
const receiptAtMostBytes = 4 << 20;

export interface Receipt {
  readonly submission: Octets;  // the envelope
  readonly proof: Octets;
  readonly policy: Octets;
  readonly index: bigint;
  readonly count: bigint;
  readonly row: string;
  readonly salt: Octets;
  readonly path: readonly Octets[];
}

export const parseReceipt = (bytes: Octets): Receipt =>
  Members.whole(parseJson(textOf(bytes.subarray(0, receiptAtMostBytes))), (members): Receipt => {
    members.word("format", [receiptFormat]);
    return {
      submission: utf8(members.text("submission", 65_535)),
      proof: utf8(members.text("proof", 2 << 20)),
      policy: utf8(members.text("policy", 1 << 20)),
      index: BigInt(members.number("index", 0, 10 ** 12)),
      count: BigInt(members.number("count", 1, 10 ** 12)),
      row: members.text("row", 65_536),
      salt: members.octets("salt", 16),
      path: members.octetsOfEach("path", hashesAtMost, 32),
    };
  });

/** SHA-256(0x00 ‖ salt ‖ row), as src/submission/commitment.h. */
export const rowLeaf = ({ salt, row }: Receipt): Octets => leafHash(join(salt, utf8(row)));
