import { describe, expect, it } from 'vitest';
import { given } from '../../test/scenario.js';

describe('fairness', () => {
  it('gives each user a task before it gives any a second one', () => {
    const scenario = given();
    scenario.hub('A', { window: 5 });
    scenario.submitAll(['a1', 'a2', 'a3'], { user: 'ann' });
    scenario.submitAll(['b1', 'b2'], { user: 'bob' });
    scenario.submitAll(['c1'], { user: 'cy' });
    expect(scenario.dispatch()).toEqual([
      'dispatch a1 to A',
      'dispatch b1 to A',
      'dispatch c1 to A',
      'dispatch a2 to A',
      'dispatch b2 to A',
    ]);
  });

  it('looks at running tasks before it looks at priority', () => {
    const scenario = given();
    scenario.hub('A', { window: 1 });
    scenario.hub('B', { window: 1 });
    scenario.submitAll(['a1', 'a2'], { user: 'ann', priority: 100 });
    scenario.dispatch();
    scenario.end('a1');
    scenario.submit('b1', { user: 'bob', priority: -100 });
    expect(scenario.dispatch()).toEqual(['dispatch b1 to A']);
  });

  it('looks at running tasks before it looks at who was served last', () => {
    const scenario = given();
    scenario.hub('A', { window: 2 });
    scenario.submitAll(['b1', 'b2'], { user: 'bob' });
    scenario.submit('a1', { user: 'ann' });
    scenario.dispatch();
    scenario.end('a1');
    scenario.submit('a2', { user: 'ann' });
    expect(scenario.dispatch()).toEqual(['dispatch a2 to A']);
  });

  it('looks at running tasks as they are now, in every lane where the user waits', () => {
    const scenario = given();
    scenario.hub('A', { names: ['T'], window: 2 });
    scenario.submit('a1', { user: 'ann', name: 'T' });
    scenario.submit('b1', { user: 'bob', name: 'T' });
    for (const name of ['U', 'V']) {
      scenario.submit(`a${name}`, { user: 'ann', name });
      scenario.submit(`b${name}`, { user: 'bob', name });
    }
    scenario.dispatch();
    scenario.end('b1');
    scenario.hub('B', { names: ['U'] });
    expect(scenario.dispatch()).toEqual(['dispatch bU to B']);
    scenario.hub('C', { names: ['V'] });
    scenario.end('a1');
    expect(scenario.dispatch()).toEqual(['dispatch aV to C']);
  });

  it('compares the users of all lanes that the group reads', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a1', { user: 'ann' });
    scenario.dispatch();
    for (const name of ['U', 'V', 'W']) {
      scenario.submit(`${name}1`, { user: name === 'V' ? 'bob' : 'ann', name });
    }
    scenario.hub('B', { names: ['U', 'V', 'W'] });
    expect(scenario.dispatch()).toEqual(['dispatch V1 to B']);
  });

  it('prefers of users with as many running tasks the one served longest ago', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submitAll(['a1', 'a2'], { user: 'ann' });
    scenario.submitAll(['b1', 'b2'], { user: 'bob' });
    for (const label of ['a1', 'b1', 'a2', 'b2']) {
      expect(scenario.dispatch()).toEqual([`dispatch ${label} to A`]);
      scenario.end(label);
    }
  });

  it('remembers when a user was served last while the user has nothing here', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a1', { user: 'ann' });
    scenario.submit('b1', { user: 'bob' });
    scenario.dispatch();
    scenario.end('a1');
    scenario.dispatch();
    scenario.end('b1');
    scenario.submit('b2', { user: 'bob' });
    scenario.submit('a2', { user: 'ann' });
    expect(scenario.dispatch()).toEqual(['dispatch a2 to A']);
  });

  it('prefers of users who were never served the one who came first', () => {
    const scenario = given();
    scenario.hub('A', { window: 2 });
    scenario.submit('b1', { user: 'bob' });
    scenario.submit('a1', { user: 'ann' });
    expect(scenario.dispatch()).toEqual(['dispatch b1 to A', 'dispatch a1 to A']);
  });

  it('counts running tasks over all names, bands and hubs', () => {
    const scenario = given();
    scenario.hub('A', { names: ['T'], window: 1 });
    scenario.submit('a1', { user: 'ann', name: 'T' });
    scenario.dispatch();
    scenario.submit('a2', { user: 'ann', name: 'U', priority: 9 });
    scenario.submit('b1', { user: 'bob', name: 'V', priority: 3 });
    scenario.hub('B', { names: ['U', 'V'] });
    expect(scenario.dispatch()).toEqual(['dispatch b1 to B']);
  });

  it('counts a task no longer once its lease has ended, however it did', () => {
    for (const how of ['end', 'release', 'lose'] as const) {
      const scenario = given();
      const hub = scenario.hub('A');
      scenario.submit('a1', { user: 'ann' });
      scenario.dispatch();
      if (how === 'end') scenario.end('a1');
      else if (how === 'release') scenario.release('a1', 'worker-lost');
      else scenario.lose(hub);
      expect(scenario.task('a1').user).toMatchObject({ running: 0, queued: how === 'end' ? 0 : 1 });
    }
  });

  it('passes over a user who has nothing for the group', () => {
    const scenario = given();
    scenario.submit('a1', { user: 'ann', priority: 1 });
    scenario.submitAll(['b1', 'b2'], { user: 'bob', priority: 5 });
    scenario.hub('A', { min: 5, window: 2 });
    expect(scenario.dispatch()).toEqual(['dispatch b1 to A', 'dispatch b2 to A']);
  });
});
