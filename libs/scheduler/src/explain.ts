import type { Lane } from './queue/lane.js';
import type { Task } from './task.js';

/**
 * Why a task that waits does not run, in words for a person; `undefined` when it does not wait.
 *
 * @param timeOf how a monotonic time is told to people
 */
export function waitingReason(task: Task, timeOf?: (at: number) => string): string | undefined {
  const { notBefore } = task;
  if (notBefore !== undefined) {
    const isRetry = (task.story?.failures ?? 0) > 0;
    const time = timeOf === undefined ? '' : `not before ${timeOf(notBefore)}`;
    if (isRetry) return time === '' ? 'its next attempt' : `its next attempt, ${time}`;
    return time === '' ? 'its time' : time;
  }
  const lane = task.bucket?.queue.lane;
  if (lane === undefined) return undefined;
  if (task.name.knownBy === 0) return `no worker knows the task ${task.name.text}`;
  if (lane.readers.length === 0)
    return `no worker that knows ${task.name.text} takes priority ${task.priority}`;
  const hasCredit = lane.readers.some(({ withCredit }) => withCredit.size > 0);
  return hasCredit ? 'its turn' : 'a free worker';
}

/** Of each lane from which no worker takes anything the task that goes first, as an example of what waits there. */
export function* withoutWorker(lanes: Iterable<Lane>): Generator<Task> {
  for (const { readers, first } of lanes) {
    const task = first?.first;
    if (readers.length === 0 && task !== undefined) yield task;
  }
}
