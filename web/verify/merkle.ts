// The Merkle tree of RFC 6962, 2.1: leaf SHA-256(0x00 ‖ entry), node SHA-256(0x01 ‖ left ‖ right). Sizes are bigints:
// a log may have more entries than a number of JavaScript counts.
import { equal, join, type Octets, sha256 } from "./octets.ts";

export interface Head {
  readonly size: bigint;
  readonly root: Octets;
}
export const hashesAtMost = 63;

export const leafHash = (entry: Octets): Octets => sha256(join(Uint8Array.of(0), entry));
export const nodeHash = (left: Octets, right: Octets): Octets => sha256(join(Uint8Array.of(1), left, right));

/**
 * Whether `leaf`, a leaf hash, is at `index` under the head (RFC 9162, 2.1.3.2). False for a path that is too short
 * or too long. A path does not bind the size: that is what the signature on a checkpoint is for.
 */
export function verifyInclusion(leaf: Octets, index: bigint, head: Head, path: readonly Octets[]): boolean {
  if (index < 0n || index >= head.size) return false;
  let node = index;
  let last = head.size - 1n;
  let root = leaf;
  for (const sibling of path) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      root = nodeHash(sibling, root);
      while (node % 2n === 0n && node !== 0n) {
        node /= 2n;
        last /= 2n;
      }
    } else {
      root = nodeHash(root, sibling);
    }
    node /= 2n;
    last /= 2n;
  }
  return last === 0n && equal(root, head.root);
}
