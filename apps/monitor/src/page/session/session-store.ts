import { api, ApiError, onSignedOut, type Who } from '../api/client.js';

/** Whether this browser is signed in. */
export type SessionState =
  | { readonly kind: 'asking' }
  /** `who` is not known while the balancer is away. */
  | { readonly kind: 'in'; readonly who: Who | undefined }
  | { readonly kind: 'out'; readonly hasEnded: boolean };

/** Knows who is signed in, for as long as the page is open. */
export class SessionStore {
  private state: SessionState = { kind: 'asking' };
  private asked: Promise<void> = Promise.resolve();
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
  readonly ask = (): Promise<void> => (this.asked = this.lookUp());

  /** @throws ApiError when the code is of no use */
  readonly signIn = async (code: string): Promise<void> => {
    // What was answered before must not come after.
    await this.asked;
    this.become({ kind: 'in', who: await api.signIn(code) });
  };

  readonly signOut = async (): Promise<void> => {
    await api.signOut();
    this.become({ kind: 'out', hasEnded: false });
  };

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
