import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { given } from '../../test/scenario.js';

/** Five tasks that run, and five that wait behind them. */
function halfDispatched() {
  const scenario = given();
  const hub = scenario.hub('A', { window: 5 });
  scenario.submitAll(['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9']);
  scenario.dispatch();
  return { scenario, hub };
}

describe('a task that comes back', () => {
  it('stands before all that were submitted after it', () => {
    const { scenario } = halfDispatched();
    expect(scenario.release('t2', 'worker-lost')).toEqual(['t2 waits again: worker-lost']);
    expect(scenario.dispatch()).toEqual(['dispatch t2 to A']);
  });

  it('finds its place among others that came back, in whatever order they do', () => {
    const orders = fc.shuffledSubarray(['t0', 't1', 't2', 't3', 't4'], { minLength: 1 });
    fc.assert(
      fc.property(orders, (labels) => {
        const { scenario } = halfDispatched();
        for (const label of labels) scenario.release(label, 'worker-lost');
        expect(scenario.dispatch()).toEqual(labels.toSorted().map((label) => `dispatch ${label} to A`));
      }),
    );
  });

  it('finds its place when others that came back have left again', () => {
    const { scenario } = halfDispatched();
    for (const label of ['t1', 't3', 't4']) scenario.release(label, 'worker-lost');
    scenario.cancel('t3');
    scenario.cancel('t4');
    scenario.release('t2', 'worker-lost');
    scenario.release('t0', 'worker-lost');
    expect(scenario.dispatch()).toEqual([
      'dispatch t0 to A',
      'dispatch t1 to A',
      'dispatch t2 to A',
      'dispatch t5 to A',
      'dispatch t6 to A',
    ]);
  });

  it('keeps its age when its lane is cut or joined meanwhile', () => {
    const { scenario, hub } = halfDispatched();
    scenario.release('t3', 'returned');
    const other = scenario.hub('B', { min: 0, window: 0 });
    scenario.release('t1', 'returned');
    scenario.lose(other);
    scenario.lose(hub);
    scenario.hub('C', { window: 10 });
    expect(scenario.dispatch()).toEqual(Array.from({ length: 10 }, (_, n) => `dispatch t${n} to C`));
  });
});
