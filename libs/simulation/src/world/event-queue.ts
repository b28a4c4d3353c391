/** Something that is to happen at a virtual time. */
export interface SimEvent {
  readonly at: number;
  /** Rises with each event: of two at the same time, the one that was planned first goes first. */
  readonly order: number;
  readonly label: string;
  readonly run: () => void;
  isCancelled: boolean;
}

/** What is to happen, earliest first: a binary heap. */
export class EventQueue {
  private readonly events: SimEvent[] = [];
  private planned = 0;

  get size(): number {
    return this.events.length;
  }

  add(at: number, label: string, run: () => void): SimEvent {
    const event = { at, order: this.planned++, label, run, isCancelled: false };
    const { events } = this;
    let index = events.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(events[parent] as SimEvent, event)) break;
      events[index] = events[parent] as SimEvent;
      index = parent;
    }
    events[index] = event;
    return event;
  }

  /** Takes the earliest event that was not cancelled, if it is due by `until`. */
  take(until: number): SimEvent | undefined {
    for (let [first] = this.events; first !== undefined && first.at <= until; [first] = this.events) {
      this.takeFirst();
      if (!first.isCancelled) return first;
    }
    return undefined;
  }

  private takeFirst(): void {
    const { events } = this;
    const last = events.pop();
    if (last === undefined || events.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= events.length) break;
      const right = events[child + 1];
      if (right !== undefined && isBefore(right, events[child] as SimEvent)) child += 1;
      if (isBefore(last, events[child] as SimEvent)) break;
      events[index] = events[child] as SimEvent;
      index = child;
    }
    events[index] = last;
  }
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
