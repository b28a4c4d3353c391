/**
 * Where time comes from. Code that decides takes a `Clock` (or a plain `now`) so that tests and simulations own time.
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; never steps, the only basis for deadlines. */
  monotonicMs(): number;
  /** Milliseconds since the Unix epoch; may step, only for showing to people and for minting ids. */
  wallMs(): number;
}

// Looked up once: the global is a getter, which costs as much as the clock.
const { performance } = globalThis;

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};
