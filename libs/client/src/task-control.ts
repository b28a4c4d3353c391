import {
  ANONYMOUS,
  cancelReplySchema,
  parseMessage,
  parseTaskId,
  Pattern,
  PenstockError,
  taskStatusSchema,
  type CancelReply,
  type TaskStatus,
} from '@penstock/protocol';
import type { Clock } from '@penstock/runtime';
import type { Connection } from './connection.js';
import type { Ledger } from './ledger.js';
import type { OpenTask, TaskPort } from './open-task.js';
import { cancelled } from './outcome.js';

/** How long the balancer may take to answer a question. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Statuses of so many tasks fit into one answer. */
const STATUSES_PER_CALL = 1_000;

/** Asks the balancer about tasks, and cancels them. */
export class TaskControl implements TaskPort {
  constructor(
    private readonly connection: Connection,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** Statuses in the order of the ids; `undefined` where the balancer knows no such task. */
  async get(ids: readonly string[]): Promise<(TaskStatus | undefined)[]> {
    const taskIds = ids.map(parseTaskId);
    const found = new Map<string, TaskStatus>();
    for (let at = 0; at < taskIds.length; at += STATUSES_PER_CALL) {
      const data = { taskIds: taskIds.slice(at, at + STATUSES_PER_CALL) };
      const answer = await this.ask(Pattern.clientStatus, data, ANSWER_TIMEOUT_MS);
      const statuses = parseMessage(taskStatusSchema.array(), answer, 'the answer to client.status');
      for (const status of statuses) found.set(status.taskId, status);
    }
    return taskIds.map((taskId) => found.get(taskId));
  }

  async status(task: OpenTask): Promise<TaskStatus> {
    if (task.wasSent) {
      const [status] = await this.get([task.id]);
      if (status !== undefined) return status;
    }
    if (task.phase === 'pending' || task.phase === 'sent') return this.statusHere(task);
    throw new PenstockError('TASK_UNKNOWN', `the balancer knows no task ${task.id} (any more)`, {
      details: { taskId: task.id },
    });
  }

  async cancel(task: OpenTask): Promise<CancelReply> {
    if (task.phase === 'pending' && !task.wasSent) {
      this.ledger.end(task, cancelled(task));
      return { taskId: task.id, from: 'queued', state: 'cancelled' };
    }
    task.isCancelled = true;
    // A balancer that has not acknowledged it may get it after the cancel.
    await task.acknowledged();
    const taskId = task.id;
    if (task.phase === 'ended') return { taskId, from: 'finished' };
    if (task.followed !== undefined) task.followed.isCancelled = true;
    const answer = await this.ask(Pattern.clientCancel, { taskId }, Infinity);
    const reply = parseMessage(cancelReplySchema, answer, 'the answer to client.cancel');
    if (reply.from === 'unknown') this.ledger.end(task, cancelled(task));
    return reply;
  }

  watch(task: OpenTask): void {
    this.connection.watch(task);
  }

  /** Asks until there is an answer: a connection that is lost meanwhile comes back. */
  private async ask(pattern: Pattern, data: unknown, timeoutMs: number): Promise<unknown> {
    const deadline = this.clock.monotonicMs() + timeoutMs;
    for (;;) {
      const leftMs = deadline - this.clock.monotonicMs();
      await this.connection.ready(leftMs);
      try {
        return await this.connection.call(pattern, data, Math.min(leftMs, ANSWER_TIMEOUT_MS));
      } catch (error) {
        if (!isPassing(error) || this.clock.monotonicMs() >= deadline) throw error;
      }
    }
  }

  /** The status of a task that the balancer does not have yet. */
  private statusHere(task: OpenTask): TaskStatus {
    const { id, name, userId = ANONYMOUS, priority, payload, phase, idView, idOffset } = task;
    return {
      taskId: id,
      name,
      userId,
      priority,
      state: 'queued',
      progress: 0,
      attempt: 0,
      payloadBytes: payload.length,
      submittedAt: idView.getUint32(idOffset) * 0x1_0000 + idView.getUint16(idOffset + 4),
      waitingFor: this.connection.isLive ? waitingFor[phase] : `a connection to ${this.connection.endpoint}`,
    };
  }
}

const waitingFor: Readonly<Record<OpenTask['phase'], string>> = {
  pending: "room: this client's window, or the quota of its user, is full",
  sent: "the balancer's acknowledgement",
  accepted: '',
  ended: '',
};

const passing: ReadonlySet<unknown> = new Set(['CONNECTION_LOST', 'SESSION_UNKNOWN', 'DEADLINE_EXCEEDED']);

function isPassing(error: unknown): boolean {
  return error instanceof PenstockError && passing.has(error.code);
}
