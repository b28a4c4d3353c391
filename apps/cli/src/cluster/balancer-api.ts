import type { DeliveryOptions } from '@penstock/client';
import type { PageRole } from '@penstock/access';
import type { CancelReply, HubView, StatsView, TaskStatus, WireError } from '@penstock/protocol';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { OwnToken } from './own-token.js';
import { refusalIn } from './refusal.js';
import { noBalancerAt } from './where.js';

const ANSWER_MS = 10_000;
const JSON_BODY = { 'content-type': 'application/json' };

/** A task as `GET /api/tasks/:id` gives it. Times are milliseconds since 1970. */
export interface TaskView extends TaskStatus {
  readonly result?: unknown;
  readonly resultBase64?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Which tasks: those that are all of this. */
export interface TaskFilter {
  readonly state?: DeadState;
  readonly name?: string;
  readonly userId?: string;
}

/** How a task is that can be run again. */
export const deadStates = ['failed', 'expired', 'cancelled'] as const;
export type DeadState = (typeof deadStates)[number];

/** What is to be another way when a task is run again. */
export interface RerunChanges extends DeliveryOptions {
  readonly payload?: unknown;
  readonly priority?: number;
}

/** What became of dead tasks that were to be run again. */
export interface RerunReply {
  readonly rerun: number;
  readonly refused?: { readonly count: number; readonly error: WireError };
}

/** A code that lets a browser in, once. */
export interface LoginCode {
  readonly code: string;
  readonly role: PageRole;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The balancer lists no more at a time. */
const PAGE_MAX = 500;

/** The balancer's HTTP interface. Each call throws a {@link CommandError} that says what to do. */
export class BalancerApi {
  /**
   * @param url such as `http://127.0.0.1:8080`
   * @param token that it shows
   */
  constructor(
    readonly url: string,
    private readonly token: OwnToken = {},
  ) {}

  /** @param waitMs how long to wait for its end; at most a minute */
  task(id: string, waitMs = 0): Promise<TaskView> {
    const wait = waitMs > 0 ? `?wait=${Math.ceil(waitMs)}ms` : '';
    return this.call<TaskView>('GET', `/api/tasks/${encodeURIComponent(id)}${wait}`, waitMs + ANSWER_MS);
  }

  cancel(id: string): Promise<CancelReply> {
    return this.call<CancelReply>('DELETE', `/api/tasks/${encodeURIComponent(id)}`);
  }

  /** The tasks that match, newest first, at most `limit`. */
  async tasks(filter: TaskFilter, limit: number): Promise<readonly TaskStatus[]> {
    const found: TaskStatus[] = [];
    let before: string | undefined;
    do {
      const query = new URLSearchParams({
        ...filter,
        limit: String(Math.min(PAGE_MAX, limit - found.length)),
        ...(before === undefined ? {} : { before }),
      });
      const page = await this.call<{ tasks: TaskStatus[]; next?: string }>(
        'GET',
        `/api/tasks?${query.toString()}`,
      );
      found.push(...page.tasks);
      before = page.next;
    } while (before !== undefined && found.length < limit);
    return found;
  }

  rerun(id: string, changes: RerunChanges): Promise<TaskView> {
    return this.call<TaskView>('POST', `/api/tasks/${encodeURIComponent(id)}/rerun`, ANSWER_MS, changes);
  }

  /** Runs those again that match, oldest first, at most `limit`. */
  rerunMany(filter: TaskFilter, limit: number): Promise<RerunReply> {
    return this.call<RerunReply>('POST', '/api/tasks/rerun', ANSWER_MS, { ...filter, limit });
  }

  async hubs(): Promise<readonly HubView[]> {
    return (await this.call<{ hubs: HubView[] }>('GET', '/api/workers')).hubs;
  }

  stats(): Promise<StatsView> {
    return this.call<StatsView>('GET', '/api/stats');
  }

  /** Makes a code that lets a browser in. */
  invite(role: PageRole | undefined): Promise<LoginCode> {
    return this.call<LoginCode>('POST', '/api/login-codes', ANSWER_MS, role === undefined ? {} : { role });
  }

  /** The stream of what happens, until the signal is aborted. */
  async events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.fetch('/api/events', { signal });
    if (body === null) throw new CommandError(`${this.url} sends no events`);
    return body;
  }

  private async call<Body>(
    method: string,
    path: string,
    timeoutMs = ANSWER_MS,
    body?: object,
  ): Promise<Body> {
    const response = await this.fetch(path, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Body;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers({ ...this.token, ...(init.body === undefined ? {} : JSON_BODY) });
    const response = await fetch(this.url + path, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted && (error as Error).name !== 'TimeoutError') throw error;
      throw noBalancerAt(this.url, 'LB_IP', 'LB_HTTPPORT');
    });
    if (response.ok) return response;
    throw new CommandError(await refusalIn(response), ExitCode.refused);
  }
}
