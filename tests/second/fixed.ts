// Where the vectors' secrets come from: labels, so that everybody can make the same ones, and nobody chose them.
import { sha512 } from "@noble/hashes/sha2.js";

import { modulo, type Scalar } from "./group.ts";
import { littleEndian, toHex, utf8 } from "./octets.ts";

const octets = (label: string): Uint8Array => sha512(utf8(`candour/v1/test-vectors/${label}`));

export const seedOf = (label: string): Uint8Array => octets(label).slice(0, 32);
export const idOf = (label: string): Uint8Array => octets(label).slice(0, 16);
export const scalarOf = (label: string): Scalar => modulo(littleEndian(octets(label)));

/** Ten digits whose last is the check digit of the nine before (modulus 11), or nothing where there is none. */
function withCheckDigit(nine: string): string | undefined {
  const weighted = [...nine].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
  const check = (11 - (weighted % 11)) % 11;
  return check === 10 ? undefined : nine + String(check);
}

/** Distinct valid NHS numbers of the range that is never given to a patient: 999. */
export function nhsNumbers(count: number): string[] {
  const numbers = new Set<string>();
  for (let k = 0; numbers.size < count; k += 1) {
    const drawn = Number.parseInt(toHex(octets(`number ${k}`)).slice(0, 12), 16) % 1_000_000;
    const number = withCheckDigit(`999${String(drawn).padStart(6, "0")}`);
    if (number !== undefined) numbers.add(number);
  }
  return [...numbers];
}
