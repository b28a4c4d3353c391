/** A source of uniform numbers in [0, 1), injected wherever chance plays a part. */
export type Random = () => number;

/**
 * A small seeded generator (mulberry32) for simulations and property tests: the same seed gives the same sequence.
 *
 * @param seed any number; its lower 32 bits count
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
