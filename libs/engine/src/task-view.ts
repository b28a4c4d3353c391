import { readTaskId, type TaskStatus } from '@penstock/protocol';
import { isFinal, waitingReason, type Scheduler, type Task } from '@penstock/scheduler';
import type { WallTime } from './wall-time.js';

/** A task as any face of Penstock shows it. */
export function viewTask(scheduler: Scheduler, task: Task, wall: WallTime): TaskStatus {
  const { idView } = scheduler.table;
  const status: TaskStatus = {
    taskId: readTaskId(new Uint8Array(idView.buffer), task.slot * 16),
    name: task.name.text,
    userId: task.user.id,
    priority: task.priority,
    state: task.state,
    progress: task.state === 'done' ? 100 : task.progress,
    attempt: task.attempt,
    payloadBytes: task.payloadBytes,
    submittedAt: wall.of(task.submittedAt),
  };
  if (task.startedAt !== 0) status.startedAt = wall.of(task.startedAt);
  if (task.attempt > 0 && task.state !== 'queued' && task.state !== 'delayed')
    status.waitMs = task.dispatchedAt - task.submittedAt;
  if (task.worker !== undefined) status.worker = task.worker;
  if (task.cancelling) status.cancelling = true;
  if (isFinal(task.state)) {
    status.finishedAt = wall.of(task.endedAt);
    status.runMs = task.runMs;
  }
  const { cause, notBefore, story } = task;
  if (cause !== undefined && cause !== task.state) status.cause = cause;
  if (notBefore !== undefined) status.notBefore = wall.of(notBefore);
  if (story !== undefined && story.failures > 0) status.failures = story.failures;
  if (story !== undefined && story.crashes + story.hubLosses > 0)
    status.crashes = story.crashes + story.hubLosses;
  const reason = waitingReason(task, (at) => new Date(wall.of(at)).toISOString());
  if (reason !== undefined) status.waitingFor = reason;
  return status;
}
