/** Whether events come in: `lost` while the page tries to connect again. */
export type FeedStatus = 'connecting' | 'live' | 'lost';

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 5_000;

/** What a feed tells. */
export interface FeedListener {
  onStatus(status: FeedStatus): void;
  /** An event of one of the types that were asked for. */
  onEvent(type: string, data: unknown): void;
}

/**
 * Server-sent events that come back by themselves. A browser gives up for good when a server answers with an error, as
 * one does that is behind a proxy and away; this tries on.
 *
 * @returns a function that closes it
 */
export function openFeed(url: string, types: readonly string[], listener: FeedListener): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let failures = 0;
  let isClosed = false;

  const connect = (): void => {
    const next = new EventSource(url);
    source = next;
    next.onopen = () => {
      failures = 0;
      listener.onStatus('live');
    };
    next.onerror = () => {
      if (isClosed) return;
      listener.onStatus('lost');
      if (next.readyState !== EventSource.CLOSED) return;
      const delayMs = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures++);
      timer = window.setTimeout(connect, delayMs);
    };
    for (const type of types) {
      next.addEventListener(type, ({ data }: MessageEvent<string>) =>
        listener.onEvent(type, JSON.parse(data) as unknown),
      );
    }
  };

  connect();
  return () => {
    isClosed = true;
    window.clearTimeout(timer);
    source?.close();
  };
}
