// Shamir's shares and Feldman's commitments, as the design's "Domain key" has them.
import { base, identity, inverse, modulo, times, type Point, type Scalar } from "./group.ts";

/** f(x) of a polynomial whose coefficients are a_0, a_1, … */
export const valueAt = (coefficients: readonly Scalar[], x: number): Scalar =>
  coefficients.reduceRight((value, coefficient) => modulo(value * BigInt(x) + coefficient), 0n);

export const commitmentsOf = (coefficients: readonly Scalar[]): Point[] =>
  coefficients.map((one) => times(one, base));

/** Σ_m i^m·C_m. */
export function committedValueAt(commitments: readonly Point[], i: number): Point {
  let total = identity;
  let power = 1n;
  for (const commitment of commitments) {
    total = total.add(times(power, commitment));
    power = modulo(power * BigInt(i));
  }
  return total;
}

/** λ_i of i among S at 0: Π j / (j − i) over the others j of S. */
export function lagrangeAtZero(asked: readonly number[], i: number): Scalar {
  let numerator = 1n;
  let denominator = 1n;
  for (const j of asked.filter((other) => other !== i)) {
    numerator = modulo(numerator * BigInt(j));
    denominator = modulo(denominator * BigInt(j - i));
  }
  return modulo(numerator * inverse(denominator));
}
