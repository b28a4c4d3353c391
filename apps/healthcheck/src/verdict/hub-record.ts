import type { HealthComponent, HubProbeReply, HubView } from '@penstock/protocol';
import type { Down, JudgeSettings, ProbeResult } from './observation.js';

/** What is remembered of one process of a hub from round to round. Never changed: each round makes a new one. */
export interface HubRecord {
  readonly view: HubView;
  readonly state: HealthComponent['state'];
  readonly message: string;
  /** Since when it is in this state: milliseconds since 1970. */
  readonly since: number;
  /** Missed probes in a row. */
  readonly misses: number;
  /** When the first of them was missed: monotonic milliseconds. */
  readonly missedSince: number | undefined;
  /** Its latest answer. */
  readonly reply: HubProbeReply | undefined;
  /** When it was last seen in the balancer's list: monotonic milliseconds. */
  readonly listedAt: number;
  /** The balancer has dropped it from its list. */
  readonly isUnlisted: boolean;
}

/** The time of a round, and whether what it missed counts. */
export interface Round {
  readonly now: number;
  readonly wallMs: number;
  readonly isLate: boolean;
}

/**
 * A hub that the balancer lists, after one more round.
 *
 * @param isFresh the balancer's list is of this round
 */
export function judgeHub(
  before: HubRecord | undefined,
  view: HubView,
  probe: ProbeResult | undefined,
  isFresh: boolean,
  round: Round,
  settings: JudgeSettings,
): HubRecord {
  const listedAt = isFresh ? round.now : (before?.listedAt ?? round.now);
  const base = { view, listedAt, isUnlisted: false, misses: 0, missedSince: undefined, reply: before?.reply };
  // It came in this round, and the next one asks it; or this health check was held up when it asked for the first time.
  if (probe === undefined || (probe.kind === 'missed' && round.isLate && before === undefined))
    return turned(before, { ...base, state: 'up', message: 'it has just joined' }, round);
  switch (probe.kind) {
    case 'unprobed':
      return turned(before, { ...base, state: 'unprobed', message: probe.why }, round);
    case 'answered': {
      const { reply } = probe;
      const message = isFresh && reply.session === undefined ? 'up, without a balancer' : 'up';
      return turned(before, { ...base, reply, state: 'up', message }, round);
    }
    case 'missed':
      return missed(before, base, probe.why, isFresh, round, settings);
  }
}

/** What is to be done about a hub that is down: nothing when the balancer no longer lists it. */
export function downOf({ view, state, message }: HubRecord): Down | undefined {
  const { name, session, incarnation } = view;
  return state === 'down' ? { name, session, incarnation, reason: message } : undefined;
}

/** A hub as the verdict shows it. */
export function componentOf({ view, state, message, since, misses, reply }: HubRecord): HealthComponent {
  const { incarnation, session, host, pid } = view;
  const workers = reply === undefined ? {} : { workers: reply.workers };
  return {
    kind: 'hub',
    name: view.name,
    state,
    message,
    since,
    hub: { incarnation, session, host, pid, misses, ...workers },
  };
}

type Base = Omit<HubRecord, 'state' | 'message' | 'since'>;

function missed(
  before: HubRecord | undefined,
  base: Base,
  why: string,
  isFresh: boolean,
  round: Round,
  settings: JudgeSettings,
): HubRecord {
  const missesBefore = before?.misses ?? 0;
  if (round.isLate && before !== undefined) return { ...before, view: base.view, listedAt: base.listedAt };
  const misses = missesBefore + 1;
  const missedSince = before?.missedSince ?? round.now;
  const counted = { ...base, misses, missedSince };
  const probes = `${misses} ${misses === 1 ? 'probe' : 'probes'} missed (${why})`;
  if (misses < settings.misses)
    return turned(before, { ...counted, state: 'suspect', message: probes }, round);
  // It speaks to the balancer: what is broken is the way from here to there. Durations are compared, not clocks.
  const missedMs = round.now - missedSince;
  if (isFresh && base.view.silentMs < missedMs / 2) {
    const message = `${probes}, but the balancer hears it: look at its port for probes`;
    return turned(before, { ...counted, state: 'suspect', message }, round);
  }
  // Without the balancer's word it may be this health check that is cut off.
  if (!isFresh) {
    const message = `${probes}, and no balancer says whether it hears it`;
    return turned(before, { ...counted, state: 'suspect', message }, round);
  }
  // So long ago the balancer could not have heard it, even if it were well.
  const isSure = missedMs >= 2 * settings.heartbeatMs;
  return turned(before, { ...counted, state: isSure ? 'down' : 'suspect', message: probes }, round);
}

function turned(
  before: HubRecord | undefined,
  after: Omit<HubRecord, 'since'>,
  { wallMs }: Round,
): HubRecord {
  return { ...after, since: before?.state === after.state ? before.since : wallMs };
}
