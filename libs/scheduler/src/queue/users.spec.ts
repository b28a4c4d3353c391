import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../../test/scenario.js';

function usersOf({ scheduler }: Scenario): string[] {
  return [...scheduler.users].map(({ id }) => id);
}

describe('users', () => {
  it('are remembered until others need the room, the longest idle going first', () => {
    const scenario = given({ usersMax: 2 });
    scenario.submit('a', { user: 'ann' });
    scenario.submit('b', { user: 'bob' });
    expect(scenario.refusal({ user: 'cy' })).toBe('TOO_MANY_USERS');
    scenario.cancel('b');
    scenario.cancel('a');
    expect(usersOf(scenario)).toEqual(['ann', 'bob']);
    scenario.submit('c', { user: 'cy' });
    expect(usersOf(scenario)).toEqual(['ann', 'cy']);
  });

  it('stay while a task of theirs runs', () => {
    const scenario = given({ usersMax: 1 });
    scenario.hub('A');
    scenario.submit('a', { user: 'ann' });
    scenario.dispatch();
    expect(scenario.refusal({ user: 'bob' })).toBe('TOO_MANY_USERS');
    scenario.end('a');
    scenario.submit('b', { user: 'bob' });
    expect(usersOf(scenario)).toEqual(['bob']);
  });

  it('stay while a task of theirs goes from the queue to a hub and back', () => {
    const scenario = given({ usersMax: 1 });
    scenario.hub('A');
    scenario.submit('a', { user: 'ann' });
    for (let round = 0; round < 3; round++) {
      scenario.dispatch();
      scenario.release('a', 'returned');
      expect(scenario.refusal({ user: 'bob' })).toBe('TOO_MANY_USERS');
    }
  });

  it('are counted as busy while they have something here', () => {
    const scenario = given();
    const { users } = scenario.scheduler;
    scenario.submit('a', { user: 'ann' });
    scenario.submit('b', { user: 'bob' });
    expect(users.busyCount).toBe(2);
    scenario.cancel('a');
    expect(users.busyCount).toBe(1);
    expect([users.get('ann')?.isIdle, users.get('bob')?.isIdle]).toEqual([true, false]);
  });

  it('leave the tasks that they had to those who look for them', () => {
    const scenario = given({ usersMax: 1 });
    scenario.submit('a', { user: 'ann' });
    scenario.cancel('a');
    scenario.submit('b', { user: 'bob' });
    expect(scenario.task('a').user.id).toBe('ann');
    expect(scenario.knows('a')).toBe(true);
  });
});
