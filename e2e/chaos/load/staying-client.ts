import { setTimeout as delay } from 'node:timers/promises';
import { PenstockError, TaskClient, type TaskHandle, type TaskOutcome } from '@penstock/client';
import { TASK_NAME } from '../cluster/noted-task.js';
import type { Entry, Ledger } from '../ledger/ledger.js';
import type { TaskMix, TaskPlan } from './task-mix.js';

/** Warnings that are told of a client that waits in vain. */
const WARNINGS_TOLD = 5;
const ANSWER_MS = 2_000;

/** A client that stays for all of the run, and waits for each of its results. */
export class StayingClient {
  private readonly client: TaskClient;
  /** Tasks whose ends have not come. */
  readonly open = new Map<Entry, TaskHandle>();
  private readonly warnings: string[] = [];
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    port: number,
    private readonly mix: TaskMix,
    private readonly ledger: Ledger,
  ) {
    this.client = new TaskClient({ port, name: 'stays', onWarning: (warning) => this.keep(warning) });
  }

  submit(): void {
    const plan = this.mix.next();
    const handle = this.client.submit(TASK_NAME, plan.payload, {
      userId: plan.userId,
      priority: plan.priority,
      ...plan.rules,
      retryRefusals: true,
    });
    const entry = this.ledger.attempted(handle.id, plan, 'client');
    this.open.set(entry, handle);
    const kept = this.follow(handle, entry, plan).finally(() => {
      this.open.delete(entry);
      this.underWay.delete(kept);
    });
    this.underWay.add(kept);
  }

  /** Resolves when all of its tasks have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** What it waits for and what it knows of it, for whoever has to find out why. */
  async describe(): Promise<string> {
    const [handle] = this.open.values();
    const session = await this.client.ready(ANSWER_MS).then(
      () => 'it has a session',
      (error: unknown) => String(error),
    );
    const first = await handle?.status().then(
      (status) => JSON.stringify(status),
      (error: unknown) => String(error),
    );
    const ofFirst = handle === undefined ? '' : `, the first of them ${handle.id}: ${first}`;
    return `a client waits for ${this.open.size} tasks${ofFirst}; ${session}; its warnings: ${this.warnings.join(' | ')}`;
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private keep(warning: PenstockError): void {
    this.warnings.push(`${new Date().toISOString()} ${warning.code} ${warning.message}`);
    if (this.warnings.length > WARNINGS_TOLD) this.warnings.shift();
  }

  private async follow(handle: TaskHandle, submitted: Entry, plan: TaskPlan): Promise<void> {
    if (plan.cancelAfterMs !== undefined) void this.cancelAfter(plan.cancelAfterMs, handle, submitted);
    let entry = submitted;
    const accepted = handle.accepted.then(
      ({ durability }) => (entry = this.ledger.acknowledged(submitted, handle.id, durability)),
      (error: unknown) => this.ledger.refused(submitted, codeOf(error)),
    );
    await Promise.allSettled([accepted, handle.result()]);
    const { outcome } = handle;
    if (outcome !== undefined) this.note(entry, outcome);
  }

  private note(entry: Entry, outcome: TaskOutcome): void {
    const state = stateOf(outcome);
    if (state === undefined) return;
    const seenAt = Date.now();
    const { attempt } = outcome;
    const run = outcome.ok ? (outcome.value as { run?: string }).run : undefined;
    this.ledger.seen(entry, { state, run, attempt, by: 'client', askedAt: seenAt, seenAt });
  }

  private async cancelAfter(ms: number, handle: TaskHandle, entry: Entry): Promise<void> {
    await delay(ms);
    if (handle.outcome !== undefined) return;
    entry.cancelAskedAt = Date.now();
    await handle.cancel().catch(() => undefined);
  }
}

/** `undefined` = it ended here alone, as what was never handed in does. */
function stateOf(outcome: TaskOutcome): string | undefined {
  if (outcome.ok) return 'done';
  const states: Record<string, string> = {
    TASK_FAILED: 'failed',
    TASK_CANCELLED: 'cancelled',
    TASK_EXPIRED: 'expired',
  };
  return states[outcome.error.code];
}

function codeOf(error: unknown): string {
  return error instanceof PenstockError ? error.code : String(error);
}
