import type { DeliveryOptions } from '@penstock/client';
import type { Chance } from '../chance.js';

/** What the handler is told to do. */
export interface Payload {
  readonly ms: number;
  /** Attempts that fail. */
  readonly fails: number;
  readonly pad?: string;
}

/** A task that a client is to hand in. */
export interface TaskPlan {
  readonly payload: Payload;
  readonly userId: string;
  readonly priority: number;
  readonly rules: DeliveryOptions & { readonly idempotencyKey?: string };
  readonly durability: 'disk' | 'memory';
  /** When its client asks for it to be cancelled, in milliseconds from the submission. */
  readonly cancelAfterMs: number | undefined;
}

const USERS = ['ada', 'grace', 'joan', 'karen', 'mary'];
/** A key is handed in a few times within a short time, by whichever clients. */
const KEYS_AT_ONCE = 12;

/** Draws tasks: some of everything that a task may ask for. */
export class TaskMix {
  private count = 0;

  constructor(
    private readonly chance: Chance,
    /** Of this run: keys of others are others. */
    private readonly seed: number,
  ) {}

  next(): TaskPlan {
    const { chance } = this;
    this.count += 1;
    if (chance.percent(8)) return this.keyed();
    const durability = chance.percent(85) ? 'disk' : 'memory';
    const fails = chance.percent(15) ? chance.whole(1, 3) : 0;
    const payload = {
      ms: chance.percent(2) ? chance.whole(300, 1_500) : chance.whole(0, 12),
      fails,
      ...(chance.percent(3) ? { pad: 'x'.repeat(chance.whole(1, 200) * 1_024) } : {}),
    };
    return {
      payload,
      userId: chance.pick(USERS),
      priority: chance.whole(0, 3),
      rules: { durability, ...this.rules(fails) },
      durability,
      cancelAfterMs: chance.percent(5) ? chance.skewed(1, 3_000) : undefined,
    };
  }

  private rules(fails: number): DeliveryOptions {
    const { chance } = this;
    const retries =
      fails > 0 || chance.percent(15)
        ? {
            maxAttempts: chance.whole(1, 4),
            backoff: { kind: 'fixed', delayMs: chance.whole(0, 300) } as const,
          }
        : {};
    return {
      ...retries,
      ...(retries.maxAttempts === undefined && chance.percent(15) ? { onWorkerLoss: 'fail' as const } : {}),
      ...(chance.percent(8) ? { delayMs: chance.whole(50, 4_000) } : {}),
      ...(chance.percent(4) ? { deadlineMs: chance.whole(500, 20_000) } : {}),
      ...(chance.percent(4) ? { timeoutMs: chance.whole(200, 5_000) } : {}),
    };
  }

  /** All that is asked of a key is the same each time. */
  private keyed(): TaskPlan {
    const number = Math.floor(this.count / 40) * KEYS_AT_ONCE + this.chance.whole(0, KEYS_AT_ONCE - 1);
    return {
      payload: { ms: number % 17, fails: 0 },
      userId: USERS[number % USERS.length] ?? 'ada',
      priority: 1,
      rules: { durability: 'disk', idempotencyKey: `chaos ${this.seed} ${number}` },
      durability: 'disk',
      cancelAfterMs: undefined,
    };
  }
}
