import type { TaskId } from '@penstock/protocol';
import { promise } from '../world/violation.js';

/** One time that a handler ran. */
export interface Run {
  readonly number: number;
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly attempt: number;
  readonly worker: string;
  /** How it ended; `undefined` = it has not, or its worker died. */
  ended: 'done' | 'failed' | 'cancelled' | undefined;
}

/** Every run of every handler, as no part of Penstock can know them all. */
export class RunLog {
  private readonly runs: Run[] = [];
  private readonly begun = new Set<string>();
  private readonly byTask = new Map<TaskId, Run[]>();

  get count(): number {
    return this.runs.length;
  }

  /** Runs beyond the first of their tasks. */
  get repeats(): number {
    return this.runs.length - this.byTask.size;
  }

  begin(taskId: TaskId, epoch: number, attempt: number, worker: string): Run {
    const lease = `${taskId} epoch ${epoch} attempt ${attempt}`;
    promise(!this.begun.has(lease), 'attempt-runs-once', () => `${lease} began a second time, in ${worker}`);
    this.begun.add(lease);
    const run: Run = { number: this.runs.length, taskId, epoch, attempt, worker, ended: undefined };
    this.runs.push(run);
    const ofTask = this.byTask.get(taskId);
    if (ofTask === undefined) this.byTask.set(taskId, [run]);
    else ofTask.push(run);
    return run;
  }

  at(number: number): Run | undefined {
    return this.runs[number];
  }

  of(taskId: TaskId): readonly Run[] {
    return this.byTask.get(taskId) ?? [];
  }
}
