import type { TaskId, TaskState } from '@penstock/protocol';
import type { EndCause, PastAttempt, RestoredState, RestoredTask, Task } from '@penstock/scheduler';

/** All that is known of a task but its contents, as the journal has it. Times are the journal's; 0 = never. */
export interface TaskSnapshot {
  readonly id: TaskId;
  readonly name: string;
  readonly user: string;
  readonly priority: number;
  readonly order: number;
  readonly submittedAt: number;
  readonly payloadBytes: number;
  readonly state: TaskState;
  readonly attempt: number;
  readonly epoch: number;
  readonly dispatchedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly keptSince: number;
  readonly runMs: number;
  readonly resultBytes: number;
  readonly cause?: EndCause;
  readonly worker?: string;
  /** Somebody has asked for its end. Of one that its deadline ends the deadline says so, each time anew. */
  readonly cancelling?: true;
  readonly notBefore?: number;
  readonly failures?: number;
  readonly crashes?: number;
  readonly hubLosses?: number;
  readonly past?: readonly PastAttempt[];
}

/**
 * @param shift from monotonic to the journal's time
 */
export function snapshotOf(task: Task, id: TaskId, shift: number): TaskSnapshot {
  const { story, cause, worker, notBefore } = task;
  return {
    id,
    name: task.name.text,
    user: task.user.id,
    priority: task.priority,
    order: task.order,
    submittedAt: task.submittedAt + shift,
    payloadBytes: task.payloadBytes,
    state: task.state,
    attempt: task.attempt,
    epoch: task.epoch,
    dispatchedAt: shifted(task.dispatchedAt, shift),
    startedAt: shifted(task.startedAt, shift),
    endedAt: shifted(task.endedAt, shift),
    keptSince: shifted(task.keptSince, shift),
    runMs: task.runMs,
    resultBytes: task.resultBytes,
    ...(cause === undefined ? {} : { cause }),
    ...(worker === undefined ? {} : { worker }),
    ...(task.cancelling && story?.isExpiring !== true ? { cancelling: true } : {}),
    ...(notBefore === undefined ? {} : { notBefore: notBefore + shift }),
    ...(story === undefined
      ? {}
      : {
          failures: story.failures,
          crashes: story.crashes,
          hubLosses: story.hubLosses,
          past: story.past.map((attempt) => shiftedAttempt(attempt, shift)),
        }),
  };
}

/**
 * What the scheduler is to be told of it.
 *
 * @param shift from the journal's to monotonic time
 */
export function restoredFrom(
  snapshot: TaskSnapshot,
  rules: RestoredTask['submission']['rules'],
  shift: number,
): RestoredTask {
  const { name, user, priority, payloadBytes, failures, crashes, hubLosses, past } = snapshot;
  return {
    submission: { name, userId: user, priority, payloadBytes, ...(rules === undefined ? {} : { rules }) },
    order: snapshot.order,
    submittedAt: snapshot.submittedAt + shift,
    attempt: snapshot.attempt,
    epoch: snapshot.epoch,
    state: stateOf(snapshot, shift),
    ...(failures === undefined ? {} : { failures }),
    ...(crashes === undefined ? {} : { crashes }),
    ...(hubLosses === undefined ? {} : { hubLosses }),
    ...(past === undefined ? {} : { past: past.map((attempt) => shiftedAttempt(attempt, shift)) }),
  };
}

function stateOf(snapshot: TaskSnapshot, shift: number): RestoredState {
  const { state, worker } = snapshot;
  const dispatchedAt = shifted(snapshot.dispatchedAt, shift);
  const startedAt = shifted(snapshot.startedAt, shift);
  switch (state) {
    case 'queued':
      return { is: 'queued' };
    case 'delayed':
      return { is: 'delayed', notBefore: (snapshot.notBefore ?? 0) + shift };
    case 'running':
      return { is: 'running', dispatchedAt, startedAt, worker };
    default:
      return {
        is: state,
        cause: snapshot.cause ?? (state === 'expired' ? 'queue-ttl' : state),
        dispatchedAt,
        startedAt,
        endedAt: snapshot.endedAt + shift,
        worker,
        runMs: snapshot.runMs,
        resultBytes: snapshot.resultBytes,
        keptSince: snapshot.keptSince + shift,
        collected: false,
      };
  }
}

function shifted(time: number, shift: number): number {
  return time === 0 ? 0 : time + shift;
}

function shiftedAttempt(attempt: PastAttempt, shift: number): PastAttempt {
  return {
    ...attempt,
    dispatchedAt: shifted(attempt.dispatchedAt, shift),
    startedAt: shifted(attempt.startedAt, shift),
    endedAt: attempt.endedAt + shift,
  };
}
