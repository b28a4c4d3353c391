import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../../test/scenario.js';

/** Plain tasks `t0`, `t1`, … */
function withTasks(scenario: Scenario, count: number): Scenario {
  scenario.submitAll(Array.from({ length: count }, (_, index) => `t${index}`));
  return scenario;
}

/** Who gets the tasks that wait, one after the other. */
function receivers(scenario: Scenario): string[] {
  return scenario.dispatch().map((line) => line.slice(line.lastIndexOf(' ') + 1));
}

describe('the group that gets the next task', () => {
  it('is the one with the largest share of its credit free', () => {
    const scenario = withTasks(given(), 6);
    scenario.hub('small', { window: 2 });
    scenario.hub('large', { window: 4 });
    expect(receivers(scenario)).toEqual(['small', 'large', 'large', 'small', 'large', 'large']);
  });

  it('is, of equal shares, the one on the less busy machine, in steps of 10 %', () => {
    const scenario = withTasks(given(), 2);
    const busy = scenario.hub('busy');
    const idle = scenario.hub('idle');
    scenario.scheduler.setLoad(busy, 50);
    scenario.scheduler.setLoad(idle, 49.9);
    expect(receivers(scenario)).toEqual(['idle', 'busy']);
  });

  it('is the one that came first if the machines are about as busy', () => {
    const scenario = withTasks(given(), 2);
    const first = scenario.hub('first');
    const second = scenario.hub('second');
    scenario.scheduler.setLoad(first, 59.9);
    scenario.scheduler.setLoad(second, 50);
    expect(receivers(scenario)).toEqual(['first', 'second']);
  });

  it('takes a machine at 100 % for as busy as one at 90 %', () => {
    const scenario = withTasks(given(), 2);
    scenario.scheduler.setLoad(scenario.hub('first'), 100);
    scenario.scheduler.setLoad(scenario.hub('second'), 90);
    expect(receivers(scenario)).toEqual(['first', 'second']);
  });

  it('is, within a hub, the one that was announced first', () => {
    const scenario = withTasks(given(), 2);
    scenario.hub('A', {}, {});
    expect(receivers(scenario)).toEqual(['A.0', 'A.1']);
  });

  it('is chosen across bands, among those for which something waits', () => {
    const scenario = given();
    scenario.hub('high', { min: 10, window: 2 });
    scenario.hub('low', { max: 0, window: 1 });
    scenario.hub('any', { window: 4 });
    scenario.submit('h', { priority: 10 });
    scenario.submitAll(['l1', 'l2'], { priority: 0 });
    expect(scenario.dispatch()).toEqual(['dispatch h to high', 'dispatch l1 to low', 'dispatch l2 to any']);
  });

  it('is not held up by a group that reads nothing', () => {
    const scenario = withTasks(given(), 1);
    scenario.hub('idle', { names: ['U'], window: 9 });
    scenario.hub('A');
    expect(receivers(scenario)).toEqual(['A']);
  });
});

describe('credit', () => {
  it('is a bound on what a group has in hand', () => {
    const scenario = withTasks(given(), 3);
    const hub = scenario.hub('A', { window: 0 });
    expect(receivers(scenario)).toEqual([]);
    scenario.scheduler.setCredit(hub, 0, 1, 2);
    expect(receivers(scenario)).toEqual(['A', 'A']);
    scenario.end('t0');
    expect(receivers(scenario)).toEqual(['A']);
  });

  it('may shrink below what is in hand: nothing more comes until enough has ended', () => {
    const scenario = withTasks(given(), 5);
    const hub = scenario.hub('A', { window: 3 });
    scenario.dispatch();
    scenario.scheduler.setCredit(hub, 0, 1, 1);
    scenario.end('t0');
    scenario.end('t1');
    expect(receivers(scenario)).toEqual([]);
    scenario.end('t2');
    expect(receivers(scenario)).toEqual(['A']);
  });

  it('of an older sequence number, or the same, is ignored', () => {
    const scenario = withTasks(given(), 5);
    const hub = scenario.hub('A', { window: 0 });
    scenario.scheduler.setCredit(hub, 0, 0, 1);
    scenario.scheduler.setCredit(hub, 0, 0, 5);
    expect(receivers(scenario)).toEqual(['A']);
    scenario.scheduler.setCredit(hub, 0, 7, 2);
    scenario.scheduler.setCredit(hub, 0, 6, 5);
    expect(receivers(scenario)).toEqual(['A']);
  });

  it('of a group that there is not is ignored', () => {
    const scenario = withTasks(given(), 1);
    scenario.scheduler.setCredit(scenario.hub('A', { window: 0 }), 1, 1, 5);
    expect(receivers(scenario)).toEqual([]);
  });

  it('given at any time is used at the next dispatch', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 0 });
    scenario.submit('a');
    scenario.dispatch();
    scenario.scheduler.setCredit(hub, 0, 1, 1);
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });
});
