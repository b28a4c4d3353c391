import type { DeliveryOptions } from '@penstock/client';
import type { Behaviour } from '../hub/behaviour.js';
import type { Order } from '../oracle/ledger.js';
import type { ClientPlan, Mix, Scenario } from '../scenario/scenario.js';
import type { Chance } from '../world/chance.js';
import type { World } from '../world/world.js';
import type { SimClient } from './sim-client.js';

/** A client with so many open tasks waits for results before it hands in more. */
const OPEN_MAX = 30;

/** Lets a client hand in bursts of tasks, and cancel some of them, until the scenario's time is over. */
export class Load {
  private readonly chance: Chance;

  constructor(
    private readonly world: World,
    private readonly scenario: Scenario,
    private readonly plan: ClientPlan,
    private readonly client: SimClient,
  ) {
    this.chance = world.chance.split(`load ${plan.name}`);
  }

  begin(): void {
    this.again(this.plan.burstEveryMs, () => this.submitBurst());
    if (this.plan.cancelEveryMs > 0) this.again(this.plan.cancelEveryMs, () => this.client.cancelOne());
  }

  private again(everyMs: number, act: () => void): void {
    this.world.after(this.chance.exponential(everyMs), '', () => {
      if (this.world.now >= this.scenario.durationMs) return;
      act();
      this.again(everyMs, act);
    });
  }

  private submitBurst(): void {
    if (this.client.openTasks < OPEN_MAX) this.client.submit(this.burst());
  }

  private burst(): Order[] {
    const { chance, scenario, plan } = this;
    const name = chance.pick(scenario.names) ?? '';
    const userId = chance.pick(plan.users) ?? '';
    return Array.from({ length: chance.int(1, plan.burstMax) }, () => ({
      client: plan.name,
      name,
      userId,
      priority: chance.pick(scenario.priorities) ?? 0,
      behaviour: this.behaviour(),
      rules: this.rules(),
    }));
  }

  /** Most tasks have none; the others have some that make sense together. */
  private rules(): DeliveryOptions {
    const { chance } = this;
    const durability = chance.happens(0.15) ? ({ durability: 'memory' } as const) : {};
    switch (chance.int(0, 9)) {
      case 0:
        return { ...durability, onWorkerLoss: 'fail' };
      case 1: {
        const kind = chance.pick(['fixed', 'exponential', 'jitter'] as const);
        const backoff = { kind, delayMs: chance.int(0, 500), maxDelayMs: 2_000 };
        return { ...durability, maxAttempts: chance.int(1, 4), backoff };
      }
      case 2:
        return { ...durability, delayMs: chance.int(1, 3_000) };
      case 3:
        return { ...durability, deadlineMs: chance.int(2_000, 20_000) };
      case 4:
        return { ...durability, queueTtlMs: chance.int(2_000, 20_000), timeoutMs: chance.int(50, 2_000) };
      default:
        return durability;
    }
  }

  private behaviour(): Behaviour {
    const ms = Math.round(this.chance.exponential(this.scenario.runMs) * 10) / 10;
    return { kind: pickKind(this.scenario.mix, this.chance, this.plan.isCareful), ms };
  }
}

/** A client that forgets its tasks hands in none that has to be cancelled to end. */
function pickKind(mix: Mix, chance: Chance, mayHang: boolean): Behaviour['kind'] {
  const kinds = (['ok', 'fail', 'crash', ...(mayHang ? (['hang', 'deaf'] as const) : [])] as const).map(
    (kind) => [kind, mix[kind]] as const,
  );
  let at = chance.between(
    0,
    kinds.reduce((sum, [, weight]) => sum + weight, 0),
  );
  for (const [kind, weight] of kinds) {
    at -= weight;
    if (at < 0) return kind;
  }
  return 'ok';
}
