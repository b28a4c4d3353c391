import type { TaskState } from '@penstock/protocol';

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
  readonly name: ModelName;
  readonly user: ModelUser;
  readonly priority: number;
  readonly payloadBytes: number;
  readonly submittedAt: number;
  state: TaskState;
  attempt: number;
  isCancelling: boolean;
  worker: string | undefined;
  lease: { readonly group: ModelGroup; readonly sequence: number } | undefined;
  /** Since when it is kept; rank 0 = collected, 1 = cancelled, 2 = neither. */
  kept: { readonly rank: 0 | 1 | 2; readonly since: number; readonly sequence: number } | undefined;
  resultBytes: number;
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
