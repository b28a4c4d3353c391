import type { NameStats } from '@penstock/protocol';
import type { Finding } from './warnings.js';

/** Rounds in which an oldest wait must grow before that is warned of, and not grow before the warning ends. */
const ROUNDS = 3;

/** How the oldest wait of a task name has gone. */
interface Trend {
  readonly waitMs: number;
  /** Rounds in a row in which it grew. */
  readonly grown: number;
  /** Rounds in a row in which it did not. */
  readonly eased: number;
  readonly isWarned: boolean;
}

/** The trends of all names that have something queued. */
export type WaitTrends = ReadonlyMap<string, Trend>;

/** One more round of figures. Names that have nothing queued are forgotten. */
export function followWaits(before: WaitTrends, names: readonly NameStats[], warningMs: number): WaitTrends {
  const after = new Map<string, Trend>();
  for (const { name, oldestWaitMs: waitMs } of names) {
    if (waitMs === undefined) continue;
    const last = before.get(name);
    const hasGrown = last !== undefined && waitMs > last.waitMs;
    const grown = hasGrown ? last.grown + 1 : 0;
    const eased = hasGrown ? 0 : (last?.eased ?? 0) + 1;
    const isHigh = waitMs > warningMs;
    const isWarned = isHigh && (last?.isWarned === true ? eased < ROUNDS : grown >= ROUNDS);
    after.set(name, { waitMs, grown, eased, isWarned });
  }
  return after;
}

/** The names whose oldest wait grows. */
export function growingWaits(trends: WaitTrends): Finding[] {
  return [...trends].flatMap(([subject, { isWarned, waitMs }]) =>
    isWarned
      ? [
          {
            code: 'WAIT_GROWS' as const,
            subject,
            message: `the oldest task ${subject} waits for ${Math.round(waitMs / 1_000)} s, and longer each round: start more workers, or see what they do`,
          },
        ]
      : [],
  );
}
