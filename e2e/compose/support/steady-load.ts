import { TaskIdMinter } from '@penstock/protocol';
import { vi } from 'vitest';

/** Tasks under way at a time: more than the hubs can run, so that some always wait. */
const UNDER_WAY = 24;
/** How long a balancer, or the way to it, may be away. */
const AWAY_MS = 120_000;

type Call = (path: string, init?: RequestInit) => Promise<Response>;

/** What became of a task that was acknowledged. */
export interface Finished {
  readonly taskId: string;
  readonly state: string;
  /** Attempts that failed, and workers that were lost. */
  readonly charged: number;
  /** How often it ended, by its own history. */
  readonly ends: number;
}

/** What the ledger has come to. */
export interface Ledger {
  /** Tasks of which the balancer has said that it has them. */
  readonly acknowledged: readonly string[];
  readonly finished: readonly Finished[];
}

/**
 * Hands in tasks over HTTP, so many at a time, and follows each to its end. What is not acknowledged, because somebody on
 * the way was away, is handed in again under its id, as any client would.
 */
export class SteadyLoad {
  private readonly minter = new TaskIdMinter(Date.now, Math.random);
  private readonly acknowledged: string[] = [];
  private readonly finished: Finished[] = [];
  private readonly lines: Promise<void>[];
  private readonly abort = new AbortController();
  private isOver = false;

  constructor(private readonly call: Call) {
    this.lines = Array.from({ length: UNDER_WAY }, (_, line) => this.work(`user-${line % 3}`));
  }

  /** Tasks that have ended so far. */
  get ended(): number {
    return this.finished.length;
  }

  /** Resolves when so many more tasks have ended. */
  async goesOn(count = 20): Promise<void> {
    const until = this.ended + count;
    await vi.waitUntil(() => this.ended >= until, { timeout: AWAY_MS, interval: 50 });
  }

  /** Hands nothing more in; resolves when all is finished. */
  async finish(): Promise<Ledger> {
    this.isOver = true;
    await Promise.all(this.lines);
    return { acknowledged: this.acknowledged, finished: this.finished };
  }

  /** Ends at once, whatever is under way. */
  async giveUp(): Promise<void> {
    this.isOver = true;
    this.abort.abort();
    await Promise.allSettled(this.lines);
  }

  private async work(userId: string): Promise<void> {
    while (!this.isOver) {
      const taskId = this.minter.mint(userId);
      const body = { name: 'sleep', taskId, userId, payload: { ms: 100 + Math.floor(Math.random() * 300) } };
      await this.answered('/api/tasks', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      this.acknowledged.push(taskId);
      this.finished.push(await this.endOf(taskId));
    }
  }

  private async endOf(taskId: string): Promise<Finished> {
    for (;;) {
      const task = (await this.answered(`/api/tasks/${taskId}?wait=30s`)) as {
        state: string;
        failures?: number;
        crashes?: number;
        history?: { event: string }[];
      };
      const { state, failures = 0, crashes = 0, history = [] } = task;
      if (['done', 'failed', 'cancelled', 'expired'].includes(state)) {
        const ends = history.filter(({ event }) => event === state).length;
        return { taskId, state, charged: failures + crashes, ends };
      }
    }
  }

  /** The answer, when there is somebody again to give one. */
  private async answered(path: string, init?: RequestInit): Promise<unknown> {
    const { signal } = this.abort;
    const attempt = async (): Promise<unknown> => {
      if (signal.aborted) return undefined;
      const response = await this.call(path, { ...init, signal });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    };
    const answer = await vi.waitFor(attempt, { timeout: AWAY_MS, interval: 100 });
    signal.throwIfAborted();
    return answer;
  }
}
