import { OutcomeStatus } from '@penstock/protocol';
import type { EndCause } from '@penstock/scheduler';
import type { TaskSnapshot } from './task-snapshot.js';
import type { Told, ToldOutcome } from './told.js';

/** How a task was last, and which entries tell so. */
export interface Latest {
  readonly snapshot: TaskSnapshot;
  readonly dispatchedIn: number;
  readonly stateIn: number;
  readonly endedIn: number;
  /** Set when its result is kept there. */
  readonly outcome: ToldOutcome | undefined;
}

/**
 * What a task's contents and what was told of it since come to. What is not newer than the contents is part of them.
 *
 * @param content the entry with its contents, and how the task was when that was written
 */
export function latestOf(
  content: { readonly sequence: number; readonly snapshot: TaskSnapshot },
  told: Told,
): Latest {
  const isNewer = (sequence: number | undefined): sequence is number =>
    sequence !== undefined && sequence > content.sequence;
  const state = isNewer(told.state?.sequence) ? told.state : undefined;
  const outcome = isNewer(told.outcome?.sequence) ? told.outcome : undefined;
  let { snapshot } = state ?? content;
  let at = state?.sequence ?? content.sequence;
  if (outcome !== undefined && outcome.sequence > at) {
    snapshot = ended(snapshot, outcome);
    at = outcome.sequence;
  }
  const { dispatch } = told;
  const isDispatched = dispatch !== undefined && dispatch.sequence > at;
  if (isDispatched) {
    const { epoch, attempt, atMs } = dispatch;
    snapshot = { ...snapshot, state: 'running', epoch, attempt, dispatchedAt: atMs, startedAt: 0 };
  }
  return {
    snapshot,
    dispatchedIn: isDispatched ? dispatch.sequence : 0,
    stateIn: state?.sequence ?? 0,
    endedIn: outcome?.sequence ?? 0,
    outcome: outcome !== undefined && snapshot.resultBytes > 0 ? outcome : undefined,
  };
}

function ended(before: TaskSnapshot, outcome: ToldOutcome): TaskSnapshot {
  const { status, epoch, attempt, worker, runMs, dispatchedAt, startedAt, endedAt, result } = outcome;
  const state = stateOf[status];
  return {
    ...before,
    state,
    cause: state as EndCause,
    epoch,
    attempt,
    worker,
    runMs,
    dispatchedAt,
    startedAt,
    endedAt,
    keptSince: endedAt,
    resultBytes: result.length,
  };
}

const stateOf = {
  [OutcomeStatus.done]: 'done',
  [OutcomeStatus.failed]: 'failed',
  [OutcomeStatus.cancelled]: 'cancelled',
  [OutcomeStatus.expired]: 'expired',
} as const;
