import type { TaskPlan } from '../load/task-mix.js';

/** Who handed a task in: a client that stays, a program that is killed, a request over HTTP. */
export type Submitter = 'client' | 'program' | 'http';

/** Where a task was seen at some time. Times are of the wall clock, which all processes here share. */
export interface Sighting {
  readonly state: string;
  /** Of the run whose result this is. */
  readonly run?: string | undefined;
  readonly cause?: string | undefined;
  readonly attempt: number;
  /** Who saw it: its client, or somebody who asked over HTTP. */
  readonly by: 'client' | 'http';
  /** When it was asked for, so that an answer that took long is not taken for a later one. */
  readonly askedAt: number;
  readonly seenAt: number;
  /** When the balancer says that it ended. */
  readonly finishedAt?: number | undefined;
}

/** All that is known of one task. */
export interface Entry {
  readonly taskId: string;
  readonly plan: TaskPlan;
  readonly submitter: Submitter;
  readonly attemptedAt: number;
  /** When a balancer said that it has it. */
  acknowledgedAt?: number;
  /** When the balancer says that it took it in. */
  acceptedAt?: number;
  /** What it then promised. */
  level?: 'disk' | 'memory';
  /** Why it was refused; such a task may run all the same, if another submission of it was taken. */
  refusal?: string;
  /** When its cancel was asked for. */
  cancelAskedAt?: number;
  /** Its different ends, in the order in which they were seen. */
  readonly ends: Sighting[];
  /** When it ended for all that is known. */
  endedAt?: number;
  /** Nobody looked at it for as long as it is kept, so that nobody can say what became of it. */
  isOverlooked?: boolean;
  /** What contradicts a promise, in words. */
  readonly faults: string[];
  /** The balancer did not know it, although it had acknowledged it. */
  unknownAt?: number;
  /** When it was looked at last. */
  lookedAt?: number;
}

const finalStates = new Set(['done', 'failed', 'cancelled', 'expired']);

/** Whether a task in this state has ended. */
export function isFinal(state: string): boolean {
  return finalStates.has(state);
}

/**
 * At level memory a task goes with its balancer, whatever had become of it; a client that still waits hands it in anew, and
 * what was seen before that is of another life.
 */
export function endsThatHold({ level, ends, acceptedAt = 0 }: Entry): readonly Sighting[] {
  return level === 'disk' ? ends : ends.filter(({ seenAt }) => seenAt >= acceptedAt);
}

/** What clients handed in, what was promised, and what became of it: written down by those who saw it. */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Ids by idempotency key: one each, or a task was accepted twice. */
  private readonly byKey = new Map<string, string>();
  /** Told of each acknowledged task, once. */
  onAcknowledged: (entry: Entry) => void = () => undefined;

  attempted(taskId: string, plan: TaskPlan, submitter: Submitter): Entry {
    const entry: Entry = { taskId, plan, submitter, attemptedAt: Date.now(), ends: [], faults: [] };
    this.entries.set(taskId, entry);
    return entry;
  }

  /**
   * A balancer has said that it has a task.
   *
   * @param taskId which may be that of an earlier task with the same idempotency key
   */
  acknowledged(submitted: Entry, taskId: string, level: 'disk' | 'memory'): Entry {
    const entry = this.entries.get(taskId) ?? this.attempted(taskId, submitted.plan, submitted.submitter);
    const isFirst = entry.acknowledgedAt === undefined;
    entry.acknowledgedAt ??= Date.now();
    entry.level = entry.level === 'disk' ? 'disk' : level;
    if (level !== submitted.plan.durability) entry.faults.push(`acknowledged at level ${level}`);
    this.holdsKey(entry);
    if (isFirst) this.onAcknowledged(entry);
    return entry;
  }

  refused(entry: Entry, code: string): void {
    entry.refusal = code;
  }

  /** Somebody has seen where a task is. */
  seen(entry: Entry, sighting: Sighting): void {
    entry.lookedAt = sighting.seenAt;
    const ends = endsThatHold(entry);
    const [first] = ends;
    if (!isFinal(sighting.state)) {
      if (first !== undefined && sighting.askedAt > first.seenAt) {
        entry.faults.push(`${sighting.state} after it had ended as ${first.state}`);
      }
      return;
    }
    entry.endedAt = Math.min(entry.endedAt ?? Infinity, sighting.finishedAt ?? sighting.seenAt);
    if (!ends.some((end) => isSameEnd(end, sighting))) entry.ends.push(sighting);
  }

  /** The balancer does not know a task. */
  unknown(entry: Entry, at: number): void {
    entry.unknownAt ??= at;
  }

  private holdsKey(entry: Entry): void {
    const { idempotencyKey } = entry.plan.rules;
    if (idempotencyKey === undefined) return;
    const holder = this.byKey.get(idempotencyKey);
    if (holder === undefined) this.byKey.set(idempotencyKey, entry.taskId);
    else if (holder !== entry.taskId) {
      entry.faults.push(`accepted twice: ${holder} has the same idempotency key`);
    }
  }
}

function isSameEnd(a: Sighting, b: Sighting): boolean {
  return a.state === b.state && a.run === b.run && a.by === b.by;
}
