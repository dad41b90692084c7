// What the log's text formats share: lines that each end with LF, and decimal numbers in their one form.
import { refuse } from "./refused.ts";

/** The lines of a text; refused where the last has no LF. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.pop() !== "") refuse("each line ends with a line feed, the last one too");
  return lines;
}

/** A number from 0 to 2^63 − 1 without leading zeros; nothing otherwise. */
export function decimal(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const number = BigInt(text);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}
