import type { SchedulerSettings } from '@penstock/scheduler';
import type { FaultKind } from '../faults/fault.js';
import type { Behaviour } from '../hub/behaviour.js';
import type { HubPlan } from '../hub/sim-hub.js';
import type { NetworkShape } from '../network/sim-network.js';

/** A client and what it does. */
export interface ClientPlan {
  readonly name: string;
  readonly isCareful: boolean;
  readonly users: readonly string[];
  /** Mean time between two bursts of tasks, and the most that one has. */
  readonly burstEveryMs: number;
  readonly burstMax: number;
  /** Mean time between two cancels; 0 = it cancels nothing. */
  readonly cancelEveryMs: number;
}

/** Of a hundred tasks, how many do what. */
export type Mix = Readonly<Record<Behaviour['kind'], number>>;

/** All that a seed decides before anything happens. What happens is decided by the seed as well. */
export interface Scenario {
  readonly seed: number;
  /** How long there is load, and faults. */
  readonly durationMs: number;
  /** Whether the balancer keeps a journal; without it everything is in memory alone. */
  readonly hasJournal: boolean;
  /** How long it may take, once there is neither, until another task ends. */
  readonly stillMs: number;
  readonly network: NetworkShape;
  readonly names: readonly string[];
  readonly priorities: readonly number[];
  readonly mix: Mix;
  /** Mean time that a handler takes. */
  readonly runMs: number;
  readonly clients: readonly ClientPlan[];
  readonly hubs: readonly HubPlan[];
  readonly scheduler: SchedulerSettings;
  readonly windowTasks: number;
  /** Mean time between two faults of a kind; a kind that is not there does not happen. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
}
