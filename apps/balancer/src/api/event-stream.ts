import type { ServerResponse } from 'node:http';
import type { Feed, FeedEvent } from '@penstock/engine';

/**
 * One watcher over server-sent events. A watcher that reads more slowly than things happen is not waited for and not
 * buffered for: it misses events, and as soon as it reads again it is told to look at everything anew (`resync`).
 */
export class EventStream {
  private isBlocked = false;
  private readonly listener = (event: FeedEvent): void => this.send(event);

  constructor(
    private readonly feed: Feed,
    private readonly response: ServerResponse,
    private readonly now: () => number,
  ) {}

  /** Begins; `after` is the id of the last event that the watcher has. */
  open(after: number | undefined): void {
    const { response } = this;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    response.on('close', () => this.feed.unwatch(this.listener, this.now()));
    response.on('drain', () => this.onDrain());
    const missed = this.feed.watch(this.listener, after);
    response.write('retry: 1000\n\n');
    if (missed === undefined) this.resync();
    else for (const event of missed) this.send(event);
  }

  private send(event: FeedEvent): void {
    if (this.isBlocked) return;
    const id = event.id === undefined ? '' : `id: ${event.id}\n`;
    const text = `${id}event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
    this.isBlocked = !this.response.write(text);
  }

  private onDrain(): void {
    if (!this.isBlocked) return;
    this.isBlocked = false;
    this.resync();
  }

  /** What the watcher knows may have holes: whatever it shows, it must ask for again. */
  private resync(): void {
    this.send({ id: this.feed.newestId, type: 'resync', data: {} });
  }
}
