import { describe, expect, it } from 'vitest';
import { given, type GroupOptions } from '../../test/scenario.js';

/** Which of these priorities a group takes. */
function taken(group: GroupOptions, priorities: readonly number[]): number[] {
  return priorities.filter((priority) => {
    const scenario = given();
    scenario.hub('A', group);
    scenario.submit('a', { priority });
    return scenario.dispatch().length === 1;
  });
}

const { MAX_VALUE, MIN_VALUE, EPSILON } = Number;

describe('a band', () => {
  it('includes both of its edges and nothing beyond them', () => {
    expect(taken({ min: 1, max: 2 }, [1 - EPSILON / 2, 1, 1.5, 2, 2 + 2 * EPSILON])).toEqual([1, 1.5, 2]);
    expect(taken({ min: -2, max: -1 }, [-2 - 2 * EPSILON, -2, -1, -1 + EPSILON / 2])).toEqual([-2, -1]);
  });

  it('may be a single priority', () => {
    expect(taken({ min: 5, max: 5 }, [4, 5, 6])).toEqual([5]);
  });

  it('without a bound on a side takes everything on that side', () => {
    const all = [-MAX_VALUE, -1, 0, 1, MAX_VALUE];
    expect(taken({}, all)).toEqual(all);
    expect(taken({ min: 0 }, all)).toEqual([0, 1, MAX_VALUE]);
    expect(taken({ max: 0 }, all)).toEqual([-MAX_VALUE, -1, 0]);
  });

  it('reaches to the largest numbers there are', () => {
    const all = [-MAX_VALUE, 0, MAX_VALUE];
    expect(taken({ min: -MAX_VALUE, max: MAX_VALUE }, all)).toEqual(all);
    expect(taken({ max: -MAX_VALUE }, all)).toEqual([-MAX_VALUE]);
    expect(taken({ min: MAX_VALUE }, all)).toEqual([MAX_VALUE]);
  });

  it('takes 0 and -0 for the same, and tells them from the numbers next to them', () => {
    const all = [-MIN_VALUE, -0, 0, MIN_VALUE];
    expect(taken({ min: 0, max: 0 }, all)).toEqual([-0, 0]);
    expect(taken({ min: -0, max: -0 }, all)).toEqual([-0, 0]);
    expect(taken({ max: -MIN_VALUE }, all)).toEqual([-MIN_VALUE]);
    expect(taken({ min: MIN_VALUE }, all)).toEqual([MIN_VALUE]);
  });

  it('that begins above its end takes nothing', () => {
    expect(taken({ min: 2, max: 1 }, [1, 1.5, 2])).toEqual([]);
  });
});

describe('names', () => {
  it('are taken by those alone who know them', () => {
    const scenario = given();
    scenario.hub('A', { names: ['T', 'U'], window: 9 });
    scenario.hub('B', { names: ['V'], window: 9 });
    for (const name of ['T', 'U', 'V', 'W']) scenario.submit(name.toLowerCase(), { name });
    expect(scenario.dispatch().sort()).toEqual(['dispatch t to A', 'dispatch u to A', 'dispatch v to B']);
  });

  it('count once however often a hub lists them', () => {
    const scenario = given();
    scenario.hub('A', { names: ['T', 'T'], window: 9 });
    scenario.submit('a');
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });
});

describe('the lanes of tasks that wait', () => {
  it('are cut when a band begins or ends among them', () => {
    const scenario = given();
    for (const priority of [0, 1, 2, 3]) scenario.submit(`p${priority}`, { priority });
    scenario.hub('A', { min: 1, max: 2, window: 9 });
    expect(scenario.dispatch()).toEqual(['dispatch p2 to A', 'dispatch p1 to A']);
  });

  it('are joined when the last hub with that band has gone, for those who read both parts', () => {
    const scenario = given();
    scenario.hub('all');
    const hub = scenario.hub('middle', { min: 1, max: 2, window: 0 });
    const before = scenario.scheduler.lanes.laneCount;
    for (const priority of [0, 1, 2, 3]) scenario.submit(`p${priority}`, { priority });
    expect(scenario.scheduler.lanes.laneCount).toBe(before + 3);
    scenario.lose(hub);
    expect(scenario.scheduler.lanes.laneCount).toBe(before + 1);
    for (const label of ['p3', 'p2', 'p1', 'p0']) {
      expect(scenario.dispatch()).toEqual([`dispatch ${label} to all`]);
      scenario.end(label);
    }
  });

  it('stay cut while another hub has that band', () => {
    const scenario = given();
    const first = scenario.hub('A', { min: 1, window: 0 });
    scenario.hub('B', { min: 1 });
    scenario.submit('below', { priority: 0 });
    scenario.submit('within', { priority: 1 });
    scenario.lose(first);
    expect(scenario.dispatch()).toEqual(['dispatch within to B']);
  });

  it('stay cut where another band has the same edge', () => {
    const scenario = given();
    const first = scenario.hub('A', { min: 1, max: 5, window: 0 });
    scenario.hub('B', { min: 1, max: 9 });
    scenario.submit('below', { priority: 0 });
    scenario.submit('within', { priority: 1 });
    scenario.lose(first);
    expect(scenario.dispatch()).toEqual(['dispatch within to B']);
  });

  it('are not cut for a name of which nothing waits', () => {
    const scenario = given();
    scenario.submit('a');
    scenario.cancel('a');
    scenario.hub('A', { min: -1, max: 1, window: 0 });
    expect(scenario.scheduler.lanes.laneCount).toBe(1);
    scenario.submitAll(['b', 'c'], { priority: 0 });
    expect(scenario.scheduler.lanes.laneCount).toBe(2);
  });

  it('are found by those who waited for credit while they were cut and joined', () => {
    const scenario = given();
    const any = scenario.hub('any', { window: 0 });
    scenario.submitAll(['a', 'b'], { priority: 5 });
    const other = scenario.hub('other', { min: 5, window: 0 });
    scenario.scheduler.setCredit(any, 0, 1, 1);
    expect(scenario.dispatch()).toEqual(['dispatch a to any']);
    scenario.lose(other);
    scenario.end('a');
    expect(scenario.dispatch()).toEqual(['dispatch b to any']);
  });

  it('keep the order of age when they are cut and joined', () => {
    const scenario = given();
    scenario.submit('a', { priority: 1 });
    const hub = scenario.hub('A', { min: 1, window: 0 });
    scenario.submit('b', { priority: 1 });
    scenario.lose(hub);
    scenario.submit('c', { priority: 1 });
    scenario.hub('B', { window: 3 });
    expect(scenario.dispatch()).toEqual(['dispatch a to B', 'dispatch b to B', 'dispatch c to B']);
  });

  it('keep the order of users when they are cut and joined', () => {
    const scenario = given();
    scenario.hub('A', { max: 0, window: 1 });
    scenario.submitAll(['a1', 'a2'], { user: 'ann' });
    scenario.submit('a3', { user: 'ann', priority: 1 });
    scenario.submit('b1', { user: 'bob', priority: 1 });
    scenario.dispatch();
    const hub = scenario.hub('B', { min: 1, window: 0 });
    scenario.lose(hub);
    scenario.hub('C', { window: 2 });
    expect(scenario.dispatch()).toEqual(['dispatch b1 to C', 'dispatch a3 to C']);
  });
});
