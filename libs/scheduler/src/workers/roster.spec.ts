import { PenstockError } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { given } from '../../test/scenario.js';

/** The code of the error that an action throws. */
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof PenstockError) return error.code;
  }
  return 'no PenstockError';
}

describe('groups that a hub announces anew', () => {
  it('may stand in another order than before', () => {
    const scenario = given();
    const hub = scenario.hub('A', { names: ['T'] }, { names: ['U'] });
    scenario.rejoin(hub, [], { names: ['U'] }, { names: ['T'] });
    scenario.submit('t', { name: 'T' });
    scenario.submit('u', { name: 'U' });
    expect(scenario.dispatch()).toEqual(['dispatch u to A.0', 'dispatch t to A.1']);
    expect(scenario.lose(hub)).toEqual(['u waits again: hub-lost', 't waits again: hub-lost']);
  });

  it('may know other names', () => {
    const scenario = given();
    const hub = scenario.hub('A', { names: ['T'] });
    scenario.submit('t', { name: 'T' });
    scenario.submit('u', { name: 'U' });
    scenario.rejoin(hub, [], { names: ['U'] });
    expect(scenario.dispatch()).toEqual(['dispatch u to A']);
  });

  it('may take another band', () => {
    const scenario = given();
    const hub = scenario.hub('A', { max: 0 });
    scenario.submit('low', { priority: 0 });
    scenario.submit('high', { priority: 1 });
    scenario.rejoin(hub, [], { min: 1 });
    expect(scenario.dispatch()).toEqual(['dispatch high to A']);
  });

  it('may be more than before', () => {
    const scenario = given();
    const hub = scenario.hub('A', { names: ['T'] });
    scenario.submitAll(['t1', 't2']);
    scenario.dispatch();
    expect(scenario.rejoin(hub, ['t1'], { names: ['T'] }, { names: ['T', 'U'] })).toEqual([]);
    expect(scenario.dispatch()).toEqual(['dispatch t2 to A.1']);
  });

  it('keep what they hold and count it against their new credit', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 2 });
    scenario.submitAll(['a', 'b', 'c', 'd']);
    scenario.dispatch();
    expect(scenario.rejoin(hub, ['a', 'b'], { names: ['T', 'U'], window: 3 })).toEqual([]);
    expect(scenario.dispatch()).toEqual(['dispatch c to A']);
    expect(scenario.end('a')).toEqual(['a is done']);
  });

  it('get nothing new once they are not announced any more, and finish what they hold', () => {
    const scenario = given();
    const hub = scenario.hub('A', { names: ['T'] }, { names: ['U'], window: 2 });
    scenario.submit('u1', { name: 'U' });
    scenario.dispatch();
    scenario.rejoin(hub, ['u1'], { names: ['T'] });
    scenario.submit('u2', { name: 'U' });
    expect(scenario.dispatch()).toEqual([]);
    expect(scenario.end('u1')).toEqual(['u1 is done']);
    expect(scenario.dispatch()).toEqual([]);
  });

  it('get something again once they are back', () => {
    const scenario = given();
    const hub = scenario.hub('A', { names: ['T'] }, { names: ['U'] });
    scenario.rejoin(hub, [], { names: ['T'] });
    scenario.rejoin(hub, [], { names: ['T'] }, { names: ['U'] });
    scenario.submit('u', { name: 'U' });
    expect(scenario.dispatch()).toEqual(['dispatch u to A.1']);
  });

  it('begin to count their credit anew', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 0 });
    scenario.scheduler.setCredit(hub, 0, 100, 0);
    scenario.rejoin(hub, [], { window: 0 });
    scenario.scheduler.setCredit(hub, 0, 1, 1);
    scenario.submit('a');
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });

  it('stay what they were if there would be too many', () => {
    const scenario = given({ classesMax: 1 });
    const hub = scenario.hub('A');
    expect(codeOf(() => scenario.rejoin(hub, [], { min: 1 }))).toBe('TOO_MANY_BANDS');
    scenario.submit('a');
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });
});

describe('the bounds on hubs', () => {
  it('allow as many distinct groups as are told, however many hubs share them', () => {
    const scenario = given({ classesMax: 2 });
    scenario.hub('A', { min: 1, names: ['T', 'U'] }, { min: 2 });
    scenario.hub('B', { min: 2 }, { min: 1, names: ['U', 'T', 'T'] });
    expect(codeOf(() => scenario.hub('C', { min: 1, names: ['T'] }))).toBe('TOO_MANY_BANDS');
    expect([...scenario.scheduler.roster].map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('count a group no longer when its last hub has gone', () => {
    const scenario = given({ classesMax: 1 });
    scenario.lose(scenario.hub('A', { min: 1 }));
    scenario.hub('B', { min: 2 });
    expect(codeOf(() => scenario.hub('C', { min: 1 }))).toBe('TOO_MANY_BANDS');
  });

  it('let a hub with too many names in without any', () => {
    const scenario = given({ namesMax: 2 });
    expect(codeOf(() => scenario.hub('A', { names: ['T'] }, { names: ['U', 'V'] }))).toBe('TOO_MANY_NAMES');
    expect([...scenario.scheduler.roster]).toEqual([]);
    scenario.hub('B', { names: ['V', 'W'] });
    expect([...scenario.scheduler.names].map(({ text }) => text)).toEqual(['V', 'W']);
  });

  it('count each name of a hub before the next one makes room', () => {
    const scenario = given({ namesMax: 2 });
    scenario.submit('t', { name: 'T' });
    scenario.cancel('t');
    scenario.hub('A', { names: ['T', 'U'] });
    scenario.submit('t2', { name: 'T' });
    expect(scenario.dispatch()).toEqual(['dispatch t2 to A']);
  });
});

describe('the load of a machine', () => {
  it('moves each of its groups behind those of a less busy one', () => {
    const scenario = given();
    const busy = scenario.hub('busy', {}, {}, {});
    scenario.hub('idle');
    scenario.scheduler.setLoad(busy, 50);
    scenario.submit('t');
    expect(scenario.dispatch()).toEqual(['dispatch t to idle']);
  });
});

describe('a hub that cannot be reached', () => {
  it('gets nothing new and keeps what it has', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 2 });
    scenario.submit('a');
    scenario.dispatch();
    scenario.scheduler.suspendHub(hub);
    scenario.submit('b');
    expect(scenario.dispatch()).toEqual([]);
    expect(scenario.rejoin(hub, ['a'], { window: 2 })).toEqual([]);
    expect(scenario.dispatch()).toEqual(['dispatch b to A']);
  });
});
