import type { Task } from '@penstock/scheduler';

/** Which task has an idempotency key, for as long as the task is known. A key counts per user and task name. */
export class KeyIndex {
  private readonly tasks = new Map<string, Task>();
  private readonly keys = new Map<number, string>();

  find(user: string, name: string, key: string): Task | undefined {
    return this.tasks.size === 0 ? undefined : this.tasks.get(composed(user, name, key));
  }

  has({ slot }: Task): boolean {
    return this.keys.has(slot);
  }

  add(task: Task, key: string): void {
    const text = composed(task.user.id, task.name.text, key);
    this.tasks.set(text, task);
    this.keys.set(task.slot, text);
  }

  /** The task is not known any more. */
  remove({ slot }: Task): void {
    if (this.keys.size === 0) return;
    const text = this.keys.get(slot);
    if (text === undefined) return;
    this.keys.delete(slot);
    this.tasks.delete(text);
  }
}

/** Neither user nor name has control characters. */
function composed(user: string, name: string, key: string): string {
  return `${user}\n${name}\n${key}`;
}
