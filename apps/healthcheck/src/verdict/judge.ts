import type { HealthComponent, HealthVerdict, HealthWarning, HubView } from '@penstock/protocol';
import { flappingHubs, followSessions, type FlapRecords } from './flap-watch.js';
import { componentOf, downOf, judgeHub, type HubRecord, type Round } from './hub-record.js';
import type { BalancerReport, Down, JudgeSettings, Observation, ProbeResult } from './observation.js';
import { followWaits, growingWaits, type WaitTrends } from './wait-watch.js';
import { updateWarnings, type Finding, type WarningChanges } from './warnings.js';

/** Hubs that are remembered, at most. */
const HUBS_MAX = 10_000;

/** What is remembered from round to round. */
export interface Memory {
  readonly balancer: BalancerRecord;
  /** By incarnation. */
  readonly hubs: ReadonlyMap<string, HubRecord>;
  readonly waits: WaitTrends;
  readonly flaps: FlapRecords;
  readonly warnings: readonly HealthWarning[];
}

interface BalancerRecord {
  readonly state: HealthComponent['state'];
  readonly message: string;
  readonly since: number;
  readonly misses: number;
  /** Rises with each start of a balancer. */
  readonly epoch: number | undefined;
}

/** What follows from a round. */
export interface Judgement {
  readonly memory: Memory;
  readonly verdict: HealthVerdict;
  /** Hubs to give up: again each round, until the balancer has done so. */
  readonly downs: readonly Down[];
  readonly changes: WarningChanges;
}

/** Before the first round. */
export function blank(wallMs: number): Memory {
  const balancer = {
    state: 'suspect',
    message: 'not probed yet',
    since: wallMs,
    misses: 0,
    epoch: undefined,
  };
  return {
    balancer: { ...balancer, state: 'suspect' },
    hubs: new Map(),
    waits: new Map(),
    flaps: new Map(),
    warnings: [],
  };
}

/** What one more round of probes means. Nothing but its arguments counts. */
export function judge(before: Memory, observation: Observation, settings: JudgeSettings): Judgement {
  const { balancer: report, now, wallMs } = observation;
  const balancer = judgeBalancer(before.balancer, observation, settings);
  const hubs = judgeHubs(before, observation, settings);
  const waits =
    report === undefined
      ? before.waits
      : followWaits(before.waits, report.stats.tasks, settings.waitWarningMs);
  const isSameBalancer = balancer.epoch === before.balancer.epoch;
  const flaps =
    report === undefined
      ? before.flaps
      : followSessions(before.flaps, report.hubs, isSameBalancer, now, settings.flapWindowMs);
  const findings = [
    ...balancerFindings(balancer),
    ...hubFindings(hubs),
    ...(report === undefined ? [] : workFindings(report)),
    ...growingWaits(waits),
    ...flappingHubs(flaps, settings.flaps),
  ];
  // Without its word nothing new is known of the work; what was wrong before is as wrong now.
  if (report === undefined) findings.push(...before.warnings.filter(({ code }) => workCodes.has(code)));
  const changes = updateWarnings(before.warnings, findings, wallMs);
  const components = [balancerComponent(balancer), ...[...hubs.values()].map(componentOf)];
  const isDown = components.some(({ state }) => state === 'down');
  const status = isDown ? 'down' : changes.warnings.length > 0 ? 'warning' : 'ok';
  return {
    memory: { balancer, hubs, waits, flaps, warnings: changes.warnings },
    verdict: { status, checkedAt: wallMs, components, warnings: [...changes.warnings] },
    downs: report === undefined ? [] : downsOf(hubs, report.hubs),
    changes,
  };
}

function judgeBalancer(
  before: BalancerRecord,
  { balancer: report, isLate, wallMs }: Observation,
  settings: JudgeSettings,
): BalancerRecord {
  if (report !== undefined) {
    const { version, pid } = report.check;
    const since = before.state === 'up' ? before.since : wallMs;
    const epoch = report.hubs[0]?.session.epoch ?? before.epoch;
    return { state: 'up', message: `Penstock ${version}, pid ${pid}`, since, misses: 0, epoch };
  }
  if (isLate) return before;
  const misses = before.misses + 1;
  const state = misses < settings.misses ? 'suspect' : 'down';
  const message = `${misses} ${misses === 1 ? 'probe' : 'probes'} missed`;
  return { ...before, state, message, misses, since: state === before.state ? before.since : wallMs };
}

/** The hubs that the balancer lists, and those that it does not list any more and that did not go in good order. */
function judgeHubs(
  before: Memory,
  observation: Observation,
  settings: JudgeSettings,
): Map<string, HubRecord> {
  const { balancer: report, probes, ...round } = observation;
  const listed: readonly HubView[] =
    report?.hubs ?? [...before.hubs.values()].filter(isPresent).map(({ view }) => view);
  const hubs = new Map<string, HubRecord>();
  for (const view of listed.slice(0, HUBS_MAX)) {
    const { incarnation } = view;
    const remembered = before.hubs.get(incarnation);
    // One that is listed again begins anew.
    const last = remembered?.isUnlisted === true ? undefined : remembered;
    hubs.set(
      incarnation,
      judgeHub(last, view, probes.get(incarnation), report !== undefined, round, settings),
    );
  }
  const names = new Set([...hubs.values()].map(({ view }) => placeOf(view)));
  for (const [incarnation, last] of before.hubs) {
    if (hubs.has(incarnation) || names.has(placeOf(last.view))) continue;
    const gone = unlisted(last, probes.get(incarnation), report !== undefined, round, settings);
    if (gone !== undefined) hubs.set(incarnation, gone);
  }
  return hubs;
}

/**
 * A hub that the balancer no longer lists. One that answers, or did until then, has gone in good order, and is forgotten;
 * any other is dead, and is remembered for a while, unless one of its name has taken its place.
 */
function unlisted(
  last: HubRecord,
  probe: ProbeResult | undefined,
  isFresh: boolean,
  { now, wallMs }: Round,
  { flapWindowMs }: JudgeSettings,
): HubRecord | undefined {
  const wentWell = last.state === 'up' || last.state === 'unprobed' || probe?.kind === 'answered';
  if (wentWell || now - last.listedAt >= flapWindowMs) return undefined;
  if (last.state === 'down') return isFresh ? { ...last, isUnlisted: true } : last;
  return {
    ...last,
    isUnlisted: true,
    state: 'down',
    message: `${last.message}, and the balancer has given it up`,
    since: wallMs,
  };
}

function isPresent({ state }: HubRecord): boolean {
  return state !== 'down';
}

function placeOf({ name, host }: HubView): string {
  return `${name} ${host}`;
}

function downsOf(hubs: ReadonlyMap<string, HubRecord>, listed: readonly HubView[]): Down[] {
  return listed.flatMap(({ incarnation }) => {
    const record = hubs.get(incarnation);
    const down = record === undefined ? undefined : downOf(record);
    return down === undefined ? [] : [down];
  });
}

function balancerComponent({ state, message, since }: BalancerRecord): HealthComponent {
  return { kind: 'balancer', name: 'balancer', state, message, since };
}

function balancerFindings({ state, message }: BalancerRecord): Finding[] {
  return state === 'down'
    ? [{ code: 'BALANCER_DOWN', subject: '', message: `the balancer does not answer: ${message}` }]
    : [];
}

function hubFindings(hubs: ReadonlyMap<string, HubRecord>): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { state, view, message, reply } of hubs.values()) {
    if (state === 'down') {
      const text = `the worker hub ${view.name} on ${view.host} is down: ${message}`;
      findings.set(`hub ${view.name}`, { code: 'HUB_DOWN', subject: view.name, message: text });
    }
    for (const worker of state === 'up' ? (reply?.workers ?? []) : []) {
      if (worker.state !== 'silent') continue;
      const text = `the process of ${worker.name} of ${view.name} has not answered for ${Math.round(worker.silentMs / 1_000)} s: its hub replaces it soon`;
      findings.set(`worker ${worker.name}`, { code: 'WORKER_SILENT', subject: worker.name, message: text });
    }
  }
  return [...findings.values()];
}

/** Warnings of what only the balancer knows. */
const workCodes: ReadonlySet<HealthWarning['code']> = new Set(['NO_WORKERS', 'NO_WORKER_FOR_TASK']);

function workFindings({ hubs, stats }: BalancerReport): Finding[] {
  const slots = hubs.reduce(
    (sum, { groups }) => sum + groups.reduce((all, group) => all + group.slots, 0),
    0,
  );
  if (slots === 0) {
    return [{ code: 'NO_WORKERS', subject: '', message: 'the balancer has no workers: start a worker hub' }];
  }
  return stats.tasks.flatMap(({ name, queued, noWorker }) =>
    noWorker === undefined
      ? []
      : [
          {
            code: 'NO_WORKER_FOR_TASK' as const,
            subject: name,
            message: `no worker takes some of the ${name} tasks that wait (${queued} in all): ${noWorker.join('; ')}`,
          },
        ],
  );
}
