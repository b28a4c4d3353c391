import { inspect } from 'node:util';
import type { ChaosOptions } from './options.js';
import type { Outcome } from './run.js';
import { shownViolations, type Violation } from './ledger/judge.js';

/** Of what was done to the cluster, what is shown around the life of a task. */
const AROUND_MS = 10_000;

/** Whether all promises were kept. */
export function isGood({ tally, violations, wrongs }: Outcome): boolean {
  return violations.length === 0 && wrongs.length === 0 && tally.acknowledged > 0;
}

/** A run as one line of JSON. */
export function jsonLine({ seed, seconds }: ChaosOptions, outcome: Outcome): string {
  const { tally, faults, refusals, balancerLives, fullDisks, violations, wrongs } = outcome;
  const violated = violations.length + wrongs.length;
  return JSON.stringify({
    seed,
    seconds,
    ...tally,
    violations: violated,
    balancerLives,
    fullDisks,
    refusals,
    faults,
    wrongs,
  });
}

/** A run in words. */
export function table(
  { seed, seconds }: ChaosOptions,
  { tally, faults, balancerLives, fullDisks }: Outcome,
): string {
  const rows = Object.entries(tally).map(([name, value]) => `${name.padEnd(16)}${String(value).padStart(8)}`);
  const what = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `seed ${seed}, ${seconds} s; ${balancerLives} lives of the balancer, ${fullDisks} full disks`,
    `faults: ${what.join(', ')}`,
    ...rows,
  ].join('\n');
}

/** All that is known of what went wrong. */
export function evidence(outcome: Outcome): string {
  const { wrongs, violations } = outcome;
  const told = shownViolations(violations);
  const shown = told.map((violation) => story(violation, outcome));
  const more = violations.length > told.length ? [`… and ${violations.length - told.length} more`] : [];
  return [...wrongs.map((wrong) => `WRONG: ${wrong}`), ...shown, ...more].join('\n\n');
}

/** One violation: the task, its history as the balancer tells it, its handlers' notes, and what was done meanwhile. */
function story({ rule, entry, what }: Violation, { deeds, notes, stories, log }: Outcome): string {
  const from = entry.attemptedAt - AROUND_MS;
  const to = (entry.ends.at(-1)?.seenAt ?? entry.unknownAt ?? Date.now()) + AROUND_MS;
  const around = deeds.filter(({ at }) => at >= from && at <= to);
  const payload = { ...entry.plan.payload, pad: entry.plan.payload.pad?.length };
  return [
    `VIOLATION (${rule}) of task ${entry.taskId}: ${what}`,
    `the ledger: ${show({ ...entry, plan: { ...entry.plan, payload } })}`,
    `the balancer: ${show(stories.get(entry.taskId))}`,
    `handlers: ${show(notes.get(entry.taskId) ?? [])}`,
    `meanwhile:\n${around.map(({ at, what: deed }) => `  ${at} ${deed}`).join('\n')}`,
    `the log:\n${log
      .split('\n')
      .filter((line) => line.includes(entry.taskId))
      .join('\n')}`,
  ].join('\n');
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: 120 });
}
