import { describe, expect, it } from 'vitest';
import { given } from '../../test/scenario.js';

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
