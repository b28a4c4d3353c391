import { setTimeout as delay } from 'node:timers/promises';
import type { StatsView, TaskStatus } from '@penstock/protocol';

/** A task as HTTP tells it. */
export type TaskAnswer = TaskStatus & { readonly result?: unknown };

const ASK_WITHIN_MS = 20_000;
const POLL_MS = 50;

/** The balancer's HTTP interface, which is away now and then. */
export class BalancerApi {
  constructor(private readonly url: string) {}

  /** @throws when the balancer is away, or does not answer in time */
  async request(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url + path, { signal: AbortSignal.timeout(ASK_WITHIN_MS), ...init });
    return { status: response.status, body: await response.json() };
  }

  post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json' };
    return this.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async stats(): Promise<StatsView> {
    return (await this.request('/api/stats')).body as StatsView;
  }

  /** A task; `unknown` = the balancer does not know it, `undefined` = it is away. */
  async task(taskId: string): Promise<TaskAnswer | 'unknown' | undefined> {
    try {
      const { status, body } = await this.request(`/api/tasks/${taskId}`);
      if (status === 404) return 'unknown';
      return status === 200 ? (body as TaskAnswer) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether the balancer takes tasks. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.request('/health/ready')).status === 200;
    } catch {
      return false;
    }
  }

  /** Asks until the answer is true; false = it was not within this time. */
  async until(ask: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await delay(POLL_MS)) {
      if (await ask()) return true;
    }
    return false;
  }
}
