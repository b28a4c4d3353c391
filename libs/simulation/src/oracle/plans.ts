import type { GroupPlan } from '@penstock/hub/core';
import type { Group } from '@penstock/scheduler';
import type { HubPlan } from '../hub/sim-hub.js';

/** What the workers of each group may take, as the scenario says it and not as the balancer understood it. */
export class Plans {
  private readonly plans: ReadonlyMap<string, HubPlan>;

  constructor(plans: readonly HubPlan[]) {
    this.plans = new Map(plans.map((plan) => [plan.name, plan]));
  }

  /** Whether the group may take a task; never for a group that was not announced. */
  takes({ hub, index }: Group, name: string, priority: number): boolean {
    const plan = this.plans.get(hub.name);
    const group = plan?.groups[index];
    return plan !== undefined && group !== undefined && runs(plan, group, name) && isInBand(group, priority);
  }
}

function runs(plan: HubPlan, { tasks }: GroupPlan, name: string): boolean {
  return plan.tasks.includes(name) && (tasks === null || tasks.includes(name));
}

function isInBand({ minPriority, maxPriority }: GroupPlan, priority: number): boolean {
  return (
    (minPriority === null || priority >= minPriority) && (maxPriority === null || priority <= maxPriority)
  );
}
