import type { Chance } from '../chance.js';

/** All that can go wrong. */
export const faultKinds = [
  'balancer-kills',
  'balancer-stops',
  'balancer-pauses',
  'hub-kills',
  'hub-stops',
  'hub-pauses',
  'worker-kills',
  'worker-pauses',
  'drops',
  'stalls',
  'half-open',
  'full-disk',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** One thing that goes wrong. */
export interface Fault {
  readonly kind: FaultKind;
  /** When, in milliseconds from the start. */
  readonly atMs: number;
  /** How long it lasts; of what is killed, how long it stays away. */
  readonly ms: number;
  /** Which of the targets of its kind: taken modulo how many there are then. */
  readonly target: number;
}

/** How often each kind is chosen, in relation to the others. */
const weights: Readonly<Record<FaultKind, number>> = {
  'balancer-kills': 5,
  'balancer-stops': 2,
  'balancer-pauses': 2,
  'hub-kills': 3,
  'hub-stops': 2,
  'hub-pauses': 3,
  'worker-kills': 4,
  'worker-pauses': 2,
  drops: 5,
  stalls: 3,
  'half-open': 2,
  'full-disk': 2,
};

/** How long they last, in milliseconds. */
const lengths: Readonly<Record<FaultKind, readonly [number, number]>> = {
  'balancer-kills': [10, 2_000],
  'balancer-stops': [10, 500],
  'balancer-pauses': [100, 15_000],
  'hub-kills': [10, 3_000],
  'hub-stops': [10, 1_000],
  'hub-pauses': [100, 15_000],
  'worker-kills': [1, 1],
  'worker-pauses': [100, 5_000],
  drops: [1, 1],
  stalls: [100, 10_000],
  'half-open': [500, 8_000],
  'full-disk': [1_000, 6_000],
};

/** Milliseconds between two faults, on average. With few kinds each comes more often than with many. */
const GAP_MS = 1_200;
const ALONE_GAP_MS = 3_500;

/** What goes wrong in a run, and when: it follows from the seed, whatever the run does. */
export function planFaults(chance: Chance, seconds: number, kinds: readonly FaultKind[]): readonly Fault[] {
  const faults: Fault[] = [];
  const gapMs = kinds.length > 3 ? GAP_MS : ALONE_GAP_MS;
  const endMs = seconds * 1_000;
  for (let atMs = chance.between(0, gapMs); atMs < endMs; atMs += chance.between(0.2, 1.8) * gapMs) {
    const kind = weighted(chance, kinds);
    const [shortest, longest] = lengths[kind];
    const ms = Math.round(chance.skewed(shortest, longest));
    faults.push({ kind, atMs: Math.round(atMs), ms, target: chance.whole(0, 1_000_000) });
  }
  return faults;
}

function weighted(chance: Chance, kinds: readonly FaultKind[]): FaultKind {
  const all = kinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  return chance.pick(all);
}
