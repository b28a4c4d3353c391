import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../test/scenario.js';

/** The task is dispatched to a new hub, begins if `begun`, and the hub is lost. */
function loseHubOf(scenario: Scenario, label: string, begun: boolean): string[] {
  const hub = scenario.hub('H');
  scenario.dispatch();
  if (begun) scenario.scheduler.started(scenario.task(label), 'worker', scenario.now);
  return scenario.lose(hub);
}

describe('the loss of a worker', () => {
  it('is counted apart from failures, and quarantines the task that caused three', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a', { rules: { maxAttempts: 2 } });
    for (const attempt of [1, 2]) {
      scenario.dispatch();
      expect(scenario.release('a', 'worker-lost')).toEqual(['a waits again: worker-lost']);
      expect(task).toMatchObject({ attempt, story: { crashes: attempt, failures: 0 } });
    }
    scenario.dispatch();
    expect(scenario.release('a', 'worker-lost')).toEqual(['a is failed: quarantined']);
    expect(task.past.map(({ how }) => how)).toEqual(['worker-lost', 'worker-lost', 'worker-lost']);
  });

  it('keeps what its hub says of it', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    const error = { name: 'WorkerLost', message: 'killed by SIGKILL' };
    scenario.scheduler.release(task, 'worker-lost', scenario.now, error);
    expect(task.past).toMatchObject([{ how: 'worker-lost', hub: 'A', error }]);
  });
});

describe('the loss of a hub', () => {
  it('counts only if the task is known to have begun, but always costs the number', () => {
    const scenario = given({ hubLossesMax: 2 });
    const task = scenario.submit('a');
    for (let round = 1; round <= 5; round++) {
      expect(loseHubOf(scenario, 'a', false)).toEqual(['a waits again: hub-lost']);
      expect(task.attempt).toBe(round);
    }
    expect(loseHubOf(scenario, 'a', true)).toEqual(['a waits again: hub-lost']);
    expect(loseHubOf(scenario, 'a', true)).toEqual(['a is failed: quarantined']);
  });
});

describe('a task that must not start twice', () => {
  const rules = { onWorkerLoss: 'fail' } as const;

  it('ends when its worker is lost', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a', { rules });
    scenario.dispatch();
    expect(scenario.release('a', 'worker-lost')).toEqual(['a is failed: worker-lost']);
  });

  it('ends when its hub is lost, even if nobody knows whether it had begun', () => {
    for (const begun of [true, false]) {
      const scenario = given();
      scenario.submit('a', { rules });
      expect(loseHubOf(scenario, 'a', begun)).toEqual(['a is failed: worker-lost']);
    }
  });

  it('goes on when its attempt certainly never began', () => {
    const scenario = given();
    const hub = scenario.hub('A');
    scenario.submit('a', { rules });
    scenario.dispatch();
    expect(scenario.release('a', 'returned')).toEqual(['a waits again: returned']);
    scenario.dispatch();
    expect(scenario.rejoin(hub, [], {})).toEqual(['a waits again: undelivered']);
  });
});
