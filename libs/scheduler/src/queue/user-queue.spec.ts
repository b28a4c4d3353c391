import { describe, expect, it } from 'vitest';
import { given } from '../../test/scenario.js';

describe('the tasks of one user', () => {
  it('go by priority, the higher first, and then by age', () => {
    const scenario = given();
    scenario.submit('low', { priority: -1.5 });
    scenario.submit('old', { priority: 2 });
    scenario.submit('high', { priority: 10 });
    scenario.submit('young', { priority: 2 });
    scenario.hub('A', { window: 4 });
    expect(scenario.dispatch()).toEqual([
      'dispatch high to A',
      'dispatch old to A',
      'dispatch young to A',
      'dispatch low to A',
    ]);
  });

  it('go by priority across the segments that other bands have cut', () => {
    const scenario = given();
    scenario.hub('other', { min: 5, max: 6, window: 0 });
    scenario.submit('below', { priority: 4 });
    scenario.submit('inside', { priority: 5 });
    scenario.submit('above', { priority: 7 });
    scenario.hub('A', { window: 3 });
    expect(scenario.dispatch()).toEqual([
      'dispatch above to A',
      'dispatch inside to A',
      'dispatch below to A',
    ]);
  });

  it('go by priority and age across names', () => {
    const scenario = given();
    scenario.submit('t1', { name: 'T', priority: 1 });
    scenario.submit('u2', { name: 'U', priority: 2 });
    scenario.submit('u1', { name: 'U', priority: 1 });
    scenario.submit('t2', { name: 'T', priority: 2 });
    scenario.hub('A', { names: ['T', 'U'], window: 4 });
    expect(scenario.dispatch()).toEqual([
      'dispatch u2 to A',
      'dispatch t2 to A',
      'dispatch t1 to A',
      'dispatch u1 to A',
    ]);
  });

  it('are taken where the group may, even if the user has something better elsewhere', () => {
    const scenario = given();
    scenario.submit('best', { name: 'U', priority: 9 });
    scenario.submit('outside', { name: 'T', priority: 8 });
    scenario.submit('inside', { name: 'T', priority: 1 });
    scenario.hub('A', { names: ['T'], max: 5, window: 3 });
    expect(scenario.dispatch()).toEqual(['dispatch inside to A']);
  });

  it('take 0 and -0 for the same priority', () => {
    const scenario = given();
    scenario.submit('a', { priority: -0 });
    scenario.submit('b', { priority: 0 });
    scenario.submit('c', { priority: -0 });
    scenario.hub('A', { window: 3 });
    expect(scenario.dispatch()).toEqual(['dispatch a to A', 'dispatch b to A', 'dispatch c to A']);
  });
});
