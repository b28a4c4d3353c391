/** One server-sent event as it came. */
export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads server-sent events from a URL, one at a time. */
export class EventReader {
  private readonly abort = new AbortController();
  private events: AsyncGenerator<ReceivedEvent> | undefined;

  static async open(
    url: string,
    lastEventId?: string,
    headers: Record<string, string> = {},
  ): Promise<EventReader> {
    const reader = new EventReader();
    const response = await fetch(url, {
      signal: reader.abort.signal,
      headers: lastEventId === undefined ? headers : { ...headers, 'last-event-id': lastEventId },
    });
    if (response.body === null) throw new Error('no body');
    reader.events = parse(response.body.pipeThrough(new TextDecoderStream()));
    return reader;
  }

  /** The next event that passes; earlier ones are dropped. */
  async next(passes: (event: ReceivedEvent) => boolean = () => true): Promise<ReceivedEvent> {
    for (;;) {
      const next = await this.events?.next();
      if (next === undefined || next.done === true) throw new Error('the stream has ended');
      if (passes(next.value)) return next.value;
    }
  }

  close(): void {
    this.abort.abort();
  }
}

async function* parse(text: AsyncIterable<string>): AsyncGenerator<ReceivedEvent> {
  let buffer = '';
  for await (const chunk of text) {
    buffer += chunk;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const fields = new Map(
        buffer
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
      );
      buffer = buffer.slice(end + 2);
      const event = fields.get('event');
      if (event === undefined) continue;
      yield {
        id: fields.get('id'),
        event,
        data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>,
      };
    }
  }
}
