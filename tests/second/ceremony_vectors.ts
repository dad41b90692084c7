// The vectors of a whole ceremony of three guardians, two of them needed, and of a refresh by two of them.
import { x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import * as ceremony from "./ceremony.ts";
import { type Plan } from "./ceremony.ts";
import { scalarOf, seedOf } from "./fixed.ts";
import * as group from "./group.ts";
import { type Point, type Scalar } from "./group.ts";
import * as hpke from "./hpke.ts";
import { at, equal, toHex, utf8 } from "./octets.ts";
import * as shares from "./shares.ts";
import * as statement from "./statement.ts";

const text = (octets: Uint8Array): string => Buffer.from(octets).toString("utf8");
const madeOf = (plan: Plan, guardian: number): number => 1_764_547_200 + 1000 * plan.epoch + guardian;
const signer = (guardian: number): Uint8Array => seedOf(`guardian ${guardian}`);

/** A dealer's secrets: its polynomial, begun by the secret that it shares, its nonces. */
function dealerOf(plan: Plan, guardian: number, secret: Scalar) {
  const label = `${plan.kind} dealer ${guardian}`;
  const coefficients = [secret, ...Array.from({ length: plan.threshold - 1 }, (_, m) =>
    scalarOf(`${label} coefficient ${m + 1} of the ceremony`))];
  const commitments = shares.commitmentsOf(coefficients);
  const [nonce, proofNonce] = [seedOf(`${label} commitment nonce`), scalarOf(`${label} proof nonce`)];
  const proof = ceremony.proveKnowledge(plan, guardian, secret, commitments, proofNonce);
  const opening = { nonce, commitments, proof };
  if (!ceremony.knowledgeHolds(plan, guardian, opening)) throw new Error("our own proof of knowledge fails");
  return { guardian, label, coefficients, proofNonce, opening,
           commitment: ceremony.commitmentTo(plan, guardian, nonce, commitments) };
}
type Dealer = ReturnType<typeof dealerOf>;

function sealShares(plan: Plan, dealer: Dealer, oneTime: (receiver: number) => Uint8Array) {
  return plan.receivers.map((receiver) => {
    const ephemeral = seedOf(`${dealer.label} ephemeral key for ${receiver}`);
    const plain = group.scalarOctets(shares.valueAt(dealer.coefficients, receiver));
    const info = ceremony.shareInfo(plan, dealer.guardian, receiver);
    const sealed = hpke.seal(x25519.getPublicKey(oneTime(receiver)), ephemeral, info, plain);
    if (!equal(hpke.open(oneTime(receiver), info, sealed), plain)) throw new Error("a share does not open");
    return { receiver, sealed, ephemeral };
  });
}

/** All messages of a ceremony, and what comes of it. `secretOf` is what a dealer shares. */
function hold(plan: Plan, secretOf: (dealer: number) => Scalar) {
  const participants = [...new Set([...plan.dealers, ...plan.receivers])].sort((a, b) => a - b);
  const oneTime = (guardian: number): Uint8Array => seedOf(`${plan.kind} one-time key of ${guardian}`);
  const dealers = plan.dealers.map((guardian) => dealerOf(plan, guardian, secretOf(guardian)));
  const commits = participants.map((guardian) => ceremony.commitPayload(
    plan, guardian, madeOf(plan, guardian), dealers.find((one) => one.guardian === guardian)?.commitment,
    plan.receivers.includes(guardian) ? x25519.getPublicKey(oneTime(guardian)) : undefined));
  const commitDigests = commits.map(ceremony.digestOf);
  const sealed = dealers.map((dealer) => sealShares(plan, dealer, oneTime));
  const deals = dealers.map((dealer, place) => ceremony.dealPayload(
    plan, dealer.guardian, madeOf(plan, dealer.guardian), commitDigests,
    { opening: dealer.opening, shares: at(sealed, place) }));
  const key = group.sum(dealers.map(({ opening }) => at(opening.commitments, 0)));
  const shareOf = (i: number): Scalar =>
    group.modulo(dealers.reduce((total, { coefficients }) => total + shares.valueAt(coefficients, i), 0n));
  const shareKeys = plan.receivers.map((guardian) => ({ guardian, key: group.sum(
    dealers.map(({ opening }) => shares.committedValueAt(opening.commitments, guardian))) }));
  for (const one of shareKeys) {
    if (!group.times(shareOf(one.guardian), group.base).equals(one.key)) throw new Error("K_i is not k_i·B");
  }
  const made = Math.max(...participants.map((guardian) => madeOf(plan, guardian)));
  const transcript = ceremony.transcriptPayload(
    plan, made, dealers, key, shareKeys, commitDigests, deals.map(ceremony.digestOf));
  const signed = (kind: string, payload: string, guardian: number): string =>
    text(statement.signed(kind, payload, signer(guardian)));
  const shown = {
    kind: plan.kind, id: toHex(ceremony.ceremonyId(plan)), charter_version: plan.charterVersion, epoch: plan.epoch,
    dealers: dealers.map((dealer, place) => ({
      guardian: dealer.guardian,
      coefficients: dealer.coefficients.map((one) => toHex(group.scalarOctets(one))),
      proof_nonce: toHex(group.scalarOctets(dealer.proofNonce)),
      ephemeral_secrets: at(sealed, place).map(({ ephemeral }) => toHex(ephemeral)),
    })),
    one_time_secrets: plan.receivers.map((guardian) => toHex(oneTime(guardian))),
    commits: commits.map((payload, place) => signed("ceremony-commit", payload, at(participants, place))),
    deals: deals.map((payload, place) => signed("ceremony-deal", payload, at(plan.dealers, place))),
    transcript: text(statement.signed("ceremony", transcript, ...participants.map(signer))),
    key: toHex(key.toBytes()),
    shares: plan.receivers.map((guardian) => toHex(group.scalarOctets(shareOf(guardian)))),
    share_keys: shareKeys.map((one) => toHex(one.key.toBytes())),
  };
  return { key, shareOf, shown };
}

export function ceremonyVectors() {
  const plan: Plan = {
    federation: sha256(utf8("the federation of the vectors")), log: "candour.example/log", charterVersion: 1,
    kind: "new", domain: "secondary-uses", epoch: 1, threshold: 2, dealers: [1, 2, 3], receivers: [1, 2, 3],
  };
  const first = hold(plan, (dealer) => scalarOf(`dealer ${dealer} coefficient 0 of the ceremony`));
  const dealers = [1, 3];
  const second = hold({ ...plan, charterVersion: 2, kind: "refresh", epoch: 2, dealers },
    (dealer) => group.modulo(shares.lagrangeAtZero(dealers, dealer) * first.shareOf(dealer)));
  const same = (a: Point, b: Point): boolean => a.equals(b);
  if (!same(first.key, second.key) || first.shareOf(1) === second.shareOf(1)) throw new Error("the refresh");
  return [first.shown, second.shown];
}
