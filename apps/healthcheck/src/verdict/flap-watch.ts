import type { HubView } from '@penstock/protocol';
import type { Finding } from './warnings.js';

/** What is remembered of the hubs of one name on one host. */
interface Sightings {
  readonly name: string;
  /** Session numbers by incarnation, as the last list had them. */
  readonly sessions: ReadonlyMap<string, number>;
  /** When a hub of the name was last seen to go: monotonic milliseconds. */
  readonly wentAt: number;
  /** When a new session took the place of an older one. */
  readonly changes: readonly number[];
}

/** The hubs that were seen lately, by name and host. */
export type FlapRecords = ReadonlyMap<string, Sightings>;

/** Changes that are remembered of one hub: more say no more. */
const CHANGES_MAX = 100;

/**
 * One more list of hubs. A hub that has a new session, or that takes the place of one of the same name which has gone,
 * has changed; several hubs of one name side by side have not.
 *
 * @param isSameBalancer all hubs have new sessions with a new balancer, for no fault of theirs
 */
export function followSessions(
  before: FlapRecords,
  hubs: readonly HubView[],
  isSameBalancer: boolean,
  now: number,
  windowMs: number,
): FlapRecords {
  const after = new Map<string, Sightings>();
  for (const [key, views] of Map.groupBy(hubs, ({ name, host }) => `${name} ${host}`)) {
    const last = before.get(key);
    const sessions = new Map(views.map(({ incarnation, session }) => [incarnation, session.number]));
    const gone = [...(last?.sessions.keys() ?? [])].some((incarnation) => !sessions.has(incarnation));
    const wentAt = gone ? now : (last?.wentAt ?? -Infinity);
    const hasChanged = ([incarnation, number]: [string, number]): boolean => {
      const known = last?.sessions.get(incarnation);
      return known === undefined ? now - wentAt < windowMs : known !== number;
    };
    const changes =
      isSameBalancer && last !== undefined ? [...sessions].filter(hasChanged).map(() => now) : [];
    after.set(key, {
      name: views[0]?.name ?? '',
      sessions,
      wentAt,
      changes: recent([...(last?.changes ?? []), ...changes], now, windowMs),
    });
  }
  for (const [key, last] of before) {
    if (after.has(key)) continue;
    const wentAt = last.sessions.size > 0 ? now : last.wentAt;
    if (now - wentAt < windowMs)
      after.set(key, {
        ...last,
        sessions: new Map(),
        wentAt,
        changes: recent(last.changes, now, windowMs),
      });
  }
  return after;
}

/** The hubs that come and go. */
export function flappingHubs(records: FlapRecords, flaps: number): Finding[] {
  return [...records.values()].flatMap(({ name, changes }) =>
    changes.length >= flaps
      ? [
          {
            code: 'HUB_FLAPS' as const,
            subject: name,
            message: `the worker hub ${name} has come back ${changes.length} times lately: see its log, and its network`,
          },
        ]
      : [],
  );
}

function recent(changes: readonly number[], now: number, windowMs: number): readonly number[] {
  return changes.filter((at) => now - at < windowMs).slice(-CHANGES_MAX);
}
