import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnToken } from '../cluster/own-token.js';

/** What the launcher reads of `GET /api/workers`. */
export interface HubView {
  readonly pid: number;
  readonly groups: readonly {
    readonly tasks: readonly string[];
    readonly minPriority: number | null;
    readonly maxPriority: number | null;
    readonly workers: readonly { readonly name: string }[];
    readonly slots: number;
    /** Tasks that it takes at a time by now; as many as it has slots once all of its workers have started. */
    readonly window: number;
  }[];
}

const POLL_MS = 50;
const ANSWER_MS = 2_000;

/** The balancer's HTTP interface, as far as the command line uses it. */
export class BalancerHttp {
  /**
   * @param url such as `http://127.0.0.1:8080`
   * @param token that it shows
   */
  constructor(
    readonly url: string,
    readonly token: OwnToken,
  ) {}

  async isReady(): Promise<boolean> {
    return answers(`${this.url}/health/ready`, this.token);
  }

  /** The hubs that are connected; none as long as there is no answer. */
  async hubs(): Promise<readonly HubView[]> {
    const response = await get(`${this.url}/api/workers`, this.token);
    if (response?.status !== 200) return [];
    return ((await response.json()) as { hubs: HubView[] }).hubs;
  }
}

/** Whether somebody answers at a URL, and is well. */
export async function answers(url: string, token: OwnToken = {}): Promise<boolean> {
  const response = await get(url, token);
  await response?.body?.cancel();
  return response?.status === 200;
}

async function get(url: string, headers: OwnToken = {}): Promise<Response | undefined> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    // Nobody there, or nobody who answers: not ready.
    return undefined;
  }
}

/** Asks again and again until the answer is yes. Rejects with the signal's reason once that is aborted. */
export async function until(ask: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await ask()) return;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
