import { InvariantError } from '@penstock/runtime';
import { inMemory, type BalancerBuild } from './balancer/balancer-build.js';
import { onDisk } from './balancer/on-disk.js';
import { Nemesis } from './faults/nemesis.js';
import { Cluster } from './scenario/cluster.js';
import { scenarioOf } from './scenario/generate.js';
import type { Scenario } from './scenario/scenario.js';
import { Stillness } from './oracle/stillness.js';
import { Chance } from './world/chance.js';
import { Trace } from './world/trace.js';
import { promise, Violation } from './world/violation.js';
import { World } from './world/world.js';

/** Lines of a trace that are kept for whoever has to find out what went wrong. */
const KEPT_LINES = 200;
/** How often, at the least, what costs much is checked, in events. */
const CHECK_EVERY = 400;

/** However much is left to be done when faults are healed, it takes no more than so many times what stillness may. */
const LOAD_LEFT = 10;

/** How a seed is run. */
export interface RunOptions {
  /** How balancers are made. Default: as the scenario says, with a journal or without. */
  readonly build?: BalancerBuild;
  /** Told each line of the trace. */
  readonly onLine?: (line: string) => void;
  /** Another scenario than the seed's own. */
  readonly scenario?: Scenario;
}

/** What went wrong. */
export interface Finding {
  /** Which promise was broken: a rule of docs/simulation.md, or the id of an invariant. */
  readonly rule: string;
  readonly message: string;
  readonly stack: string;
  readonly atMs: number;
  /** The latest lines of the trace. */
  readonly lines: readonly string[];
}

/** What became of a run. */
export interface RunReport {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly events: number;
  readonly simulatedMs: number;
  readonly tasks: number;
  readonly acknowledged: number;
  /** Times that a handler ran, and how many of those were not the first of their task. */
  readonly runs: number;
  readonly repeats: number;
  readonly faults: number;
  /** Of the whole trace: the same seed has the same one. */
  readonly hash: string;
  readonly finding?: Finding;
}

/** Runs what a seed stands for, to its end or to the first broken promise. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<RunReport> {
  const scenario = options.scenario ?? scenarioOf(seed);
  const trace = new Trace(KEPT_LINES, options.onLine);
  const world = new World(new Chance(seed), trace);
  const cluster = new Cluster(world, scenario, options.build ?? (scenario.hasJournal ? onDisk : inMemory));
  const nemesis = new Nemesis(world, cluster);
  let finding: Finding | undefined;
  try {
    await play(world, cluster, nemesis);
  } catch (error) {
    finding = { ...describe(error), atMs: world.now, lines: trace.lines };
  }
  return {
    seed,
    scenario,
    events: world.events,
    simulatedMs: world.now,
    tasks: cluster.ledger.size,
    acknowledged: [...cluster.ledger].filter(({ acknowledged }) => acknowledged.size > 0).length,
    runs: cluster.runs.count,
    repeats: cluster.runs.repeats,
    faults: nemesis.count,
    hash: trace.hash,
    ...(finding === undefined ? {} : { finding }),
  };
}

async function play(world: World, cluster: Cluster, nemesis: Nemesis): Promise<void> {
  const { durationMs, stillMs } = cluster.scenario;
  cluster.start();
  nemesis.begin();
  const chance = world.chance.split('checks');
  await passUntil(world, cluster, chance, durationMs, () => false);
  world.note('faults are healed, nothing more is handed in');
  nemesis.heal();
  cluster.heal();
  const stillness = new Stillness(world, cluster.ledger, stillMs);
  const isOver = (): boolean => cluster.isAtRest || stillness.isTooLong;
  await passUntil(world, cluster, chance, durationMs + stillMs * LOAD_LEFT, isOver);
  promise(cluster.isAtRest, 'all-ends', () => `nothing fails, nothing gets on: ${cluster.describeUnrest()}`);
  cluster.oracle.finish();
}

async function passUntil(
  world: World,
  cluster: Cluster,
  chance: Chance,
  until: number,
  isOver: () => boolean,
): Promise<void> {
  let checkAt = 0;
  while (!isOver() && world.step(until)) {
    await promisesAreKept();
    world.requireSound();
    if (world.events < checkAt) continue;
    cluster.oracle.check();
    checkAt = world.events + chance.int(1, CHECK_EVERY);
  }
}

/** Every promise that an event has settled is followed up before the next event. */
function promisesAreKept(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function describe(error: unknown): Pick<Finding, 'rule' | 'message' | 'stack'> {
  if (!(error instanceof Error)) return { rule: 'no-crash', message: String(error), stack: '' };
  const { message, stack = '' } = error;
  if (error instanceof Violation) return { rule: error.rule, message, stack };
  return { rule: error instanceof InvariantError ? error.id : 'no-crash', message, stack };
}
