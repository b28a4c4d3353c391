import { defaultSettings } from '@penstock/scheduler';
import { faultKinds, type FaultKind } from '../faults/fault.js';
import type { HubPlan } from '../hub/sim-hub.js';
import { Chance } from '../world/chance.js';
import type { ClientPlan, Mix, Scenario } from './scenario.js';

/** Mean time between two faults of a kind, when a scenario has that kind. */
const FAULT_EVERY_MS: Readonly<Record<FaultKind, readonly [number, number]>> = {
  break: [500, 10_000],
  partition: [5_000, 20_000],
  pause: [5_000, 20_000],
  'crash-hub': [5_000, 30_000],
  'crash-client': [5_000, 30_000],
  'crash-balancer': [8_000, 30_000],
  'stop-hub': [5_000, 30_000],
  'kill-worker': [1_000, 10_000],
  'false-alarm': [5_000, 30_000],
  'step-clock': [2_000, 20_000],
  'full-disk': [5_000, 20_000],
};

/** What a seed stands for. */
export function scenarioOf(seed: number): Scenario {
  const chance = new Chance(seed).split('scenario');
  const names = ['ALPHA', 'BETA', 'GAMMA', 'DELTA'].slice(0, chance.int(1, 4));
  const durationMs = chance.int(5, 30) * 1_000;
  const clients = listOf(chance.int(1, 4), (index) => clientPlan(chance, index));
  const hubs = listOf(chance.int(1, 4), (index) => hubPlan(chance, index, names));
  // Whatever the others are like, somebody runs everything: a task that nobody takes would wait for ever.
  hubs.push({ name: 'hub-all', tasks: names, groups: [group(chance, 1, 0, null, [null, null])] });
  return {
    seed,
    durationMs,
    stillMs: 90_000,
    network: { delayMs: chance.pick([0.1, 1, 20]), jitterMs: chance.pick([0.1, 2, 50]) },
    names,
    priorities: chance.pick([[0], [0, 1, 2], [-5, 0, 0.5, 5, 10]]),
    mix: mix(chance),
    runMs: chance.pick([2, 20, 200, 1_000]),
    clients,
    hubs,
    scheduler: {
      ...defaultSettings,
      queuedPerUser: chance.pick([0, 5, 20, 1_000]),
      queuedMax: chance.pick([30, 1_000, 1_000_000]),
      queuedTtlMs: chance.happens(0.2) ? chance.int(5, 30) * 1_000 : defaultSettings.queuedTtlMs,
      collectedTtlMs: chance.pick([500, 5_000, 60_000]),
      cancelledTtlMs: 300_000,
    },
    windowTasks: chance.pick([3, 20, 10_000]),
    faults: faults(chance),
    hasJournal: new Chance(seed).split('journal').happens(0.8),
  };
}

function clientPlan(chance: Chance, index: number): ClientPlan {
  return {
    name: `client-${index + 1}`,
    isCareful: chance.happens(0.7),
    users: chance.pick([['ada'], ['ada', 'bob'], ['ada', 'bob', 'cyd', 'dee'], [`own-${index + 1}`]]),
    burstEveryMs: chance.pick([100, 500, 2_000]),
    burstMax: chance.pick([1, 3, 20]),
    cancelEveryMs: chance.pick([0, 0, 500, 3_000]),
  };
}

type Band = readonly [number | null, number | null];

function hubPlan(chance: Chance, index: number, names: readonly string[]): HubPlan {
  const bands: [Band, ...Band[]] = [
    [null, null],
    [null, 0],
    [1, null],
    [0, 5],
  ];
  return {
    name: `hub-${index + 1}`,
    tasks: names,
    groups: listOf(chance.int(1, 2), (number) => {
      const tasks = chance.happens(0.5) ? null : chance.some(names, 0.6);
      return group(chance, chance.int(1, 3), number, tasks, chance.pick(bands));
    }),
  };
}

function group(
  chance: Chance,
  slots: number,
  number: number,
  tasks: readonly string[] | null,
  [minPriority, maxPriority]: Band,
): HubPlan['groups'][number] {
  const kind = chance.happens(0.2) ? 'inline' : 'process';
  return { name: `group-${number + 1}`, kind, slots, minPriority, maxPriority, niceness: 0, tasks };
}

function mix(chance: Chance): Mix {
  const share = (most: number): number => (chance.happens(0.5) ? chance.int(1, most) : 0);
  return { ok: 100, fail: share(20), crash: share(10), hang: share(3), deaf: share(2) };
}

/** A few kinds of faults, often or rarely; one scenario in ten has none. */
function faults(chance: Chance): Scenario['faults'] {
  if (chance.happens(0.1)) return {};
  const entries = faultKinds
    .filter(() => chance.happens(0.4))
    .map((kind) => [kind, Math.round(chance.between(...FAULT_EVERY_MS[kind]))]);
  return Object.fromEntries(entries) as Scenario['faults'];
}

function listOf<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}
