import { endsThatHold, type Entry, type Ledger, type Sighting } from './ledger.js';
import type { Note } from './notes.js';

/** What a run has come to, task by task. */
export interface Tally {
  attempted: number;
  acknowledged: number;
  /** Of these, on the disk. */
  onDisk: number;
  /** Acknowledged tasks whose end was seen. */
  finished: number;
  /** Acknowledged at level disk, and then not known or never finished. Must be 0. */
  lost: number;
  /** Acknowledged, and not looked at for as long as they are kept: of these nobody can say what became. */
  overlooked: number;
  /** Acknowledged at level memory, and gone with a balancer: what that level does not promise. */
  goneFromMemory: number;
  /** More than one end was accepted, or one task under two ids. Must be 0. */
  doubled: number;
  /** Handlers of tasks that ran more than once without having failed: at least once. */
  ranTwice: number;
  /** Of those that may start only once. Must be 0. */
  startedAgain: number;
  /** Ends that nothing accounts for. Must be 0. */
  untrue: number;
  refused: number;
  done: number;
  failed: number;
  cancelled: number;
  expired: number;
}

/** A promise that was broken. */
export interface Violation {
  readonly rule: 'lost' | 'doubled' | 'startedAgain' | 'untrue';
  readonly entry: Entry;
  readonly what: string;
}

/** Violations of a rule that are told in full. */
const SHOWN = 3;

type Notes = ReadonlyMap<string, readonly Note[]>;

/** How far the wall times of two processes of one machine may be apart, and a recovered age be off. */
const SLACK_MS = 2_000;

/** Ways for a task to fail that are not its handler's. */
const lossCauses = new Set(['worker-lost', 'quarantined']);

/** Holds the ledger, and what handlers noted, against the promises. */
export function judge({ entries }: Ledger, notes: Notes): { tally: Tally; violations: Violation[] } {
  const tally: Tally = {
    attempted: 0,
    acknowledged: 0,
    onDisk: 0,
    finished: 0,
    lost: 0,
    overlooked: 0,
    goneFromMemory: 0,
    doubled: 0,
    ranTwice: 0,
    startedAgain: 0,
    untrue: 0,
    refused: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
  };
  const violations: Violation[] = [];
  const none: readonly Note[] = [];
  for (const entry of entries.values()) {
    const ofTask = notes.get(entry.taskId) ?? none;
    count(tally, entry, ofTask);
    for (const [rule, what] of broken(entry, ofTask)) {
      tally[rule] += 1;
      violations.push({ rule, entry, what });
    }
  }
  return { tally, violations };
}

/** The first few of each rule. */
export function shownViolations(violations: readonly Violation[]): readonly Violation[] {
  return [...new Set(violations.map(({ rule }) => rule))].flatMap((rule) =>
    violations.filter((violation) => violation.rule === rule).slice(0, SHOWN),
  );
}

function count(tally: Tally, entry: Entry, notes: readonly Note[]): void {
  const [end] = entry.ends;
  tally.attempted += 1;
  if (entry.refusal !== undefined) tally.refused += 1;
  if (timesBegun(notes) - timesFailed(notes) > 1) tally.ranTwice += 1;
  if (entry.acknowledgedAt === undefined) return;
  tally.acknowledged += 1;
  if (entry.level === 'disk') tally.onDisk += 1;
  if (end === undefined) {
    if (entry.isOverlooked === true && entry.submitter !== 'client') tally.overlooked += 1;
    else if (entry.level === 'memory' && entry.submitter !== 'client') tally.goneFromMemory += 1;
    return;
  }
  tally.finished += 1;
  tally[end.state as 'done' | 'failed' | 'cancelled' | 'expired'] += 1;
}

/** What is wrong with a task: of each rule once. */
function broken(entry: Entry, notes: readonly Note[]): [Violation['rule'], string][] {
  const found: [Violation['rule'], string | undefined][] = [
    ['lost', lost(entry)],
    ['doubled', doubled(entry)],
    ['startedAgain', startedAgain(entry, notes)],
    ['untrue', untrue(entry, notes)],
  ];
  return found.filter((pair): pair is [Violation['rule'], string] => pair[1] !== undefined);
}

function lost({
  acknowledgedAt,
  acceptedAt = 0,
  level,
  ends,
  unknownAt,
  submitter,
  isOverlooked,
}: Entry): string | undefined {
  if (acknowledgedAt === undefined) return undefined;
  if (level === 'disk' && unknownAt !== undefined)
    return 'it was on the disk, and the balancer did not know it';
  // A client hands in again what a balancer has lost: that it was accepted later than it was acknowledged tells.
  if (level === 'disk' && acceptedAt > acknowledgedAt + SLACK_MS)
    return 'it was on the disk, and was handed in anew';
  if (ends.length > 0) return undefined;
  // A client waits, so that it would have seen the end.
  if (isOverlooked === true && submitter !== 'client') return undefined;
  if (level === 'disk') return 'it was on the disk, and never ended';
  return submitter === 'client' ? 'its client waited for it, and never got its end' : undefined;
}

function doubled(entry: Entry): string | undefined {
  const { faults, cancelAskedAt } = entry;
  const [fault] = faults;
  if (fault !== undefined) return fault;
  const ends = endsThatHold(entry);
  const states = new Set(ends.map(({ state }) => state));
  const runs = new Set(ends.flatMap(({ run }) => (run === undefined ? [] : [run])));
  if (runs.size > 1) return `two results were accepted, of the runs ${[...runs].join(' and ')}`;
  // A cancel that comes after the end drops the result: to a client that asks later the task is cancelled.
  if (cancelAskedAt !== undefined && isDropped(ends)) return undefined;
  return states.size > 1 ? `it ended as ${[...states].join(' and as ')}` : undefined;
}

function isDropped(ends: readonly Sighting[]): boolean {
  return ends.every(({ state, by }) => state === 'done' || (state === 'cancelled' && by === 'client'));
}

function startedAgain({ plan }: Entry, notes: readonly Note[]): string | undefined {
  const { onWorkerLoss, maxAttempts = 1 } = plan.rules;
  if (onWorkerLoss !== 'fail' || maxAttempts > 1 || plan.durability !== 'disk') return undefined;
  const times = timesBegun(notes);
  return times > 1 ? `it may start once, and its handler began ${times} times` : undefined;
}

function untrue(entry: Entry, notes: readonly Note[]): string | undefined {
  const { plan, cancelAskedAt } = entry;
  for (const { state, run, cause, by } of entry.ends) {
    if (
      state === 'done' &&
      run !== undefined &&
      !notes.some((note) => note.run === run && note.what === 'ended')
    ) {
      return `it is done by the run ${run}, which no handler ended`;
    }
    if (state === 'done' && run === undefined && cancelAskedAt === undefined)
      return 'it is done without a result';
    if (state === 'cancelled' && cancelAskedAt === undefined)
      return 'it is cancelled, which nobody asked for';
    if (state === 'expired' && plan.rules.deadlineMs === undefined) return 'it has expired before its time';
    if (state === 'failed' && by === 'http' && !mayFail(entry, cause))
      return `it has failed: ${cause ?? 'no cause'}`;
  }
  return undefined;
}

function mayFail({ plan }: Entry, cause: string | undefined): boolean {
  const { payload, rules } = plan;
  return payload.fails > 0 || rules.timeoutMs !== undefined || lossCauses.has(cause ?? '');
}

function timesBegun(notes: readonly Note[]): number {
  return notes.filter(({ what }) => what === 'began').length;
}

function timesFailed(notes: readonly Note[]): number {
  return notes.filter(({ what }) => what === 'failed' || what === 'aborted').length;
}
