import type { FailureReport } from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';

/**
 * What the client of a task is told that the balancer itself has ended: a failure report, or why it expired.
 *
 * @returns `undefined` when there is nothing to tell beyond the state
 */
export function endReport(
  task: Task,
): FailureReport | { readonly cause: string; readonly message: string } | undefined {
  const { cause, past } = task;
  switch (cause) {
    case 'worker-lost':
      return {
        name: 'WorkerLost',
        code: 'WORKER_LOST',
        message: `attempt ${task.attempt} was lost with its worker, and the task may start only once`,
      };
    case 'quarantined': {
      const losses = past
        .filter(({ how }) => how === 'worker-lost' || how === 'hub-lost')
        .map(({ attempt, how, worker, hub, error }) =>
          [`attempt ${attempt}: ${how}`, worker && `on ${worker}`, hub && `of ${hub}`, error?.message]
            .filter((part) => part !== undefined && part !== '')
            .join(' '),
        );
      return {
        name: 'Quarantined',
        code: 'QUARANTINED',
        message: `it was on too many workers or hubs that were lost, and is not tried again (${losses.join('; ')})`,
      };
    }
    case 'queue-ttl':
      return { cause, message: 'it was in the queue for as long as it may be' };
    case 'deadline':
      return { cause, message: 'its time from submission to end is over' };
    default:
      return undefined;
  }
}
