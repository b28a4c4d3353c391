import type { HubView, NameStats, StatsView, WorkerView } from '@penstock/protocol';
import { waitingReason, withoutWorker, type Scheduler } from '@penstock/scheduler';
import type { Engine } from './engine.js';
import type { HubSession } from './session.js';

/** Reasons that are told of one name. */
const REASONS_MAX = 5;

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
  const { hub, host, pid, incarnation, cpu, disconnectedAt, probe, httpPort } = session;
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
    session: { epoch: engine.settings.epoch, number: session.number },
    host,
    pid,
    connectedAt: engine.wall.of(session.openedAt),
    silentMs: engine.now() - session.lastHeardAt,
    disconnected: disconnectedAt !== undefined,
    cpu,
    ...(probe === undefined ? {} : { probe }),
    ...(httpPort === undefined ? {} : { httpPort }),
    groups: session.groups.map(({ workers, window, ...group }, index) => ({
      ...group,
      window: hub.groups[index]?.window ?? window,
      held: hub.groups[index]?.leases.size ?? 0,
      workers: workers.map((name) => viewWorker(session, name, running.get(name))),
    })),
  };
}

/** Names with queued tasks that no worker takes, each with why: a few reasons, however many tasks. */
function unservedNames({ lanes }: Scheduler): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const task of withoutWorker(lanes)) {
    const ofName = reasons.get(task.name.text) ?? [];
    if (ofName.length < REASONS_MAX) ofName.push(waitingReason(task) ?? '');
    reasons.set(task.name.text, ofName);
  }
  return reasons;
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
  const unserved = unservedNames(scheduler);
  return [...names].sort().map((text) => {
    const name = scheduler.names.get(text);
    const ended = stats.of(text);
    const oldest = name?.oldest;
    const wait = ended?.wait.summary();
    const run = ended?.run.summary();
    const noWorker = unserved.get(text);
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
      ...(noWorker === undefined ? {} : { noWorker }),
      ...(wait === undefined ? {} : { wait }),
      ...(run === undefined ? {} : { run }),
    };
  });
}
