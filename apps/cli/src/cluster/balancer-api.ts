import type { CancelReply, HubView, StatsView, WireError } from '@penstock/protocol';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import { noBalancerAt } from './where.js';

const ANSWER_MS = 10_000;

/** A task as `GET /api/tasks/:id` gives it. Times are milliseconds since 1970. */
export interface TaskView {
  readonly taskId: string;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
  readonly progress: number;
  readonly attempt: number;
  readonly submittedAt: number;
  readonly finishedAt?: number;
  readonly waitingFor?: string;
  readonly waitMs?: number;
  readonly runMs?: number;
  readonly worker?: string;
  readonly result?: unknown;
  readonly resultBase64?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** The balancer's HTTP interface. Each call throws a {@link CommandError} that says what to do. */
export class BalancerApi {
  /** @param url such as `http://127.0.0.1:8080` */
  constructor(readonly url: string) {}

  /** @param waitMs how long to wait for its end; at most a minute */
  task(id: string, waitMs = 0): Promise<TaskView> {
    const wait = waitMs > 0 ? `?wait=${Math.ceil(waitMs)}ms` : '';
    return this.call<TaskView>('GET', `/api/tasks/${encodeURIComponent(id)}${wait}`, waitMs + ANSWER_MS);
  }

  cancel(id: string): Promise<CancelReply> {
    return this.call<CancelReply>('DELETE', `/api/tasks/${encodeURIComponent(id)}`);
  }

  async hubs(): Promise<readonly HubView[]> {
    return (await this.call<{ hubs: HubView[] }>('GET', '/api/workers')).hubs;
  }

  stats(): Promise<StatsView> {
    return this.call<StatsView>('GET', '/api/stats');
  }

  /** The stream of what happens, until the signal is aborted. */
  async events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.fetch('/api/events', { signal });
    if (body === null) throw new CommandError(`${this.url} sends no events`);
    return body;
  }

  private async call<Body>(method: string, path: string, timeoutMs = ANSWER_MS): Promise<Body> {
    const response = await this.fetch(path, { method, signal: AbortSignal.timeout(timeoutMs) });
    return (await response.json()) as Body;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.url + path, init).catch((error: unknown) => {
      if (init.signal?.aborted && (error as Error).name !== 'TimeoutError') throw error;
      throw noBalancerAt(this.url, 'LB_IP', 'LB_HTTPPORT');
    });
    if (response.ok) return response;
    throw new CommandError(await refusalIn(response), ExitCode.refused);
  }
}

/** What the server said is wrong. */
async function refusalIn(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: WireError } | undefined;
  return body?.error?.message ?? `${response.url} answered ${response.status} ${response.statusText}`;
}
