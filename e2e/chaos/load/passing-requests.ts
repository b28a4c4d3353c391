import { setTimeout as delay } from 'node:timers/promises';
import { TaskIdMinter } from '@penstock/protocol';
import type { BalancerApi } from '../cluster/balancer-api.js';
import { TASK_NAME } from '../cluster/noted-task.js';
import type { Entry, Ledger } from '../ledger/ledger.js';
import type { TaskMix, TaskPlan } from './task-mix.js';

/** How long a balancer that is away or does not answer is asked again. */
const NOTICE_MS = 15_000;

type Reply = { readonly taskId: string } | { readonly error: { readonly code: string } };

/** Rules of HTTP are named as those of the client are. */
function bodyOf(taskId: string, { payload, userId, priority, rules }: TaskPlan) {
  return { name: TASK_NAME, taskId, payload, userId, priority, ...rules };
}

/**
 * Hands tasks in over HTTP and goes: whether they were taken says the one answer, and nobody hands them in again. So
 * nothing but the balancer can keep what was acknowledged.
 */
export class PassingRequests {
  private readonly minter = new TaskIdMinter(Date.now, Math.random);
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly api: BalancerApi,
    private readonly mix: TaskMix,
    private readonly ledger: Ledger,
  ) {}

  /** Hands in so many tasks with one request. */
  submit(count: number): void {
    const plans = Array.from({ length: count }, () => this.mix.next());
    const sent = this.send(plans);
    this.underWay.add(sent);
    void sent.finally(() => this.underWay.delete(sent));
  }

  /** Hands in tasks for the disk, one after the other, until one is refused, but for no longer than it takes to notice. */
  async untilRefused(plan: TaskPlan, most: number): Promise<void> {
    const deadline = Date.now() + NOTICE_MS;
    for (let count = 0; count < most && Date.now() < deadline; count++) {
      const [entry] = await this.send([plan]);
      if (entry?.refusal !== undefined) return;
      if (entry?.acknowledgedAt === undefined) await delay(100);
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async send(plans: readonly TaskPlan[]): Promise<readonly Entry[]> {
    const entries = plans.map((plan) => this.ledger.attempted(this.minter.mint(plan.userId), plan, 'http'));
    try {
      const { status, body } = await this.api.post(
        '/api/tasks',
        entries.map(({ taskId, plan }) => bodyOf(taskId, plan)),
      );
      if (status !== 200 && status !== 202) return entries;
      for (const [index, reply] of (body as { tasks: Reply[] }).tasks.entries())
        this.note(entries[index], reply);
    } catch {
      // The balancer is away, or went while it was asked: nothing was promised.
    }
    return entries;
  }

  private note(entry: Entry | undefined, reply: Reply): void {
    if (entry === undefined) return;
    if ('error' in reply) this.ledger.refused(entry, reply.error.code);
    else {
      const acknowledged = this.ledger.acknowledged(entry, reply.taskId, entry.plan.durability);
      const { cancelAfterMs } = entry.plan;
      if (cancelAfterMs !== undefined) void this.cancelAfter(cancelAfterMs, acknowledged);
    }
  }

  private async cancelAfter(ms: number, entry: Entry): Promise<void> {
    await delay(ms);
    entry.cancelAskedAt = Date.now();
    await this.api.request(`/api/tasks/${entry.taskId}`, { method: 'DELETE' }).catch(() => undefined);
  }
}
