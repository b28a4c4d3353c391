import type { HubView } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { hubView } from '../../test/observations.js';
import { flappingHubs, followSessions, type FlapRecords } from './flap-watch.js';

const WINDOW_MS = 10_000;

/** Lists of hubs, a second apart; whether the last one shows a hub that flaps. */
function flaps(lists: readonly (readonly HubView[])[], isSameBalancer = true): string[] {
  let records: FlapRecords = new Map();
  lists.forEach((hubs, index) => {
    records = followSessions(records, hubs, isSameBalancer, index * 1_000, WINDOW_MS);
  });
  return flappingHubs(records, 3).map(({ subject }) => subject);
}

const session = (number: number): HubView[] => [hubView('A', { session: { epoch: 7, number } })];
const life = (number: number): HubView[] => [hubView('A', { incarnation: `A-${number}` })];

describe('a hub flaps', () => {
  it('when it opens session after session', () => {
    expect(flaps([session(1), session(2), session(3)])).toEqual([]);
    expect(flaps([session(1), session(2), session(3), session(4)])).toEqual(['A']);
  });

  it('when it starts again and again, with or without a pause', () => {
    expect(flaps([life(1), life(2), life(3), life(4)])).toEqual(['A']);
    expect(flaps([life(1), [], life(2), [], life(3), [], life(4)])).toEqual(['A']);
  });

  it('no longer when that was some time ago', () => {
    const quiet = Array.from({ length: 12 }, () => session(4));
    expect(flaps([session(1), session(2), session(3), session(4), ...quiet])).toEqual([]);
  });

  it('not when others of its name join it', () => {
    const several = (count: number): HubView[] =>
      Array.from({ length: count }, (_, index) => hubView('A', { incarnation: `A-${index}` }));
    expect(flaps([several(1), several(2), several(5), several(9)])).toEqual([]);
  });

  it('not when it is the balancer that starts anew', () => {
    expect(flaps([session(1), session(2), session(3), session(4)], false)).toEqual([]);
  });
});
