import type { HealthWarning } from '@penstock/protocol';
import { backoffMs } from '@penstock/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WarningChanges } from '../verdict/warnings.js';

/** What is posted: one warning that began, or that is over. */
export interface WebhookBody {
  readonly event: 'began' | 'ended';
  readonly warning: HealthWarning;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const TRIES = 5;
const ANSWER_MS = 5_000;
/** Messages that wait for the receiver; over it the oldest go. */
const QUEUE_MAX = 100;

/** Posts warnings, one after the other and in order, without holding up anybody. */
export class Webhook {
  private readonly queue: WebhookBody[] = [];
  private readonly over = new AbortController();
  private isPosting = false;

  /** @param onFailed told of a message that was not taken, after all tries */
  constructor(
    private readonly url: string,
    private readonly onFailed: (why: string) => void,
    private readonly retry = { firstMs: 1_000, maxMs: 30_000 },
  ) {}

  tell({ began, ended }: WarningChanges, at: number): void {
    this.queue.push(
      ...began.map((warning) => ({ event: 'began' as const, warning, at })),
      ...ended.map((warning) => ({ event: 'ended' as const, warning, at })),
    );
    const dropped = this.queue.splice(0, this.queue.length - QUEUE_MAX).length;
    if (dropped > 0) this.onFailed(`it is too slow: ${dropped} messages were dropped`);
    if (!this.isPosting) void this.postAll();
  }

  close(): void {
    this.over.abort();
  }

  private async postAll(): Promise<void> {
    this.isPosting = true;
    for (let body = this.queue.shift(); body !== undefined; body = this.queue.shift()) {
      await this.postOne(body);
      if (this.over.signal.aborted) break;
    }
    this.isPosting = false;
  }

  private async postOne(body: WebhookBody): Promise<void> {
    let why = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      why = await this.post(body);
      if (why === '' || this.over.signal.aborted) return;
      const delayMs = backoffMs(attempt, this.retry);
      await sleep(delayMs, undefined, { signal: this.over.signal }).catch(() => undefined);
    }
    this.onFailed(why);
  }

  /** @returns what was wrong; empty = nothing */
  private async post(body: WebhookBody): Promise<string> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        // A warning is for the address that was configured, and for no other.
        redirect: 'error',
        signal: AbortSignal.any([this.over.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      await response.body?.cancel();
      return response.ok ? '' : `it answered ${response.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
