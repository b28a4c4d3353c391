import type { Task } from '@penstock/scheduler';
import { Histogram } from './histogram.js';

/** Ends of tasks, counted per name. */
export class Stats {
  private readonly byName = new Map<string, EndedTasks>();

  /** @param namesMax names that are kept; the one least recently ended makes room */
  constructor(private readonly namesMax: number) {}

  onEnded(task: Task): void {
    const { text } = task.name;
    let ended = this.byName.get(text);
    if (ended === undefined) {
      ended = new EndedTasks();
      if (this.byName.size >= this.namesMax) {
        for (const oldest of this.byName.keys()) {
          this.byName.delete(oldest);
          break;
        }
      }
      this.byName.set(text, ended);
    }
    ended.add(task);
  }

  /** What has ended under a name. */
  of(name: string): EndedTasks | undefined {
    return this.byName.get(name);
  }

  names(): IterableIterator<string> {
    return this.byName.keys();
  }
}

/** Tasks of one name that have ended. */
export class EndedTasks {
  done = 0;
  failed = 0;
  cancelled = 0;
  expired = 0;
  readonly wait = new Histogram();
  readonly run = new Histogram();

  add(task: Task): void {
    if (task.state === 'done') this.done += 1;
    else if (task.state === 'failed') this.failed += 1;
    else if (task.state === 'cancelled') this.cancelled += 1;
    else this.expired += 1;
    if (task.state !== 'done' && task.state !== 'failed') return;
    this.wait.record(task.dispatchedAt - task.submittedAt);
    this.run.record(task.runMs);
  }
}
