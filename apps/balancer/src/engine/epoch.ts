const BEGIN_MS = Date.UTC(2026, 0, 1);

/**
 * The epoch of a balancer that starts now: tenths of a second since 2026, a u32 until 2039. It rises from start to
 * start as long as the wall clock does; with a journal it is going to be counted there.
 */
export function epochAt(wallMs: number): number {
  return Math.max(1, Math.floor((wallMs - BEGIN_MS) / 100));
}
