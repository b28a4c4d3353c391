import type { HubProbeReply, HubView, NameStats } from '@penstock/protocol';
import { blank, judge, type Judgement } from '../src/verdict/judge.js';
import type { JudgeSettings, Observation, ProbeResult } from '../src/verdict/observation.js';

export const settings: JudgeSettings = {
  misses: 4,
  heartbeatMs: 1_000,
  waitWarningMs: 60_000,
  flaps: 3,
  flapWindowMs: 300_000,
};

/** A hub as the balancer lists it. */
export function hubView(name: string, over: Partial<HubView> = {}): HubView {
  const group = {
    kind: 'process' as const,
    minPriority: null,
    maxPriority: null,
    niceness: 0,
    tasks: ['HELLO'],
    slots: 2,
    window: 2,
    held: 0,
    workers: [],
  };
  return {
    name,
    incarnation: `${name}-1`,
    session: { epoch: 7, number: 1 },
    host: 'machine',
    pid: 1,
    connectedAt: 0,
    silentMs: 10,
    disconnected: false,
    cpu: 0,
    probe: { host: '127.0.0.1', port: 8301 },
    groups: [group],
    ...over,
  };
}

/** What a hub that is well answers. */
export function answer(view: HubView, over: Partial<HubProbeReply> = {}): ProbeResult {
  const { name, incarnation, session, pid } = view;
  const reply = { name, incarnation, session, pid, version: '0', uptimeMs: 1, held: 0, workers: [], ...over };
  return { kind: 'answered', reply };
}

export const missed: ProbeResult = { kind: 'missed', why: 'no answer' };

/** Figures of a task name. */
export function nameStats(name: string, over: Partial<NameStats> = {}): NameStats {
  return {
    name,
    queued: 0,
    running: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
    totalRunMs: 0,
    ...over,
  };
}

/** What a test says of a round; the rest is as it is when all is well. */
export interface RoundScript {
  readonly hubs?: readonly HubView[];
  readonly probes?: readonly (readonly [HubView, ProbeResult])[];
  readonly tasks?: readonly NameStats[];
  readonly isLate?: boolean;
  readonly isBalancerSilent?: boolean;
}

/** Runs rounds, a second apart, through the judge. */
export function judging(over: Partial<JudgeSettings> = {}) {
  let memory = blank(0);
  let now = 0;
  return {
    round(script: RoundScript = {}): Judgement {
      now += 1_000;
      const judgement = judge(memory, observation(script, now), { ...settings, ...over });
      memory = judgement.memory;
      return judgement;
    },
  };
}

function observation(script: RoundScript, now: number): Observation {
  const { hubs = [], probes = [], tasks = [], isLate = false, isBalancerSilent = false } = script;
  const stats = {
    uptimeMs: now,
    clients: 0,
    hubs: hubs.length,
    queued: 0,
    running: 0,
    kept: 0,
    payloadBytes: 0,
    resultBytes: 0,
    refusedLeases: 0,
    tasks: [...tasks],
  };
  const check = { version: '1', pid: 9, uptimeMs: now, node: 'v24' };
  return {
    now,
    wallMs: now,
    isLate,
    balancer: isBalancerSilent ? undefined : { check, hubs, stats },
    probes: new Map(probes.map(([view, result]) => [view.incarnation, result])),
  };
}
