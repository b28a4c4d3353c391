import type { SchedulerSettings } from '../../src/index.js';
import type { Kept, ModelTask } from './model-state.js';

const kinds: readonly Kept['as'][] = ['collected', 'cancelled', 'finished', 'dead'];

/** Those of these tasks that are kept although they have ended, in the order in which they make room. */
export function keptOf(tasks: readonly ModelTask[]): ModelTask[] {
  const rank = ({ kept }: ModelTask): number => (kept === undefined ? 0 : kinds.indexOf(kept.as));
  return tasks
    .filter(({ kept }) => kept !== undefined)
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.kept?.since ?? 0) - (b.kept?.since ?? 0) ||
        (a.kept?.sequence ?? 0) - (b.kept?.sequence ?? 0),
    );
}

/** As what a task is kept at first. */
export function keptAs(state: 'done' | 'failed' | 'cancelled' | 'expired'): Kept['as'] {
  if (state === 'done') return 'finished';
  return state === 'cancelled' ? 'cancelled' : 'dead';
}

/** Bytes of the results of those that are done or cancelled. */
export function resultBytesOf(kept: readonly ModelTask[]): number {
  return sum(
    kept.map(({ state, resultBytes }) => (state === 'done' || state === 'cancelled' ? resultBytes : 0)),
  );
}

/** Payload bytes of those that are not done, and the reports of those that failed. */
export function deadBytesOf(kept: readonly ModelTask[]): number {
  const payloads = kept.map(({ state, payloadBytes }) => (state === 'done' ? 0 : payloadBytes));
  const reports = kept.map(({ state, resultBytes }) =>
    state === 'failed' || state === 'expired' ? resultBytes : 0,
  );
  return sum(payloads) + sum(reports);
}

/** The task that has to go, now that `newest` is kept as well; `undefined` = there is room. */
export function tooMuch(
  kept: readonly ModelTask[],
  newest: ModelTask,
  settings: SchedulerSettings,
): ModelTask | undefined {
  const firstOf = (...as: Kept['as'][]): ModelTask | undefined =>
    kept.find((task) => task !== newest && task.kept !== undefined && as.includes(task.kept.as));
  const dead = kept.filter((task) => task.kept?.as === 'dead');
  const isOver =
    kept.length - dead.length > settings.finishedMax || resultBytesOf(kept) > settings.finishedBytesMax;
  return (
    (isOver ? firstOf('collected', 'cancelled', 'finished') : undefined) ??
    (dead.length > settings.deadMax ? firstOf('dead') : undefined) ??
    (deadBytesOf(kept) > settings.deadBytesMax ? firstOf('cancelled', 'dead') : undefined)
  );
}

/** Whether the time is over for which a task is kept. */
export function isKeptLongEnough({ kept }: ModelTask, now: number, settings: SchedulerSettings): boolean {
  if (kept === undefined) return false;
  const ttlMs = {
    collected: settings.collectedTtlMs,
    cancelled: settings.cancelledTtlMs,
    finished: settings.finishedTtlMs,
    dead: settings.deadTtlMs,
  }[kept.as];
  return kept.since + ttlMs <= now;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
