import { TaskName } from './task-name.js';

/** Task names in use. Names that nobody needs any more make room when there are too many. */
export class Names {
  private readonly names = new Map<string, TaskName>();

  /**
   * @param max names at most
   * @param onDropped told of a name that made room
   */
  constructor(
    private readonly max: number,
    private readonly onDropped: (name: TaskName) => void,
  ) {}

  get(text: string): TaskName | undefined {
    return this.names.get(text);
  }

  /** The name, made if need be; `undefined` when there are too many. */
  claim(text: string): TaskName | undefined {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    if (this.names.size >= this.max && !this.makeRoom()) return undefined;
    return this.make(text);
  }

  /** The name, made if need be, whatever the bound: for what was let in before a restart. */
  hold(text: string): TaskName {
    return this.names.get(text) ?? this.make(text);
  }

  [Symbol.iterator](): IterableIterator<TaskName> {
    return this.names.values();
  }

  private make(text: string): TaskName {
    const name = new TaskName(text);
    this.names.set(text, name);
    return name;
  }

  private makeRoom(): boolean {
    for (const name of this.names.values()) {
      if (!name.isIdle) continue;
      this.names.delete(name.text);
      this.onDropped(name);
      return true;
    }
    return false;
  }
}
