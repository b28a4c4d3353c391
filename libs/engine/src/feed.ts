/** Something that happened, as watchers are told. */
export interface FeedEvent {
  /** Rises by one with each event; what `Last-Event-ID` carries. None: it is not kept, the next one replaces it. */
  readonly id?: number;
  /** `task`, `worker`, `summary`, `hubs` or `resync`. */
  readonly type: string;
  readonly data: unknown;
}

/** Somebody who watches. */
export type FeedListener = (event: FeedEvent) => void;

/** How long events go on being recorded after the last watcher left, so that it can come back and miss nothing. */
const LINGER_MS = 60_000;

/**
 * What happens, for whoever watches. The newest events stay in a ring, so that a watcher who was away can catch up.
 * Nothing is recorded while nobody watches, and task events are thinned out above a rate that a person could follow:
 * the hot path must not pay for an audience.
 */
export class Feed {
  private readonly ring: FeedEvent[] = [];
  private readonly listeners = new Set<FeedListener>();
  private lastId = 0;
  private watchedUntil = -Infinity;
  private second = 0;
  private taskEvents = 0;
  private skipped = 0;

  /**
   * @param size events in the ring
   * @param taskEventsPerSecond above which task events are counted and skipped
   */
  constructor(
    private readonly size: number,
    private readonly taskEventsPerSecond = 500,
  ) {}

  /** Whether somebody watches, or did a moment ago. */
  isWatched(now: number): boolean {
    return this.listeners.size > 0 || now < this.watchedUntil;
  }

  /** Whether nobody watches and nobody did lately; cheaper than {@link wantsTaskEvent}, which needs the time. */
  get isDark(): boolean {
    return this.listeners.size === 0 && this.watchedUntil === -Infinity;
  }

  /** Whether a task event is worth making: somebody watches, and there are not too many. */
  wantsTaskEvent(now: number): boolean {
    if (!this.isWatched(now)) {
      this.watchedUntil = -Infinity;
      return false;
    }
    const second = Math.floor(now / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.taskEvents = 0;
    }
    this.taskEvents += 1;
    if (this.taskEvents <= this.taskEventsPerSecond) return true;
    this.skipped += 1;
    return false;
  }

  /** Task events that were skipped since this was last asked. */
  takeSkipped(): number {
    const { skipped } = this;
    this.skipped = 0;
    return skipped;
  }

  publish(type: string, data: unknown): void {
    this.lastId += 1;
    const event: FeedEvent = { id: this.lastId, type, data };
    this.ring[this.lastId % this.size] = event;
    for (const listener of this.listeners) listener(event);
  }

  /** Tells those who watch now, and nobody later. */
  tell(type: string, data: unknown): void {
    for (const listener of this.listeners) listener({ type, data });
  }

  /**
   * Begins to watch.
   *
   * @param after the id of the last event that the watcher has
   * @returns the events since then, or `undefined` when some of them are gone: the watcher must look at everything anew
   */
  watch(listener: FeedListener, after: number | undefined): FeedEvent[] | undefined {
    this.listeners.add(listener);
    if (after === undefined || after > this.lastId || this.lastId - after > this.size) return undefined;
    const missed: FeedEvent[] = [];
    for (let id = after + 1; id <= this.lastId; id++) {
      const event = this.ring[id % this.size];
      if (event?.id !== id) return undefined;
      missed.push(event);
    }
    return missed;
  }

  unwatch(listener: FeedListener, now: number): void {
    this.listeners.delete(listener);
    this.watchedUntil = now + LINGER_MS;
  }

  /** Id of the newest event. */
  get newestId(): number {
    return this.lastId;
  }
}
