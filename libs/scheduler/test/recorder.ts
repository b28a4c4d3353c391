import type { AttemptEnd, Effects, Group, Task } from '../src/index.js';

/** Effects that are written down in words and lead to nothing. */
export class Recorder implements Effects {
  private readonly labels = new Map<Task, string>();
  private lines: string[] = [];

  /** @param labelUnknown what a task is called that has got no label */
  constructor(private readonly labelUnknown = ({ order }: Task): string => `task ${order}`) {}

  /** By this name the task is told of. */
  label(task: Task, label: string): void {
    this.labels.set(task, label);
  }

  /** All that happened since the last call, in order. */
  take(): string[] {
    const { lines } = this;
    this.lines = [];
    return lines;
  }

  dispatch(task: Task, group: Group): void {
    this.lines.push(`dispatch ${this.labelOf(task)} to ${nameOf(group)}`);
  }

  /** The cause is told where it is not plain from the state. */
  ended(task: Task): void {
    const { state, cause } = task;
    this.lines.push(`${this.labelOf(task)} is ${state}${cause === state ? '' : `: ${cause}`}`);
  }

  requeued(task: Task, how: AttemptEnd): void {
    const until = task.notBefore === undefined ? '' : ` until ${task.notBefore}`;
    this.lines.push(`${this.labelOf(task)} waits again${until}: ${how}`);
  }

  woken(task: Task): void {
    this.lines.push(`${this.labelOf(task)} has waited long enough`);
  }

  cancelOnHub(task: Task, group: Group): void {
    this.lines.push(`cancel ${this.labelOf(task)} on ${nameOf(group)}`);
  }

  dropResult(task: Task): void {
    this.lines.push(`drop the result of ${this.labelOf(task)}`);
  }

  archived(task: Task): void {
    this.lines.push(`keep the record of ${this.labelOf(task)}`);
  }

  forgotten(task: Task): void {
    this.lines.push(`forget ${this.labelOf(task)}`);
  }

  private labelOf(task: Task): string {
    return this.labels.get(task) ?? this.labelUnknown(task);
  }
}

/** `A` is the only group of hub A, `A.1` the second one of several. */
function nameOf({ hub, index }: Group): string {
  return hub.groups.length === 1 ? hub.name : `${hub.name}.${index}`;
}
