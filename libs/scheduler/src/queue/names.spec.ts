import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../../test/scenario.js';

function namesOf({ scheduler }: Scenario): string[] {
  return [...scheduler.names].map(({ text }) => text);
}

describe('task names', () => {
  it('make room, the longest known first, once nobody needs them', () => {
    const scenario = given({ namesMax: 2 });
    scenario.submit('t', { name: 'T' });
    scenario.submit('u', { name: 'U' });
    expect(scenario.refusal({ name: 'V' })).toBe('TOO_MANY_NAMES');
    scenario.cancel('u');
    scenario.submit('v', { name: 'V' });
    expect(namesOf(scenario)).toEqual(['T', 'V']);
    scenario.cancel('t');
    scenario.cancel('v');
    scenario.submit('u2', { name: 'U' });
    expect(namesOf(scenario)).toEqual(['V', 'U']);
  });

  it('stay while a task of theirs runs', () => {
    const scenario = given({ namesMax: 2 });
    const hub = scenario.hub('A', { names: ['T', 'U'] });
    scenario.submit('t', { name: 'T' });
    scenario.dispatch();
    scenario.rejoin(hub, ['t'], { names: ['U'] });
    expect(scenario.refusal({ name: 'V' })).toBe('TOO_MANY_NAMES');
    scenario.end('t');
    scenario.submit('v', { name: 'V' });
    expect(namesOf(scenario)).toEqual(['U', 'V']);
  });

  it('stay while a worker knows them', () => {
    const scenario = given({ namesMax: 1 });
    const hub = scenario.hub('A', { names: ['T'] });
    expect(scenario.refusal({ name: 'V' })).toBe('TOO_MANY_NAMES');
    scenario.lose(hub);
    scenario.submit('v', { name: 'V' });
    expect(namesOf(scenario)).toEqual(['V']);
  });

  it('take their lanes with them', () => {
    const scenario = given({ namesMax: 1 });
    scenario.submit('t', { name: 'T' });
    scenario.cancel('t');
    scenario.submit('u', { name: 'U' });
    expect(scenario.scheduler.lanes.laneCount).toBe(1);
  });

  it('are as good as new when they come again', () => {
    const scenario = given({ namesMax: 1 });
    scenario.submit('t', { name: 'T' });
    scenario.cancel('t');
    scenario.submit('u', { name: 'U' });
    scenario.cancel('u');
    scenario.submit('t2', { name: 'T' });
    scenario.hub('A', { names: ['T'] });
    expect(scenario.dispatch()).toEqual(['dispatch t2 to A']);
  });
});
