import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../test/scenario.js';
import { checkInvariants } from './invariants.js';
import type { Hub } from './workers/hub.js';

/**
 * What is found when `damage` has been done to a scheduler with tasks in every state: ann and cy wait, bob waits and
 * has a task running, hub A has two groups with credit.
 *
 * @param damage returns how to undo it
 */
function found(damage: (scenario: Scenario, hub: Hub) => () => void): string {
  const scenario = given();
  const hub = scenario.hub('A', { window: 1, names: ['U'] }, { window: 2 }, { window: 2 });
  scenario.submitAll(['done', 'running', 'bobs'], { user: 'bob', name: 'U' });
  scenario.dispatch();
  scenario.end('done');
  scenario.dispatch();
  scenario.submit('anns', { user: 'ann', name: 'U' });
  scenario.submit('cys', { user: 'cy', name: 'U' });
  scenario.submit('later', { user: 'dee', rules: { delayMs: 5_000, deadlineMs: 6_000 } });
  checkInvariants(scenario.scheduler);
  const repair = damage(scenario, hub);
  try {
    checkInvariants(scenario.scheduler);
    return 'nothing';
  } catch (error) {
    return String(error);
  } finally {
    repair();
  }
}

describe('the check of invariants', () => {
  it('finds a user whose count is off', () => {
    const off = found((scenario) => {
      const { user } = scenario.task('anns');
      user.queued += 1;
      return () => (user.queued -= 1);
    });
    expect(off).toMatch('SCH-021: user ann has 1 queued, not 2');
  });

  it('finds a task in a state that its place does not allow', () => {
    const off = found((scenario) => {
      const task = scenario.task('anns');
      task.state = 'running';
      return () => (task.state = 'queued');
    });
    expect(off).toMatch('SCH-013: a running task does not wait');
  });

  it('finds a user who does not stand where its turn is', () => {
    const off = found((scenario) => {
      const { user } = scenario.task('anns');
      user.lastServed = 1_000;
      return () => (user.lastServed = 0);
    });
    expect(off).toMatch('SCH-025: the user whose turn it is stands first in the lane');
  });

  it('finds a group that does not stand where its credit belongs', () => {
    const off = found((_, { groups }) => {
      const [group] = groups.slice(-1);
      if (group !== undefined) group.window = 0;
      return () => group !== undefined && (group.window = 2);
    });
    expect(off).toMatch('SCH-031: a group stands in its class while it has credit');
  });

  it('finds a group that does not stand where its share belongs', () => {
    const off = found((_, { groups }) => {
      const [group] = groups.slice(1);
      if (group !== undefined) group.leases.size = 1;
      return () => group !== undefined && (group.leases.size = 0);
    });
    expect(off).toMatch('SCH-035: of the groups of a class the one whose turn it is stands first');
  });

  it('finds a task that does not expire when it should', () => {
    const off = found((scenario) => {
      const { story } = scenario.task('later');
      if (story !== undefined) story.deadlineAt -= 1;
      return () => story !== undefined && (story.deadlineAt += 1);
    });
    expect(off).toMatch('SCH-042: a task that expires at a time of its own stands where that time belongs');
  });

  it('finds a delayed task that is counted as queued, and one that is held back and queued', () => {
    const miscounted = found((scenario) => {
      const { name } = scenario.task('later');
      name.delayed -= 1;
      return () => (name.delayed += 1);
    });
    expect(miscounted).toMatch('SCH-028: T has 0 + 1 waiting, not 0, 0 of them delayed');
    const misplaced = found((scenario) => {
      const task = scenario.task('anns');
      task.state = 'delayed';
      return () => (task.state = 'queued');
    });
    expect(misplaced).toMatch('SCH-040: a delayed task is held back and nowhere else');
  });

  it('finds an end without a cause, and bytes of the dead that are not counted', () => {
    const causeless = found((scenario) => {
      const task = scenario.task('done');
      task.cause = undefined;
      return () => (task.cause = 'done');
    });
    expect(causeless).toMatch('SCH-038: a task has a cause of its end once it has ended');
    const uncounted = found((scenario) => {
      scenario.cancel('cys');
      const task = scenario.task('cys');
      task.payloadBytes += 1;
      return () => (task.payloadBytes -= 1);
    });
    expect(uncounted).toMatch('SCH-037: bytes of dead tasks are counted right');
  });
});
