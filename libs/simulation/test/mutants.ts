import { Engine, type EnginePorts, type EngineSettings } from '@penstock/engine';
import { Kind, readHead } from '@penstock/protocol';
import type { Journal } from '@penstock/journal';
import type { FaultKind } from '../src/faults/fault.js';
import { inMemory, type BalancerBuild } from '../src/balancer/balancer-build.js';
import { onDisk, type JournalDisk } from '../src/balancer/on-disk.js';

/** A bug that somebody could have made, put into every balancer of a run. */
export interface Mutant {
  readonly bug: string;
  /** A fault without which it does no harm. */
  readonly needs?: FaultKind;
  /** One of these rules must notice it. */
  readonly rules: readonly string[];
  readonly build: BalancerBuild<JournalDisk> | BalancerBuild;
}

/** @param mutate breaks an engine that has just been made */
function broken(mutate: (engine: Engine) => void): BalancerBuild {
  return {
    ...inMemory,
    makeEngine: (settings, ports) => {
      const engine = new Engine(settings, ports);
      mutate(engine);
      return engine;
    },
  };
}

/** The same with a journal. @param mutate breaks a journal's keeping, or an engine, before anything is recovered */
function forgetful(mutate: (engine: Engine, journal: Journal) => void): BalancerBuild<JournalDisk> {
  return {
    ...onDisk,
    makeEngine: (settings, ports, disk) => onDisk.makeEngine(settings, ports, disk, mutate),
  };
}

/** @param change breaks what an engine is given */
function misled(change: (settings: EngineSettings, ports: EnginePorts) => EnginePorts): BalancerBuild {
  return { ...inMemory, makeEngine: (settings, ports) => new Engine(settings, change(settings, ports)) };
}

/** Offset of the durability in a record of an acknowledgement, and the width of one. */
const DURABILITY_AT = 24 + 17;
const ACCEPTED_BYTES = 24;

export const mutants: readonly Mutant[] = [
  {
    bug: 'what is said does not wait for the disk',
    needs: 'crash-balancer',
    rules: ['acknowledged', 'one-result', 'one-end', 'known-task'],
    build: forgetful((_engine, journal) => {
      const { commit } = journal;
      journal.commit = () => {
        void commit.call(journal);
        return Promise.resolve();
      };
    }),
  },
  {
    bug: 'that a task was cancelled is not on the disk',
    needs: 'crash-balancer',
    rules: ['cancelled-stays', 'one-end', 'one-result', 'true-result', 'all-ends'],
    build: forgetful(({ partition: { journal } }) => {
      if (journal === undefined) return;
      const { onChanged } = journal;
      journal.onChanged = (task) => {
        if (task.state !== 'cancelled') onChanged.call(journal, task);
      };
    }),
  },
  {
    bug: 'that a task was handed out is not on the disk',
    needs: 'crash-balancer',
    rules: ['starts-once'],
    build: forgetful(({ partition: { journal } }) => {
      if (journal !== undefined) journal.onDispatched = () => undefined;
    }),
  },
  {
    bug: 'an outcome is told and not on the disk',
    needs: 'crash-balancer',
    rules: ['one-end', 'one-result', 'acknowledged', 'accepted-lease', 'true-result'],
    build: forgetful(({ partition: { journal } }) => {
      if (journal !== undefined) journal.outcomeCounted = () => undefined;
    }),
  },
  {
    bug: 'no lease is revoked, and an outcome is accepted under whatever lease it comes',
    rules: ['accepted-lease', 'one-end', 'attempt-runs-once', 'lease-ends-once'],
    build: broken(({ hubs, partition: { scheduler } }) => {
      const { hello } = hubs;
      hubs.hello = (peer, data, now) => ({ ...hello.call(hubs, peer, data, now), revoked: [] });
      scheduler.leased = (_hub, view, offset) => {
        const task = scheduler.find(view, offset);
        return task?.state === 'running' ? task : undefined;
      };
    }),
  },
  {
    bug: 'what a lost hub held is not queued again',
    rules: ['all-ends', 'SCH-034', 'no-crash'],
    build: broken(({ partition: { scheduler } }) => {
      scheduler.loseHub = (hub) => scheduler.roster.leave(hub);
    }),
  },
  {
    bug: 'an acknowledgement says disk, and nothing is on the disk',
    rules: ['acknowledged', 'one-result'],
    build: misled((_settings, ports) => ({
      ...ports,
      toClients: {
        send: (peer, frames) => {
          const [frame] = frames;
          if (frame !== undefined && readHead(frame).kind === Kind.accepted) {
            const { count } = readHead(frame);
            for (let record = 0; record < count; record++) frame[DURABILITY_AT + record * ACCEPTED_BYTES] = 1;
          }
          ports.toClients.send(peer, frames);
        },
      },
    })),
  },
  {
    bug: 'the user with most running tasks goes first',
    rules: ['fair', 'SCH-025'],
    build: broken(({ partition: { scheduler } }) => {
      const { claim } = scheduler.users;
      scheduler.users.claim = (id) => {
        const user = claim.call(scheduler.users, id);
        if (user !== undefined) user.goesBefore = (other) => user.running > other.running;
        return user;
      };
    }),
  },
  {
    bug: 'deadlines follow the wall clock',
    rules: ['ttl', 'all-ends', 'acknowledged', 'attempt-number'],
    build: misled((_settings, ports) => ({
      ...ports,
      clock: { monotonicMs: () => ports.clock.wallMs(), wallMs: () => ports.clock.wallMs() },
    })),
  },
  {
    bug: 'how long no balancer ran follows the wall clock',
    needs: 'step-clock',
    rules: ['journal-time'],
    build: {
      ...onDisk,
      makeEngine: (settings: EngineSettings, ports: EnginePorts, disk: JournalDisk) =>
        onDisk.makeEngine(settings, { ...ports, boot: undefined }, disk),
    },
  },
  {
    bug: 'a client that comes back is not attached to its tasks',
    rules: ['all-ends'],
    build: broken(({ submissions }) => {
      submissions.attach = () => undefined;
    }),
  },
  {
    bug: 'a cancel of a running task does not reach its hub',
    rules: ['cancelled-stays', 'all-ends', 'one-end'],
    build: broken(({ clients }) => {
      const { cancel } = clients;
      clients.cancel = (taskId, now) => {
        const task = clients.find(taskId);
        if (task?.state !== 'running') return cancel.call(clients, taskId, now);
        return { taskId, from: 'running', state: 'running' };
      };
    }),
  },
  {
    bug: 'a quota is not looked at',
    rules: ['quota'],
    build: {
      ...inMemory,
      makeEngine: (settings: EngineSettings, ports: EnginePorts) => {
        const without = {
          ...settings,
          scheduler: { ...settings.scheduler, queuedPerUser: 0, queuedMax: 1e9 },
        };
        const engine = new Engine(without, ports);
        Object.assign(engine, { settings });
        return engine;
      },
    },
  },
  {
    bug: 'a silent hub is never given up',
    rules: ['all-ends'],
    build: {
      ...inMemory,
      makeEngine: (settings: EngineSettings, ports: EnginePorts) =>
        new Engine({ ...settings, times: { ...settings.times, lostMs: 1e9, graceMs: 1e9 } }, ports),
    },
  },
  {
    bug: 'a frame is written to after it was sent',
    rules: ['frames-are-final', 'no-crash'],
    build: misled((_settings, ports) => ({
      ...ports,
      toHubs: {
        send: (peer, frames) => {
          ports.toHubs.send(peer, frames);
          const [frame] = frames;
          if (frame !== undefined) frame[frame.byteLength - 1] = (frame[frame.byteLength - 1] ?? 0) ^ 1;
        },
      },
    })),
  },
];
