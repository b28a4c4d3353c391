/** A queue in an array: taking from its front does not move the rest. What was taken is let go of at once. */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (item === undefined) return undefined;
    this.items[this.head] = undefined;
    this.head += 1;
    if (this.head >= 1_024 && this.head * 2 >= this.items.length) this.drop();
    return item;
  }

  /** Puts items before all others, in their order. */
  prepend(items: readonly T[]): void {
    this.items = [...items, ...this.items.slice(this.head)];
    this.head = 0;
  }

  /** Drops the items that are not wanted. */
  keep(isWanted: (item: T) => boolean): void {
    this.items = this.items.slice(this.head).filter((item) => item !== undefined && isWanted(item));
    this.head = 0;
  }

  private drop(): void {
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
