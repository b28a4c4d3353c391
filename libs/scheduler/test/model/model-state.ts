import type { TaskState } from '@penstock/protocol';
import type { EndCause, TaskRules } from '../../src/index.js';

export interface ModelName {
  readonly text: string;
}

export interface ModelUser {
  readonly id: string;
  readonly arrival: number;
  lastServed: number;
  /** Orders the users that have nothing queued or running by when they became so; none = is busy. */
  idleSince: number | undefined;
}

export interface ModelHub {
  readonly name: string;
  readonly arrival: number;
  cpuStep: number;
  groups: ModelGroup[];
}

export interface ModelGroup {
  readonly hub: ModelHub;
  readonly index: number;
  minPriority: number | null;
  maxPriority: number | null;
  names: readonly ModelName[];
  window: number;
  creditSequence: number;
}

export interface ModelTask {
  readonly id: number;
  name: ModelName;
  user: ModelUser;
  priority: number;
  payloadBytes: number;
  rules: TaskRules | undefined;
  order: number;
  submittedAt: number;
  state: TaskState;
  cause: EndCause | undefined;
  attempt: number;
  epoch: number;
  /** A worker said that it began the present attempt. */
  hasBegun: boolean;
  failures: number;
  crashes: number;
  hubLosses: number;
  notBefore: number;
  /** It was held back since it was handed in: its time in the queue is its own. */
  wasDelayed: boolean;
  isCancelling: boolean;
  /** It is cancelled because its deadline has passed. */
  isExpiring: boolean;
  /** Its last attempt ended it, by an outcome. */
  endedInHand: boolean;
  /** The past attempts: number and end. */
  past: string[];
  worker: string | undefined;
  lease: { readonly group: ModelGroup; readonly sequence: number } | undefined;
  kept: Kept | undefined;
  resultBytes: number;
}

/** As what and since when a task is kept. Those of the first kinds make room first. */
export interface Kept {
  readonly as: 'collected' | 'cancelled' | 'finished' | 'dead';
  readonly since: number;
  readonly sequence: number;
}

/** Whether a group runs what is called `name`, at this priority. */
export function takes(group: ModelGroup, name: ModelName, priority: number): boolean {
  const { minPriority: min, maxPriority: max } = group;
  return group.names.includes(name) && (min === null || min <= priority) && (max === null || priority <= max);
}

/** Attempts that may still be handed to a group. */
export function freeOf(group: ModelGroup, tasks: readonly ModelTask[]): number {
  return Math.max(0, group.window - tasks.filter(({ lease }) => lease?.group === group).length);
}

/** The larger share of free credit, then the less busy machine, then the hub that came first, then the first group. */
export function goesBefore(a: ModelGroup, freeOfA: number, b: ModelGroup, freeOfB: number): boolean {
  const ranks = [
    freeOfB * a.window - freeOfA * b.window,
    a.hub.cpuStep - b.hub.cpuStep,
    a.hub.arrival - b.hub.arrival,
    a.index - b.index,
  ];
  return (ranks.find((rank) => rank !== 0) ?? 0) < 0;
}

/** A group as the recorder calls it. */
export function labelOf({ hub, index }: ModelGroup): string {
  return hub.groups.length === 1 ? hub.name : `${hub.name}.${index}`;
}

/** A task that is queued and was never dispatched. */
export function newTask(
  id: number,
  { name, user }: { name: ModelName; user: ModelUser },
  priority: number,
  payloadBytes: number,
  rules: TaskRules | undefined,
  order: number,
  submittedAt: number,
  epoch: number,
): ModelTask {
  return {
    ...{ id, name, user, priority, payloadBytes, rules, order, submittedAt, epoch },
    state: 'queued',
    cause: undefined,
    attempt: 0,
    hasBegun: false,
    failures: 0,
    crashes: 0,
    hubLosses: 0,
    notBefore: 0,
    wasDelayed: false,
    isCancelling: false,
    isExpiring: false,
    endedInHand: false,
    past: [],
    worker: undefined,
    lease: undefined,
    kept: undefined,
    resultBytes: 0,
  };
}
