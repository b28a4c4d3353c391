import type { Engine } from './engine.js';
import type { HubSession } from './session.js';
import type { NameStats } from './stats.js';

/** A hub as any face of Penstock shows it. Times are milliseconds since 1970. */
export interface HubView {
  readonly name: string;
  readonly incarnation: string;
  readonly host: string;
  readonly pid: number;
  readonly connectedAt: number;
  /** Its connection is gone, and its session waits for it to come back. */
  readonly disconnected: boolean;
  /** Load of its machine in per cent. */
  readonly cpu: number;
  readonly groups: readonly GroupView[];
}

/** A group of a hub's workers. `null` = no bound. */
export interface GroupView {
  readonly kind: 'process' | 'inline';
  readonly minPriority: number | null;
  readonly maxPriority: number | null;
  readonly niceness: number;
  readonly tasks: readonly string[];
  readonly slots: number;
  /** Attempts that it wants in hand, and those that it has. */
  readonly window: number;
  readonly held: number;
  readonly workers: readonly WorkerView[];
}

/** A worker, with what it runs as far as its hub has told. */
export interface WorkerView {
  readonly name: string;
  /** Load of its process in per cent of one processor. */
  readonly cpu?: number;
  readonly task?: { readonly taskId: string; readonly name: string; readonly progress: number };
}

/** Figures of the whole balancer and of each task name. */
export interface StatsView {
  readonly uptimeMs: number;
  readonly clients: number;
  readonly hubs: number;
  readonly queued: number;
  readonly running: number;
  readonly kept: number;
  readonly payloadBytes: number;
  readonly resultBytes: number;
  /** Messages about attempts from somebody who did not hold the lease. */
  readonly refusedLeases: number;
  readonly tasks: readonly NameStats[];
}

/** All hubs with what they run. */
export function viewHubs(engine: Engine): HubView[] {
  return engine.openHubs().map((session) => viewHub(engine, session));
}

/** All figures. */
export function viewStats(engine: Engine): StatsView {
  const { scheduler } = engine.partition;
  return {
    uptimeMs: engine.now() - engine.startedAt,
    clients: engine.clientCount,
    hubs: engine.openHubs().length,
    queued: scheduler.queued,
    running: scheduler.running,
    kept: scheduler.retention.size,
    payloadBytes: scheduler.payloadBytes,
    resultBytes: scheduler.retention.resultBytes,
    refusedLeases: scheduler.refusedLeases,
    tasks: viewNames(engine),
  };
}

function viewHub(engine: Engine, session: HubSession): HubView {
  const { hub, host, pid, incarnation, cpu, disconnectedAt } = session;
  const running = new Map<string, WorkerView['task']>();
  for (const group of hub.groups) {
    for (const task of group.leases) {
      const { worker } = task;
      if (worker === undefined) continue;
      running.set(worker, {
        taskId: engine.partition.idOf(task),
        name: task.name.text,
        progress: task.progress,
      });
    }
  }
  return {
    name: hub.name,
    incarnation,
    host,
    pid,
    connectedAt: engine.wall.of(session.openedAt),
    disconnected: disconnectedAt !== undefined,
    cpu,
    groups: session.groups.map(({ workers, window, ...group }, index) => ({
      ...group,
      window: hub.groups[index]?.window ?? window,
      held: hub.groups[index]?.leases.size ?? 0,
      workers: workers.map((name) => viewWorker(session, name, running.get(name))),
    })),
  };
}

function viewWorker({ workerCpu }: HubSession, name: string, task: WorkerView['task']): WorkerView {
  const cpu = workerCpu[name];
  return { name, ...(cpu === undefined ? {} : { cpu }), ...(task === undefined ? {} : { task }) };
}

function viewNames(engine: Engine): NameStats[] {
  const { scheduler, stats } = engine.partition;
  const now = engine.now();
  const names = new Set([...scheduler.names].map(({ text }) => text));
  for (const name of stats.names()) names.add(name);
  return [...names].sort().map((text) => {
    const name = scheduler.names.get(text);
    const ended = stats.of(text);
    const oldest = name?.oldest;
    const wait = ended?.wait.summary();
    const run = ended?.run.summary();
    return {
      name: text,
      queued: name?.queued ?? 0,
      running: name?.running ?? 0,
      done: ended?.done ?? 0,
      failed: ended?.failed ?? 0,
      cancelled: ended?.cancelled ?? 0,
      expired: ended?.expired ?? 0,
      totalRunMs: ended?.run.sumMs ?? 0,
      ...(oldest === undefined ? {} : { oldestWaitMs: now - oldest.submittedAt }),
      ...(wait === undefined ? {} : { wait }),
      ...(run === undefined ? {} : { run }),
    };
  });
}
