import { api, type Hub, type Task, type Verdict } from '../api/client.js';
import { openFeed, type FeedStatus } from '../api/event-feed.js';
import { after, nothingYet, TASKS_MAX, type LiveEvent, type LiveState, type Summary } from './live-state.js';

/** How often the page is drawn anew, at most. Events come faster than anybody reads, and than browsers draw tables. */
const DRAW_MS = 200;

/** Where the page's live state is, for as long as the page is open. */
export class LiveStore {
  private state = nothingYet;
  private drawn = nothingYet;
  private looks = 0;
  private nextDraw: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  /** @param onStatus called when the balancer tells what happens, and at each attempt that fails */
  constructor(private readonly onStatus: (status: FeedStatus) => void) {}

  /** @returns a function that closes all connections */
  open(): () => void {
    const closeEvents = openFeed('/api/events', ['summary', 'hubs', 'task', 'resync'], {
      onStatus: (status) => {
        this.apply({ type: 'status', status });
        this.onStatus(status);
      },
      onEvent: (type, data) => this.onEvent(type, data),
    });
    const closeHealth = openFeed('/healthcheck/health/events', ['verdict'], {
      onStatus: (status) => this.apply({ type: 'health-status', status }),
      onEvent: (_type, data) => this.apply({ type: 'verdict', verdict: data as Verdict }),
    });
    return () => {
      closeEvents();
      closeHealth();
      clearTimeout(this.nextDraw);
      this.nextDraw = undefined;
    };
  }

  readonly get = (): LiveState => this.drawn;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private apply(event: LiveEvent): void {
    this.state = after(this.state, event);
    this.nextDraw ??= setTimeout(() => {
      this.nextDraw = undefined;
      this.drawn = this.state;
      for (const listener of this.listeners) listener();
    }, DRAW_MS);
  }

  private onEvent(type: string, data: unknown): void {
    switch (type) {
      case 'summary':
        this.apply({ type, at: Date.now(), stats: data as Summary });
        break;
      case 'hubs':
        this.apply({ type, hubs: (data as { hubs: Hub[] }).hubs });
        break;
      case 'task':
        this.apply({ type, task: data as Task });
        break;
      case 'resync':
        void this.lookAnew();
        break;
    }
  }

  /**
   * What was missed can only be asked for. When that fails the balancer is away, and a later resync follows. Of several at a
   * time the last one counts: the others had asked before something else was missed.
   */
  private async lookAnew(): Promise<void> {
    const look = ++this.looks;
    const known = this.state.tasks;
    try {
      const [stats, hubs, tasks] = await Promise.all([api.stats(), api.hubs(), api.tasks(TASKS_MAX)]);
      if (look !== this.looks) return;
      this.apply({ type: 'summary', at: Date.now(), stats });
      this.apply({ type: 'hubs', hubs });
      this.apply({ type: 'tasks', tasks, known });
    } catch {
      if (look === this.looks) this.apply({ type: 'status', status: 'lost' });
    }
  }
}
