import { api, ApiError, onSignedOut, type Who } from '../api/client.js';
import type { FeedStatus } from '../api/event-feed.js';

/** Whether this browser is signed in. */
export type SessionState =
  | { readonly kind: 'asking' }
  /** `who` is not known while the balancer is away. */
  | { readonly kind: 'in'; readonly who: Who | undefined }
  | { readonly kind: 'out'; readonly hasEnded: boolean };

/** Knows who is signed in, for as long as the page is open. */
export class SessionStore {
  private state: SessionState = { kind: 'asking' };
  private last: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor() {
    onSignedOut(() => this.leave());
  }

  readonly get = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Asks who is signed in. Where nobody answers, the page says so by itself. */
  readonly ask = (): Promise<void> => this.inTurn(() => this.lookUp());

  /** @throws ApiError when the code is of no use */
  readonly signIn = (code: string): Promise<void> =>
    this.inTurn(async () => this.become({ kind: 'in', who: await api.signIn(code) }));

  readonly signOut = (): Promise<void> =>
    this.inTurn(async () => {
      await api.signOut();
      this.become({ kind: 'out', hasEnded: false });
    });

  /** The page follows what happens, or tries to: who it is may have become known, or be known no more. */
  readonly onFeed = (status: FeedStatus): void => {
    const isUnknown = this.state.kind === 'in' && this.state.who === undefined;
    if (status === 'lost' || isUnknown) void this.ask();
  };

  /** One thing after the other: that nobody was signed in before must not be told after somebody is. */
  private inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.last.then(step);
    this.last = done.catch(() => {});
    return done;
  }

  private async lookUp(): Promise<void> {
    try {
      this.become({ kind: 'in', who: await api.who() });
    } catch (error) {
      const isOut = error instanceof ApiError && error.status === 401;
      if (!isOut && this.state.kind !== 'in') this.become({ kind: 'in', who: undefined });
    }
  }

  private leave(): void {
    if (this.state.kind !== 'out') this.become({ kind: 'out', hasEnded: this.state.kind === 'in' });
  }

  private become(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
