import type { LeaseNumbers } from '@penstock/protocol';
import type { Submission } from './admission.js';
import type { EndCause } from './delivery/end-cause.js';
import { NO_PAST, type PastAttempt } from './delivery/past.js';
import type { Task } from './task.js';

/** The numbers of a lease. */
export type Lease = Omit<LeaseNumbers, 'slot'>;

/** Where a task was when the balancer stopped. Times are monotonic milliseconds of this process, and may be negative. */
export type RestoredState =
  | { readonly is: 'queued' }
  | { readonly is: 'delayed'; readonly notBefore: number }
  /** Its hub may come back with it. */
  | {
      readonly is: 'running';
      readonly dispatchedAt: number;
      /** 0 = not known to have begun. */
      readonly startedAt?: number;
      readonly worker?: string | undefined;
    }
  | RestoredEnd;

/** How a restored task had ended. */
export interface RestoredEnd {
  readonly is: 'done' | 'failed' | 'cancelled' | 'expired';
  readonly cause: EndCause;
  /** 0 = never. */
  readonly dispatchedAt: number;
  /** 0 = never. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly worker: string | undefined;
  readonly runMs: number;
  readonly resultBytes: number;
  /** From when on the time counts for which it is kept. */
  readonly keptSince: number;
  /** Whether its client has the result. */
  readonly collected: boolean;
}

/** What is known of a task that was let in before a restart. */
export interface RestoredTask {
  readonly submission: Submission;
  /** Its age; what is handed in later gets higher ones. */
  readonly order: number;
  /** Not before that of a task with a lower order. */
  readonly submittedAt: number;
  readonly state: RestoredState;
  /** Number of its current or last lease; 0 = never dispatched. */
  readonly attempt: number;
  /** The epoch of that lease. */
  readonly epoch: number;
  readonly failures?: number;
  readonly crashes?: number;
  readonly hubLosses?: number;
  readonly past?: readonly PastAttempt[];
}

/** Gives a task that was made anew what it had before. */
export function revive(task: Task, restored: RestoredTask): void {
  const { state, attempt, failures = 0, crashes = 0, hubLosses = 0, past = NO_PAST } = restored;
  task.attempt = attempt;
  if (failures + crashes + hubLosses + past.length > 0 || (state.is === 'queued' && attempt > 0)) {
    const story = task.ensureStory();
    story.failures = failures;
    story.crashes = crashes;
    story.hubLosses = hubLosses;
    story.past = past;
    story.endedInHand = 'cause' in state && attempt > 0 && past.at(-1)?.attempt !== attempt;
  }
  task.state = state.is;
  if (state.is === 'queued' || state.is === 'delayed') return;
  task.dispatchedAt = state.dispatchedAt;
  task.startedAt = state.startedAt ?? 0;
  task.worker = state.worker;
  if (state.is === 'running') return;
  task.cause = state.cause;
  task.endedAt = state.endedAt;
  task.keptSince = state.keptSince;
  task.runMs = state.runMs;
  task.resultBytes = state.resultBytes;
}

/** Whether this is the lease that a task has, or had last. */
export function isLeaseOf({ epoch, attempt }: Task, lease: Lease): boolean {
  return attempt === lease.attempt && epoch === lease.epoch;
}

/** Whether a life before that of `present` may have given the lease, after all that is known of a task that waits. */
export function mayBeNextLease({ state, epoch, attempt }: Task, lease: Lease, present: number): boolean {
  const isNext = lease.attempt === attempt + 1 && (attempt === 0 || epoch <= lease.epoch);
  return state === 'queued' && isNext && lease.epoch < present;
}
